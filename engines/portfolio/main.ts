import { runEngine } from '@nautilus/core/kernel';
import { portfolio } from './engine';

void runEngine(portfolio);

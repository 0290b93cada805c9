import { runEngine } from '@nautilus/core/kernel';
import { strategy } from './engine';

void runEngine(strategy);

import { runEngine } from '@nautilus/core/kernel';
import { marketdata } from './engine';

void runEngine(marketdata);

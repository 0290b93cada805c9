import { runEngine } from '@nautilus/core/kernel';
import { frontend } from './engine';

void runEngine(frontend);

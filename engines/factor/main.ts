import { runEngine } from '@nautilus/core/kernel';
import { factor } from './engine';

void runEngine(factor);

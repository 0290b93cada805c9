import { runEngine } from '@nautilus/core/kernel';
import { ml } from './engine';

void runEngine(ml);

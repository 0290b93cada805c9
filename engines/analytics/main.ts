import { runEngine } from '@nautilus/core/kernel';
import { analytics } from './engine';

void runEngine(analytics);

import { runEngine } from '@nautilus/core/kernel';
import { risk } from './engine';

void runEngine(risk);

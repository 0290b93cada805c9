import { runEngine } from '@nautilus/core/kernel';
import { backend } from './engine';

void runEngine(backend);

import { runEngine } from '@nautilus/core/kernel';
import { pms } from './engine';

void runEngine(pms);

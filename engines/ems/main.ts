import { runEngine } from '@nautilus/core/kernel';
import { ems } from './engine';

void runEngine(ems);

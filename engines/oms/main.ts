import { runEngine } from '@nautilus/core/kernel';
import { oms } from './engine';

void runEngine(oms);

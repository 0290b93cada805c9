import { runEngine } from '@nautilus/core/kernel';
import { features } from './engine';

void runEngine(features);

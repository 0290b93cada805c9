import { runEngine } from '@nautilus/core/kernel';
import { websocket } from './engine';

void runEngine(websocket);

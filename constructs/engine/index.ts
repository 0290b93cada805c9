export { Engine, type EngineProps } from './engine';
export { engineBundle } from './image';

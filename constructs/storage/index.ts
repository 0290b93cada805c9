export { PersistentVolume } from './persistent-volume';
export { SharedMemory } from './shared-memory';
export { type StateVolume, stateVolumes, type Volume } from './volume';

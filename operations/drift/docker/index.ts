export { compareDocker } from './compare';
export { type ObserveOptions, observeDocker } from './observe';

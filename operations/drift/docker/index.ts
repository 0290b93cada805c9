export { compareDocker } from './compare';
export { observeDocker } from './observe';

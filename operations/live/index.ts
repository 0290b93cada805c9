export { type LiveOptions, readLive } from './read';
export type { LiveReading, LiveValue } from './reading';

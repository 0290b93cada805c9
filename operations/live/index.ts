export { type ObserveOptions, observeServices } from './observe';
export type { Answer, Answers, ObservedService, ObservedServices } from './observed';
export { type LiveOptions, readings, readingsOf, readLive } from './read';
export type { LiveReading, LiveValue } from './reading';

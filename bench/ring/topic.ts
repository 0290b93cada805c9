import { pingTopic } from '@nautilus/core/measure';

/** A stream of one message after the other, in one direction: as many slots as the floor in C has. */
export const streamTopic = Object.freeze({ ...pingTopic, name: 'bench.stream', capacity: 16_384 });

import { defineLayout } from '../../../engines/core/domain/layout';

export const tortureTopic = {
  name: 'test.torture',
  layout: defineLayout('Torture', { sequence: 'f64', a: 'f64', b: 'i32', check: 'i32' }),
  capacity: 1024,
};

export const checkOf = (sequence: number, a: number, b: number): number =>
  Math.imul(sequence ^ 0x5bd1e995, 0x01000193) ^ Math.imul(a | 0, 31) ^ b;

export const hammerTopic = { ...tortureTopic, name: 'test.hammer', capacity: 64 };
export const hammerTable = { name: 'test.hammer-table', layout: tortureTopic.layout, rows: 1 };

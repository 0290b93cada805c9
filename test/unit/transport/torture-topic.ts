import { defineLayout } from '../../../engines/core/domain/layout';

const Torture = defineLayout('Torture', {
  sequence: 'f64',
  a: 'f64',
  b: 'i32',
  key: 'i32',
  check: 'i32',
  /** 1: the writer's last message. */
  last: 'u8',
});

/** Many more than slots: a change that is lost when the ring is overtaken is not hidden by the next one of its key. */
export const KEYS = 512;

export const tortureTopics = {
  block: { name: 'torture.block', layout: Torture, capacity: 1024 },
  drop: { name: 'torture.drop', layout: Torture, capacity: 256, backPressure: 'drop' },
  conflate: {
    name: 'torture.conflate',
    layout: Torture,
    capacity: 64,
    backPressure: 'conflate',
    key: { field: 'key', count: KEYS },
  },
} as const;

export type Policy = keyof typeof tortureTopics;

/** Row 0: 1 in `ending` asks the writer for its last message. */
export const controlTable = { name: 'torture.control', layout: defineLayout('Control', { ending: 'i32' }), rows: 1 };

export const tortureTopic = { ...tortureTopics.block, name: 'test.torture' };

export const checkOf = (sequence: number, a: number, b: number): number =>
  Math.imul(sequence ^ 0x5bd1e995, 0x01000193) ^ Math.imul(a | 0, 31) ^ b;

export const hammerTopic = { ...tortureTopic, name: 'test.hammer', capacity: 64 };
export const hammerTable = { name: 'test.hammer-table', layout: tortureTopic.layout, rows: 1 };

/** Messages that carry what all messages up to them lead to. */
export const sessionTopic = {
  name: 'torture.session',
  layout: defineLayout('Session', { sequence: 'f64', hash: 'i32' }),
  capacity: 512,
};

export const hashAfter = (hash: number, sequence: number): number =>
  (Math.imul(hash ^ (sequence | 0), 0x01000193) + 1) | 0;

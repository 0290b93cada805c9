import { defineLayout } from '@nautilus/core/domain';

/** A command of the flow on its way to the venue, one cache line. */
const Command = defineLayout('BenchCommand', {
  kind: 'u8',
  side: 'u8',
  id: 'i32',
  account: 'i32',
  limitPrice: 'i32',
  quantity: 'i32',
});

/** The venue's answer: what was filled or taken off, or the negative code of a refusal; then the book as it is. Best prices are 0 where there is none. */
const Answer = defineLayout('BenchAnswer', {
  id: 'i32',
  result: 'i32',
  fills: 'i32',
  live: 'i32',
  bid: 'i32',
  ask: 'i32',
});

const CAPACITY = 4096;

export const commandTopic = Object.freeze({ name: 'bench.commands', layout: Command, capacity: CAPACITY });
export const answerTopic = Object.freeze({ name: 'bench.answers', layout: Answer, capacity: CAPACITY });

/** The kind that ends the venue. */
export const LAST_COMMAND = 255;

export const ACCOUNTS = 64;
export const INSTRUMENT = 1;

/**
 * Where things are in the memory of a conflating topic: the header of a ring, a ring of keys that says in which order keys changed, and a
 * row for each key with its newest message.
 *
 * The writer writes the row, then the key, then the head. So a reader that finds a key finds in its row that message or a newer one. Which
 * message a reader has seen of a key is the version of the row that it remembers: it needs no cursor that anyone waits for, and a newer
 * message is handed over once, however many changes of the key it stands for.
 *
 * A reader that the writer has overtaken in the ring of keys compares every row with what it remembers. The same is done after a writer
 * died: it may have written a row and not its key.
 */
import type { Fields } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { TransportError } from './errors';
import { RegionKind, type RegionShape } from './region';
import { checkCapacity, RING_HEADER_BYTES, ringWord } from './ring-memory';
import { Rows, rowBytes } from './rows';

/** Word of the key at position 0. */
export const KEYS_AT = RING_HEADER_BYTES / 4;

/** Beside the head, on its line: grows by one with each writer, which may follow one that died between a row and its key. */
export const generationWord = ringWord.headHalves + 1;

const MAX_KEYS = 1 << 20;

/** Bytes before the rows: whole lines. */
const headerBytes = (capacity: number): number => RING_HEADER_BYTES + Math.max(128, capacity * 4);

export interface Key {
  /** Words from the start of a message to its key. */
  readonly word: number;
  readonly count: number;
}

/** @throws TransportError NAUT_TOPIC_INVALID when the topic does not say by what it is conflated, or cannot be */
export function keyOf<F extends Fields>({ name, layout, key }: TopicDefinition<F>): Key {
  const field = layout.fields.find((candidate) => candidate.name === key?.field);
  if (key && field?.type === 'i32' && Number.isInteger(key.count) && key.count > 0 && key.count <= MAX_KEYS) {
    return { word: field.offset / 4, count: key.count };
  }
  throw new TransportError({
    code: 'NAUT_TOPIC_INVALID',
    message: `topic ${name} conflates by ${key ? `field "${key.field}" (${field?.type ?? 'not in its layout'}) with ${key.count} keys` : 'nothing'}; it needs an i32 field and 1 to ${MAX_KEYS} keys`,
    fix: 'set `key: { field, count }` in the topic definition',
  });
}

export function conflationShape<F extends Fields>(topic: TopicDefinition<F>): RegionShape {
  checkCapacity(topic);
  const { layout, capacity } = topic;
  return {
    kind: RegionKind.conflated,
    layout: layout.name,
    fingerprint: layout.fingerprint,
    slotBytes: rowBytes(layout.size),
    slots: keyOf(topic).count,
    headerBytes: headerBytes(capacity),
  };
}

export const conflationRows = <F extends Fields>(topic: TopicDefinition<F>, words: Int32Array): Rows =>
  new Rows(words, headerBytes(topic.capacity), topic.layout.size);

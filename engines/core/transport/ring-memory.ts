/**
 * Where things are in a ring's memory, in 32-bit words, and how positions are counted.
 *
 * A position is the number of messages before it: the first message is at position 0. The words hold its low 32 bits, which wrap
 * around; differences are taken modulo 2^32, and no two cursors of a ring that matter to each other are further apart than its
 * capacity. Who must know the whole position reads `halves` beside it: the number of times that 2^31 messages have passed, whose lowest
 * bit repeats the highest bit of the low word, so that a reader can tell when it saw one of the two before and one after a step.
 *
 * Each word that one side writes while another reads it has a line of 128 bytes to itself (Apple's cache line; two of x86's).
 */
import type { Fields } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { TransportError } from './errors';
import { RegionKind, type RegionShape } from './region';

const LINE = 32;

export const ringWord = {
  /** Writer: grows by one whenever a writer opens the ring. */
  epoch: LINE,
  /** Writer: its process id, as seen in its own container. For people only. */
  writerPid: LINE + 1,
  /** Writer: position after the last committed message. */
  head: 2 * LINE,
  headHalves: 2 * LINE + 1,
  /** Writer: every slot before this position may have been written to. At or past `head`. */
  reserved: 3 * LINE,
  /** Whoever writes snapshots: how many there were. */
  snapshots: 4 * LINE,
  /** A reader that needs a newer snapshot stores 1; whoever writes one stores 0. */
  snapshotWanted: 5 * LINE,
  readers: 8 * LINE,
} as const;

/** Words of a reader's entry, relative to its start. The reader's cursor has a line of its own. */
export const readerWord = {
  cursor: 0,
  position: 2,
  state: LINE,
  evictAfterMs: LINE + 1,
  pid: LINE + 2,
  nameBytes: LINE + 3,
  name: LINE + 4,
} as const;

export const ReaderState = {
  free: 0,
  /** The writer waits for this reader, alive or not. */
  reliable: 1,
  /** Its place is remembered, the writer does not wait. */
  remembered: 2,
  /** Was reliable, was dead for longer than it allowed itself: the writer went on without it. */
  evicted: 3,
} as const;

const READER_WORDS = 2 * LINE;
export const MAX_READERS = 16;
export const MAX_READER_NAME_BYTES = 64;
export const RING_HEADER_BYTES = 8192;

export const readerAt = (index: number): number => ringWord.readers + index * READER_WORDS;

/** Throws when the capacity of a topic is none. */
export function checkCapacity<F extends Fields>({ name, capacity }: TopicDefinition<F>): void {
  if (!Number.isInteger(capacity) || capacity < 2 || capacity > 1 << 24 || (capacity & (capacity - 1)) !== 0) {
    throw new TransportError({
      code: 'NAUT_TOPIC_INVALID',
      message: `topic ${name} has a capacity of ${capacity}; it must be a power of two from 2 to ${1 << 24}`,
      fix: 'correct the topic definition',
    });
  }
}

export function ringShape<F extends Fields>(topic: TopicDefinition<F>): RegionShape {
  const { layout, capacity } = topic;
  checkCapacity(topic);
  return {
    kind: RegionKind.ring,
    layout: layout.name,
    fingerprint: layout.fingerprint,
    slotBytes: layout.size,
    slots: capacity,
    headerBytes: RING_HEADER_BYTES,
  };
}

const HALF = 2 ** 31;

/**
 * The head as a whole position. The writer steps over a multiple of 2^31 by storing the halves first: when they stood still around the
 * load of the head and disagree with it, they are one step ahead of it.
 */
export function headPosition(words: Int32Array): number {
  for (;;) {
    const halves = Atomics.load(words, ringWord.headHalves);
    const low = Atomics.load(words, ringWord.head);
    if (Atomics.load(words, ringWord.headHalves) !== halves) continue;
    return wholePosition((halves & 1) === low >>> 31 ? halves : halves - 1, low);
  }
}

const wholePosition = (halves: number, low: number): number => (halves >>> 0) * HALF + (low & 0x7fffffff);

/** The whole position of a low word that is less than 2^31 away from `near`. */
export const positionNear = (near: number, low: number): number => near + ((low - lowWord(near)) | 0);

/** Low 32 bits of a position, as ToInt32 takes them. */
export const lowWord = (position: number): number => position | 0;

/** Every message before this position may be gone or half overwritten. */
export function oldestPosition(words: Int32Array, capacity: number): number {
  const head = headPosition(words);
  return Math.max(0, positionNear(head, Atomics.load(words, ringWord.reserved)) - capacity);
}

/** Whether nothing was ever committed. */
export const isUnused = (words: Int32Array): boolean => headPosition(words) === 0;

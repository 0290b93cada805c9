/** How a named reader gets its entry in a ring, and where it starts to read. */
import { TransportError } from './errors';
import { fence } from './fence';
import { findReader, loadPosition, nameEntry } from './readers';
import {
  headPosition,
  lowWord,
  MAX_READERS,
  oldestPosition,
  positionNear,
  ReaderState,
  readerAt,
  readerWord,
} from './ring-memory';

export type StartFrom = 'newest' | 'oldest' | 'cursor';

export interface Registration {
  /** Entry in the ring. */
  readonly index: number;
  /** Position of the first message to read. */
  readonly position: number;
  /** Messages that were overwritten since this reader stopped; 0 for one that was waited for all the time. */
  readonly missed: number;
}

/** Where a reader without an entry starts. A reader that asks for its cursor and has none starts with what comes next. */
export const startPosition = (words: Int32Array, capacity: number, from: StartFrom): number =>
  from === 'oldest' ? oldestPosition(words, capacity) : headPosition(words);

/** Finds or makes the entry. The caller holds the lock of the reader and the one of the ring's directory. */
export function register(
  words: Int32Array,
  capacity: number,
  reader: { name: string; reliable: boolean; from: StartFrom; evictAfterMs: number },
): Registration {
  const known = findReader(words, reader.name);
  const index = known < 0 ? nameEntry(words, reader.name) : known;
  if (index < 0) {
    throw new TransportError({
      code: 'NAUT_READERS_FULL',
      message: `the ring already has ${MAX_READERS} registered readers; "${reader.name}" would be one more`,
      fix: 'subscribe without `reliable`, or use the name of a reader that is gone for good',
    });
  }
  const at = readerAt(index);
  const state = Atomics.load(words, at + readerWord.state);
  const resumes = reader.from === 'cursor' && known >= 0;
  words[at + readerWord.pid] = process.pid;
  words[at + readerWord.evictAfterMs] = reader.evictAfterMs;

  if (resumes && state === ReaderState.reliable) {
    const position = positionNear(headPosition(words), Atomics.load(words, at + readerWord.cursor));
    if (!reader.reliable) Atomics.store(words, at + readerWord.state, ReaderState.remembered);
    return { index, position, missed: 0 };
  }
  const wanted = resumes ? loadPosition(words, index) : startPosition(words, capacity, reader.from);
  if (!reader.reliable) {
    Atomics.store(words, at + readerWord.state, ReaderState.remembered);
    return { index, position: wanted, missed: 0 };
  }

  // The writer looks at the readers only after it has announced a block of slots. So: enter first, then look at the announcement.
  // Either the writer saw the entry and waits, or its announcement is seen here and everything that it covers is given up.
  Atomics.store(words, at + readerWord.cursor, lowWord(Math.max(wanted, oldestPosition(words, capacity))));
  Atomics.store(words, at + readerWord.state, ReaderState.reliable);
  fence();
  const position = Math.max(wanted, oldestPosition(words, capacity));
  Atomics.store(words, at + readerWord.cursor, lowWord(position));
  return { index, position, missed: resumes ? position - wanted : 0 };
}

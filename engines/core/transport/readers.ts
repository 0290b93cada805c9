import { RoleProbe } from './lock';
import {
  headPosition,
  MAX_READER_NAME_BYTES,
  MAX_READERS,
  positionNear,
  ReaderState,
  readerAt,
  readerWord,
} from './ring-memory';

/** How often a writer that is held back looks whether the reader still lives. */
const PROBE_EVERY_MS = 50;

/** The registered readers of a ring, as its writer sees them. */
export class ReaderDirectory {
  private readonly probes = new Map<string, RoleProbe>();
  /** By entry: since when the reader is known to be dead (ms of this process), 0 when it is not. */
  private readonly deadSince = new Float64Array(MAX_READERS);
  private probedAt = 0;

  constructor(
    private readonly words: Int32Array,
    private readonly lockFile: (reader: string) => string,
  ) {}

  /** How many messages before `next` the slowest reliable reader has not read; 0 without any. */
  furthestBehind(next: number): number {
    let furthest = 0;
    for (let index = 0; index < MAX_READERS; index++) {
      const at = readerAt(index);
      // A plain load, a fifth of the time of an atomic one: who registers is ordered by the writer's fence (`extend`), not by this.
      if (this.words[at + readerWord.state] !== ReaderState.reliable) continue;
      const behind = (next - Atomics.load(this.words, at + readerWord.cursor)) | 0;
      if (behind > furthest) furthest = behind;
    }
    return furthest;
  }

  isAlive(name: string): boolean {
    for (let index = 0; index < MAX_READERS; index++) {
      if (Atomics.load(this.words, readerAt(index) + readerWord.state) === ReaderState.free) continue;
      if (readerName(this.words, index) === name) return this.probe(name).held();
    }
    return false;
  }

  /** Lets go of readers that hold a full ring back and have been dead for longer than they allowed; tells whether there was one. */
  evictDead(next: number, capacity: number): boolean {
    if (!this.someMayBeEvicted()) return false;
    const now = performance.now();
    if (now - this.probedAt < PROBE_EVERY_MS) return false;
    this.probedAt = now;
    let evicted = false;
    for (let index = 0; index < MAX_READERS; index++) {
      const at = readerAt(index);
      const patience = this.words[at + readerWord.evictAfterMs] as number;
      const holdsBack = ((next - Atomics.load(this.words, at + readerWord.cursor)) | 0) >= capacity;
      const waitedFor = patience > 0 && holdsBack && this.words[at + readerWord.state] === ReaderState.reliable;
      let dead = false;
      // With the reader's lock held: it cannot come back between the look and the eviction.
      const look = () => {
        dead = true;
        const since = this.deadSince[index] || now;
        this.deadSince[index] = since;
        if (now - since < patience) return;
        this.evict(index);
        evicted = true;
      };
      if (waitedFor) this.probe(readerName(this.words, index)).whileFree(look);
      if (!dead) this.deadSince[index] = 0;
    }
    return evicted;
  }

  close(): void {
    for (const probe of this.probes.values()) probe.close();
    this.probes.clear();
  }

  private someMayBeEvicted(): boolean {
    for (let index = 0; index < MAX_READERS; index++) {
      if ((this.words[readerAt(index) + readerWord.evictAfterMs] as number) > 0) return true;
    }
    return false;
  }

  private evict(index: number): void {
    const at = readerAt(index);
    const cursor = Atomics.load(this.words, at + readerWord.cursor);
    storePosition(this.words, index, positionNear(headPosition(this.words), cursor));
    Atomics.store(this.words, at + readerWord.state, ReaderState.evicted);
  }

  private probe(name: string): RoleProbe {
    let probe = this.probes.get(name);
    if (!probe) this.probes.set(name, (probe = new RoleProbe(this.lockFile(name))));
    return probe;
  }
}

const nameBytes = (words: Int32Array, index: number): Uint8Array =>
  new Uint8Array(words.buffer, (readerAt(index) + readerWord.name) * 4, MAX_READER_NAME_BYTES);

function readerName(words: Int32Array, index: number): string {
  const length = words[readerAt(index) + readerWord.nameBytes] as number;
  return Buffer.from(nameBytes(words, index).slice(0, length)).toString('utf8');
}

/** The entry of a reader, or -1. */
export function findReader(words: Int32Array, name: string): number {
  for (let index = 0; index < MAX_READERS; index++) {
    const state = Atomics.load(words, readerAt(index) + readerWord.state);
    if (state !== ReaderState.free && readerName(words, index) === name) return index;
  }
  return -1;
}

/** Names a free entry, or returns -1 when all are taken. Call it with the lock of the directory held. */
export function nameEntry(words: Int32Array, name: string): number {
  for (let index = 0; index < MAX_READERS; index++) {
    const at = readerAt(index);
    if (Atomics.load(words, at + readerWord.state) !== ReaderState.free) continue;
    const encoded = Buffer.from(name, 'utf8');
    nameBytes(words, index).set(encoded);
    words[at + readerWord.nameBytes] = encoded.length;
    return index;
  }
  return -1;
}

const positionCell = (words: Int32Array, index: number): Float64Array =>
  new Float64Array(words.buffer, (readerAt(index) + readerWord.position) * 4, 1);

/** The whole position at which a reader that nobody waits for stopped. */
export const storePosition = (words: Int32Array, index: number, position: number): void => {
  positionCell(words, index)[0] = position;
};

export const loadPosition = (words: Int32Array, index: number): number => positionCell(words, index)[0] as number;

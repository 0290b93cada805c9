/**
 * A snapshot: the state that all messages of a topic before a position lead to, as bytes that only its topic's engines understand, in a file
 * beside the ring. It gets its name when it is complete, so that nobody reads half of one.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { TransportError } from './errors';
import type { RoleLock } from './lock';
import { ringWord } from './ring-memory';

const MAGIC = 0x50414e53; // "SNAP"
const HEADER_BYTES = 32;
const word = { magic: 0, instance: 1, bytes: 2, check: 3 } as const;
const POSITION = 2;

export interface Snapshot {
  /** Messages that it contains: the next to apply is the one at this position. */
  readonly position: number;
  readonly state: Uint8Array;
}

/** CRC-32 of the header, with 0 for its check word, and the state. */
const checkOf = (header: Uint8Array, state: Uint8Array): number => crc32(state, crc32(header)) | 0;

/** The last snapshot of this ring; undefined when there is none, or only one of a ring that had its name before. */
export function readSnapshot(file: string, instance: number): Snapshot | undefined {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const header = new Uint8Array(HEADER_BYTES);
  header.set(bytes.subarray(0, HEADER_BYTES));
  const words = new Int32Array(header.buffer);
  const state = new Uint8Array(bytes.subarray(HEADER_BYTES));
  const told = words[word.check];
  words[word.check] = 0;
  const check = checkOf(header, state);
  if (words[word.magic] !== MAGIC || words[word.bytes] !== state.length || told !== check) {
    throw new TransportError({
      code: 'NAUT_SNAPSHOT_INVALID',
      message: `${file} is damaged: its check word is ${told}, its ${state.length} bytes of state give ${check}`,
      fix: `remove ${file}; who writes it makes a new one when a reader asks`,
    });
  }
  if (words[word.instance] !== instance) return undefined;
  return { position: new Float64Array(header.buffer)[POSITION] as number, state };
}

/** Whoever knows the state that a topic's messages lead to, the writer or a reader, writes snapshots for readers that come late. One process a topic. */
export class SnapshotWriter {
  private open = true;

  constructor(
    private readonly file: string,
    private readonly words: Int32Array,
    private readonly instance: number,
    private readonly lock: RoleLock,
  ) {
    this.removeDrafts();
  }

  /** Whether a reader waits for a snapshot. Ask in every turn, also in one in which nothing can be published. */
  wanted(): boolean {
    return Atomics.load(this.words, ringWord.snapshotWanted) !== 0;
  }

  /**
   * Writes the state that the messages before `position` lead to (`publication.position` for the writer of the topic after a commit,
   * `subscription.position` for a reader). Not for the order path: it writes a file.
   */
  write(position: number, state: Uint8Array): void {
    if (!this.open) {
      throw new TransportError({
        code: 'NAUT_HUB_CLOSED',
        message: `a snapshot was written to ${this.file} after the hub was closed`,
        fix: 'stop the duty cycle before closing the hub',
      });
    }
    const header = new Uint8Array(HEADER_BYTES);
    const words = new Int32Array(header.buffer);
    words[word.magic] = MAGIC;
    words[word.instance] = this.instance;
    words[word.bytes] = state.length;
    new Float64Array(header.buffer)[POSITION] = position;
    words[word.check] = checkOf(header, state);
    const draft = path.join(path.dirname(this.file), `${this.draftName()}${randomBytes(6).toString('hex')}`);
    try {
      fs.writeFileSync(draft, Buffer.concat([header, state]), { mode: 0o600 });
      fs.renameSync(draft, this.file);
    } catch (error) {
      fs.rmSync(draft, { force: true });
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
      throw new TransportError({
        code: 'NAUT_SHARED_MEMORY_FULL',
        message: `${path.dirname(this.file)} has no room for ${path.basename(this.file)}, ${state.length} bytes`,
        fix: 'give the shared-memory file system more space (Docker: the size of the tmpfs volume)',
        cause: error,
      });
    }
    // First the wish, then the count: a reader that finds the count changed and the snapshot too old wishes again.
    Atomics.store(this.words, ringWord.snapshotWanted, 0);
    Atomics.add(this.words, ringWord.snapshots, 1);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.lock.release();
  }

  private draftName(): string {
    return `.${path.basename(this.file)}.`;
  }

  /** What a process left that was killed while it wrote; the role's lock says that nobody writes now. */
  private removeDrafts(): void {
    const directory = path.dirname(this.file);
    for (const name of fs.readdirSync(directory)) {
      if (name.startsWith(this.draftName())) fs.rmSync(path.join(directory, name), { force: true });
    }
  }
}

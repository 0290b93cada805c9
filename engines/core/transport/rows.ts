import { fence } from './fence';

/**
 * Rows that are never read half written.
 *
 * A row is a version and four copies. Version v stands in copy v mod 4; the writer fills the copy of v + 1 and then stores v + 1. A reader
 * that took copy v has it whole if the version is at most v + 2 afterwards, because the write to its copy begins after v + 3 was stored.
 * So the writer never waits, a writer that dies in the middle leaves the row as it was, and a reader repeats only when
 * three writes happened while it copied one row.
 */
const COPIES = 4;
const VERSION_BYTES = 128;

/** Bytes of one row of a layout of this size. */
export const rowBytes = (layoutBytes: number): number => VERSION_BYTES + COPIES * layoutBytes;

function copyWords(from: Int32Array, fromWord: number, to: Int32Array, toWord: number, count: number): void {
  for (let i = 0; i < count; i++) to[toWord + i] = from[fromWord + i] as number;
}

export class Rows {
  private readonly slotWords: number;
  private readonly start: number;

  /** @param startBytes where the first row is. @param layoutBytes bytes of one copy. */
  constructor(
    readonly words: Int32Array,
    startBytes: number,
    layoutBytes: number,
  ) {
    this.start = startBytes / 4;
    this.slotWords = layoutBytes / 4;
  }

  /** Word of the row's version. */
  private versionWord(row: number): number {
    return this.start + row * (VERSION_BYTES / 4 + COPIES * this.slotWords);
  }

  private copyOf(versionWord: number, version: number): number {
    return versionWord + VERSION_BYTES / 4 + (version & (COPIES - 1)) * this.slotWords;
  }

  /** How often the row was written, modulo 2^32; 0: never. */
  version(row: number): number {
    return Atomics.load(this.words, this.versionWord(row));
  }

  /** For the writer: the row as it is. */
  copyOut(row: number, to: Int32Array): void {
    const at = this.versionWord(row);
    copyWords(this.words, this.copyOf(at, this.words[at] as number), to, 0, this.slotWords);
  }

  write(row: number, from: Int32Array, fromWord: number): void {
    const at = this.versionWord(row);
    const version = this.words[at] as number;
    // The version that was stored last is visible before this copy changes: a reader that meets the change sees the version too.
    fence();
    copyWords(from, fromWord, this.words, this.copyOf(at, version + 1), this.slotWords);
    Atomics.store(this.words, at, (version + 1) | 0);
  }

  /** Copies a row, never half of one write and half of another, and returns its version. */
  read(row: number, into: { readonly offset: number; readonly words: Int32Array }): number {
    const at = this.versionWord(row);
    const to = into.offset >> 2;
    for (;;) {
      const version = Atomics.load(this.words, at);
      copyWords(this.words, this.copyOf(at, version), into.words, to, this.slotWords);
      // The copy is complete before the version is read again.
      fence();
      if (((Atomics.load(this.words, at) - version) | 0) < COPIES - 1) return version;
    }
  }
}

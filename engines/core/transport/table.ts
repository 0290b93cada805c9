import type { Fields, Values, View } from '../domain/layout';
import type { TableDefinition } from '../domain/topics';
import { TransportError } from './errors';
import { fence } from './fence';
import type { RoleLock } from './lock';
import { RegionKind, type RegionShape } from './region';

/**
 * A row is a version and four copies. Version v stands in copy v mod 4; the writer fills the copy of v + 1 and then stores v + 1. A reader
 * that took copy v has it whole if the version is at most v + 2 afterwards, because the write to its copy begins after v + 3 was stored.
 * So the writer never waits, a writer that dies in the middle leaves the row as it was, and a reader repeats only when
 * three writes happened while it copied one row.
 */
const COPIES = 4;
const VERSION_BYTES = 128;
const HEADER_BYTES = 1024;
const EPOCH_WORD = 32;
const WRITER_PID_WORD = 33;

export function tableShape<F extends Fields>(table: TableDefinition<F>): RegionShape {
  const { layout, name, rows } = table;
  if (!Number.isInteger(rows) || rows < 1 || rows > 1 << 20) {
    throw new TransportError({
      code: 'NAUT_TOPIC_INVALID',
      message: `table ${name} has ${rows} rows; allowed are 1 to ${1 << 20}`,
      fix: 'correct the table definition',
    });
  }
  return {
    kind: RegionKind.table,
    layout: layout.name,
    fingerprint: layout.fingerprint,
    slotBytes: VERSION_BYTES + COPIES * layout.size,
    slots: rows,
    headerBytes: HEADER_BYTES,
  };
}

/** Where the rows are, in 32-bit words. */
class Rows<F extends Fields> {
  readonly words: Int32Array;
  readonly slotWords: number;

  constructor(
    readonly table: TableDefinition<F>,
    buffer: ArrayBuffer,
  ) {
    this.words = new Int32Array(buffer);
    this.slotWords = table.layout.size / 4;
  }

  /** Word of the row's version. */
  version(row: number): number {
    if (!(row >= 0 && row < this.table.rows && Number.isInteger(row))) {
      throw new TransportError({
        code: 'NAUT_TABLE_ROW',
        message: `table ${this.table.name} has no row ${row}; rows are 0 to ${this.table.rows - 1}`,
        fix: 'number instruments and accounts within the table, or define it with more rows',
      });
    }
    return HEADER_BYTES / 4 + row * (VERSION_BYTES / 4 + COPIES * this.slotWords);
  }

  copyOf(versionWord: number, version: number): number {
    return versionWord + VERSION_BYTES / 4 + (version & (COPIES - 1)) * this.slotWords;
  }
}

function copyWords(from: Int32Array, fromWord: number, to: Int32Array, toWord: number, count: number): void {
  for (let i = 0; i < count; i++) to[toWord + i] = from[fromWord + i] as number;
}

/** The writing end of a table. */
export class TableWriter<F extends Fields> {
  private readonly rows: Rows<F>;
  private readonly draft: View<F>;
  private open = true;

  constructor(
    table: TableDefinition<F>,
    buffer: ArrayBuffer,
    private readonly lock: RoleLock,
  ) {
    this.rows = new Rows(table, buffer);
    this.draft = table.layout.view(new ArrayBuffer(table.layout.size));
    Atomics.add(this.rows.words, EPOCH_WORD, 1);
    Atomics.store(this.rows.words, WRITER_PID_WORD, process.pid);
  }

  /**
   * Rewrites a row. The view holds the row as it is: fields that are not assigned stay. When `values` throws, the row is not changed.
   * Does not allocate.
   */
  write(row: number, values: (view: View<F>) => void): void {
    if (!this.open) {
      throw new TransportError({
        code: 'NAUT_HUB_CLOSED',
        message: `table ${this.rows.table.name} was written after its hub was closed`,
        fix: 'stop the duty cycle before closing the hub',
      });
    }
    const { words, slotWords } = this.rows;
    const versionWord = this.rows.version(row);
    const version = words[versionWord] as number;
    copyWords(words, this.rows.copyOf(versionWord, version), this.draft.words, 0, slotWords);
    values(this.draft);
    // The version that was stored last is visible before this copy changes: a reader that meets the change sees the version too.
    fence();
    copyWords(this.draft.words, 0, words, this.rows.copyOf(versionWord, version + 1), slotWords);
    Atomics.store(words, versionWord, (version + 1) | 0);
  }

  close(): void {
    this.open = false;
    this.lock.release();
  }
}

/** The reading end of a table. */
export class TableReader<F extends Fields> {
  private readonly rows: Rows<F>;
  private readonly own: View<F>;

  constructor(table: TableDefinition<F>, buffer: ArrayBuffer) {
    this.rows = new Rows(table, buffer);
    this.own = this.scratch();
  }

  /** A view of private memory to read rows into. */
  scratch(): View<F> {
    const { layout } = this.rows.table;
    return layout.view(new ArrayBuffer(layout.size));
  }

  /** Copies a row, never half of one write and half of another. A row that was never written is all zeros. Does not allocate. */
  read(row: number, into: View<F>): void {
    const { words, slotWords } = this.rows;
    const versionWord = this.rows.version(row);
    const to = into.offset >> 2;
    for (;;) {
      const version = Atomics.load(words, versionWord);
      copyWords(words, this.rows.copyOf(versionWord, version), into.words, to, slotWords);
      // The copy is complete before the version is read again.
      fence();
      if (((Atomics.load(words, versionWord) - version) | 0) < COPIES - 1) return;
    }
  }

  /** A plain copy of a row. Allocates: not for the order path. */
  snapshot(row: number): Values<F> {
    this.read(row, this.own);
    return this.own.copy();
  }
}

import type { Fields, Values, View } from '../domain/layout';
import type { TableDefinition } from '../domain/topics';
import { TransportError } from './errors';
import type { RoleLock } from './lock';
import { RegionKind, type RegionShape } from './region';
import { Rows, rowBytes } from './rows';

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
    slotBytes: rowBytes(layout.size),
    slots: rows,
    headerBytes: HEADER_BYTES,
  };
}

const rowsOf = <F extends Fields>(table: TableDefinition<F>, buffer: ArrayBuffer) =>
  new Rows(new Int32Array(buffer), HEADER_BYTES, table.layout.size);

function checkRow<F extends Fields>(table: TableDefinition<F>, row: number): void {
  if (row >= 0 && row < table.rows && Number.isInteger(row)) return;
  throw new TransportError({
    code: 'NAUT_TABLE_ROW',
    message: `table ${table.name} has no row ${row}; rows are 0 to ${table.rows - 1}`,
    fix: 'number instruments and accounts within the table, or define it with more rows',
  });
}

/** The writing end of a table. */
export class TableWriter<F extends Fields> {
  private readonly rows: Rows;
  private readonly draft: View<F>;
  private open = true;

  constructor(
    private readonly table: TableDefinition<F>,
    buffer: ArrayBuffer,
    private readonly lock: RoleLock,
  ) {
    this.rows = rowsOf(table, buffer);
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
        message: `table ${this.table.name} was written after its hub was closed`,
        fix: 'stop the duty cycle before closing the hub',
      });
    }
    checkRow(this.table, row);
    this.rows.copyOut(row, this.draft.words);
    values(this.draft);
    this.rows.write(row, this.draft.words, 0);
  }

  close(): void {
    this.open = false;
    this.lock.release();
  }
}

/** The reading end of a table: a private copy of the rows that were read, each as new as its last reading. */
export class TableReader<F extends Fields> {
  private readonly rows: Rows;
  private readonly versions: Int32Array;
  private readonly copies: View<F>;
  private readonly copyBytes: number;

  constructor(
    private readonly table: TableDefinition<F>,
    buffer: ArrayBuffer,
  ) {
    const { layout, rows } = table;
    this.rows = rowsOf(table, buffer);
    this.versions = new Int32Array(rows);
    this.copyBytes = layout.size;
    this.copies = layout.view(new ArrayBuffer(rows * layout.size));
  }

  /**
   * A row as it is now, never half of one write and half of another; all zeros when it was never written. The view is the same object each
   * time and is valid until the next read. A row that stands unchanged is not copied again. Does not allocate.
   */
  read(row: number): View<F> {
    checkRow(this.table, row);
    const { copies, versions } = this;
    copies.offset = row * this.copyBytes;
    if (this.rows.version(row) !== versions[row]) versions[row] = this.rows.read(row, copies);
    return copies;
  }

  /** A plain copy of a row. Allocates: not for the order path. */
  snapshot(row: number): Values<F> {
    return this.read(row).copy();
  }
}

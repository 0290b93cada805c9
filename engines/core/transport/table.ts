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

/** The reading end of a table. */
export class TableReader<F extends Fields> {
  private readonly rows: Rows;
  private readonly own: View<F>;
  /** What was read last, where to, and which version of it. */
  private row = -1;
  private into: View<F> | undefined;
  private version = 0;

  constructor(
    private readonly table: TableDefinition<F>,
    buffer: ArrayBuffer,
  ) {
    this.rows = rowsOf(table, buffer);
    this.own = this.scratch();
  }

  /** A view of private memory to read rows into. */
  scratch(): View<F> {
    const { layout } = this.table;
    return layout.view(new ArrayBuffer(layout.size));
  }

  /**
   * Copies a row, never half of one write and half of another. A row that was never written is all zeros. Does not allocate. The same row
   * read again into the same view is not copied while it stands unchanged: leave the view at its offset and as it was filled.
   */
  read(row: number, into: View<F>): void {
    if (row === this.row && into === this.into && this.rows.version(row) === this.version) return;
    checkRow(this.table, row);
    this.row = row;
    this.into = into;
    this.version = this.rows.read(row, into);
  }

  /** A plain copy of a row. Allocates: not for the order path. */
  snapshot(row: number): Values<F> {
    this.read(row, this.own);
    return this.own.copy();
  }
}

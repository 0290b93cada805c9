import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import type { CopyBatch } from './copy-rows';

/** A table that rows are copied into. Its first column is the journal that a row is of. */
export interface Table {
  /** With its schema. */
  readonly name: string;
  /** In the order in which rows hold them. */
  readonly columns: readonly string[];
  /** What tells a row from another. */
  readonly key: readonly string[];
  /**
   * - `facts`: a row is written once and never changes; the table is divided by day
   * - `state`: a row takes the place of the one with its key
   */
  readonly holds: 'facts' | 'state';
}

/** Rows of one batch, table by table. */
export type TableRows = readonly {
  readonly table: Table;
  readonly batch: CopyBatch;
  /** None of the rows is there yet, unless the batch was written before. */
  readonly fresh: boolean;
}[];

/** Copies rows into the tables of one session. */
export class TableWriter {
  /** `table day` that is known to have its partition. */
  private readonly days = new Set<string>();
  private readonly staged = new Set<string>();

  private constructor(
    private readonly client: Client,
    private readonly copyFrom: (sql: string) => NodeJS.WritableStream & { submit(connection: unknown): void },
  ) {}

  static async of(client: Client): Promise<TableWriter> {
    const { from } = await import('pg-copy-streams');
    return new TableWriter(client, from as never);
  }

  /** @param again rows that are there already are no error: each is looked up before it is added */
  async write(rows: TableRows, again: boolean): Promise<void> {
    for (const { table, batch, fresh } of rows) {
      for (const day of batch.days) await this.makeDay(table, day);
      if (fresh && !again) await this.copy(table.name, table, batch);
      else await this.merge(table, batch);
    }
  }

  /** A transaction that made a partition was rolled back: what is known of them may be wrong. */
  forget(): void {
    this.days.clear();
    this.staged.clear();
  }

  private async copy(target: string, { columns }: Table, { pieces }: CopyBatch): Promise<void> {
    const stream = this.client.query(
      this.copyFrom(`COPY ${target} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`) as never,
    ) as unknown as NodeJS.WritableStream;
    for (const piece of pieces) stream.write(piece);
    stream.end();
    await finished(stream);
  }

  /** COPY knows no conflict: rows go beside the table first. */
  private async merge(table: Table, batch: CopyBatch): Promise<void> {
    const { name, columns, key, holds } = table;
    const stage = `stage_${name.replace(/^.*\./, '')}`;
    if (!this.staged.has(stage)) {
      await this.client.query(`CREATE TEMP TABLE IF NOT EXISTS ${stage} (LIKE ${name}) ON COMMIT DELETE ROWS`);
      this.staged.add(stage);
    }
    await this.copy(stage, table, batch);
    const values = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
    await this.client.query(
      `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM ${stage}
       ON CONFLICT (${key.join(', ')}) DO ${holds === 'facts' ? 'NOTHING' : `UPDATE SET ${values.join(', ')}`}`,
    );
  }

  private async makeDay({ name }: Table, day: number): Promise<void> {
    const known = `${name} ${day}`;
    if (this.days.has(known)) return;
    await this.client.query('SELECT trading.make_day($1::regclass, $2::date)', [name, dateOf(day)]);
    this.days.add(known);
  }
}

const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

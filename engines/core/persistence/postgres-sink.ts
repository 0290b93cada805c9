import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import type { PostgresAccess } from '../kernel/configuration';
import type { Sink } from './write-behind';

/** One step of a schema, applied once and never changed afterwards. */
export interface Migration {
  /** Unique, sorts in order: `001-orders`. */
  readonly id: string;
  readonly sql: string;
}

export interface PostgresWriter<Rows> {
  readonly access: PostgresAccess;
  /** Whose rows: the engine's name. */
  readonly owner: string;
  /** Tells this journal from others that were written to the same database. */
  readonly journal: string;
  readonly migrations: readonly Migration[];
  /** Writes one batch inside an open transaction; rows that are there already are no error. */
  readonly write: (client: Client, rows: Rows) => Promise<void>;
}

const CONNECT_WITHIN_MS = 3000;
const QUERY_WITHIN_MS = 30_000;

const bookkeeping = `
CREATE SCHEMA IF NOT EXISTS trading;
CREATE TABLE IF NOT EXISTS trading.migrations (
  owner text NOT NULL,
  id text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (owner, id)
);
CREATE TABLE IF NOT EXISTS trading.write_behind (
  journal text PRIMARY KEY,
  owner text NOT NULL,
  record bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);`;

/**
 * Rows in PostgreSQL, plain or with TimescaleDB. How far the journal is written stands in `trading.write_behind` and
 * changes in the transaction of the rows: a batch is there once or not at all.
 */
export class PostgresSink<Rows> implements Sink<Rows> {
  readonly name = 'postgres';
  private client: Client | undefined;

  constructor(private readonly writer: PostgresWriter<Rows>) {}

  async open(): Promise<number> {
    // Not before it is needed: loading it takes a fifth of an engine's start.
    const { Client } = await import('pg');
    const { host, port, user, database, passwordFile } = this.writer.access;
    const client = new Client({
      host,
      port,
      user,
      database,
      password: readFileSync(passwordFile, 'utf8').trim(),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: QUERY_WITHIN_MS,
      keepAlive: true,
      application_name: `nautilus-${this.writer.owner}`,
    });
    // Without a listener a connection that breaks between queries would end the process; the next query tells of it.
    client.on('error', () => undefined);
    this.client = client;
    await client.connect();
    await this.transaction(client, () => this.migrate(client));
    const { owner, journal } = this.writer;
    await client.query(
      'INSERT INTO trading.write_behind (journal, owner, record) VALUES ($1, $2, 0) ON CONFLICT (journal) DO NOTHING',
      [journal, owner],
    );
    return this.progress(client, '');
  }

  async write(rows: Rows, record: number | undefined): Promise<void> {
    const { client } = this;
    if (client === undefined) throw new Error('not connected');
    await this.transaction(client, async () => {
      if (record !== undefined && (await this.progress(client, 'FOR UPDATE')) >= record) return;
      await this.writer.write(client, rows);
      if (record === undefined) return;
      await client.query('UPDATE trading.write_behind SET record = $2, updated_at = now() WHERE journal = $1', [
        this.writer.journal,
        record,
      ]);
    });
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end();
  }

  private async progress(client: Client, lock: '' | 'FOR UPDATE'): Promise<number> {
    const { rows } = await client.query(`SELECT record FROM trading.write_behind WHERE journal = $1 ${lock}`, [
      this.writer.journal,
    ]);
    return Number(rows[0]?.record ?? 0);
  }

  /** Engines that start together take turns. */
  private async migrate(client: Client): Promise<void> {
    await client.query("SELECT pg_advisory_xact_lock(hashtext('nautilus.migrations'))");
    await client.query(bookkeeping);
    const { owner, migrations } = this.writer;
    const { rows } = await client.query('SELECT id FROM trading.migrations WHERE owner = $1', [owner]);
    const applied = new Set(rows.map(({ id }) => id));
    for (const { id, sql } of migrations) {
      if (applied.has(id)) continue;
      await client.query(sql);
      await client.query('INSERT INTO trading.migrations (owner, id) VALUES ($1, $2)', [owner, id]);
    }
  }

  private async transaction(client: Client, work: () => Promise<void>): Promise<void> {
    await client.query('BEGIN');
    try {
      await work();
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

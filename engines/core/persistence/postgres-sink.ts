import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import type { PostgresAccess } from '../kernel/configuration';
import { foundation, type Migration } from './postgres-schema';
import { type TableRows, TableWriter } from './postgres-tables';
import type { Sink } from './write-behind';

export interface PostgresWriter {
  readonly access: PostgresAccess;
  /** Whose rows: the engine's name. */
  readonly owner: string;
  /** Tells this journal from others that were written to the same database. */
  readonly journal: string;
  readonly migrations: readonly Migration[];
  /** What goes when it is older than `access.keepSeconds`: statements with that moment as $1. */
  readonly expire?: readonly string[];
}

const CONNECT_WITHIN_MS = 3000;
const QUERY_WITHIN_MS = 30_000;
const EXPIRE_EVERY_MS = 3_600_000;

/**
 * Rows in PostgreSQL, plain or with TimescaleDB. How far the journal is written stands in `trading.write_behind` and
 * changes in the transaction of the rows: a batch is there once or not at all.
 */
export class PostgresSink implements Sink<TableRows> {
  readonly name = 'postgres';
  private client: Client | undefined;
  private tables: TableWriter | undefined;
  private expiredAt = 0;

  constructor(private readonly writer: PostgresWriter) {}

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
    // A crash of the server may take the last commits with it, rows and progress alike: then they come again.
    await client.query('SET synchronous_commit = off');
    this.tables = await TableWriter.of(client);
    await this.transaction(client, () => this.migrate(client));
    const { owner, journal } = this.writer;
    await client.query(
      'INSERT INTO trading.write_behind (journal, owner, record) VALUES ($1, $2, 0) ON CONFLICT (journal) DO NOTHING',
      [journal, owner],
    );
    return this.progress(client, '');
  }

  async write(rows: TableRows, record: number | undefined, again: boolean): Promise<void> {
    const { client, tables } = this;
    if (client === undefined || tables === undefined) throw new Error('not connected');
    await this.expire(client);
    await this.transaction(client, async () => {
      if (record !== undefined && (await this.progress(client, 'FOR UPDATE')) >= record) return;
      await tables.write(rows, again);
      if (record === undefined) return;
      await client.query('UPDATE trading.write_behind SET record = $2, updated_at = now() WHERE journal = $1', [
        this.writer.journal,
        record,
      ]);
    });
  }

  async lacks(from: number, to: number): Promise<void> {
    await this.client?.query(
      'INSERT INTO trading.gaps (journal, from_record, to_record) VALUES ($1, $2, $3) ON CONFLICT (journal, from_record) DO UPDATE SET to_record = excluded.to_record',
      [this.writer.journal, from, to],
    );
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.tables = undefined;
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
    await client.query(foundation);
    const { owner, migrations } = this.writer;
    const { rows } = await client.query('SELECT id FROM trading.migrations WHERE owner = $1', [owner]);
    const applied = new Set(rows.map(({ id }) => id));
    for (const { id, sql } of migrations) {
      if (applied.has(id)) continue;
      await client.query(sql);
      await client.query('INSERT INTO trading.migrations (owner, id) VALUES ($1, $2)', [owner, id]);
    }
  }

  /** Takes away what is older than is kept, once an hour. */
  private async expire(client: Client): Promise<void> {
    const { access, expire = [] } = this.writer;
    const now = Date.now();
    if (access.keepSeconds === undefined || now - this.expiredAt < EXPIRE_EVERY_MS) return;
    const before = new Date(now - access.keepSeconds * 1000);
    for (const statement of expire) await client.query(statement, [before]);
    this.expiredAt = now;
    // A day that was dropped may be written again.
    this.tables?.forget();
  }

  private async transaction(client: Client, work: () => Promise<void>): Promise<void> {
    await client.query('BEGIN');
    try {
      await work();
      await client.query('COMMIT');
    } catch (error) {
      this.tables?.forget();
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

import { existsSync, readFileSync } from 'node:fs';
import type { ChainableCommander, Redis } from 'ioredis';
import type { RedisAccess } from '../kernel/configuration';
import type { Sink } from './write-behind';

/** Keys of one kind: `orders:17` in database 0. */
export interface RedisKeys {
  readonly database: number;
  /** Up to the first colon. */
  readonly prefix: string;
}

export interface RedisWriter<Rows> {
  readonly access: Pick<RedisAccess, 'host' | 'port' | 'passwordFile'>;
  /** All keys of this sink. Progress stands in the database of the first, under its name. */
  readonly keys: readonly [RedisKeys, ...RedisKeys[]];
  /** Tells this journal from another one whose rows may still be in the cache. */
  readonly journal: string;
  /** Adds the commands of one batch to the transaction; it selects the databases that it writes to. */
  readonly write: (transaction: ChainableCommander, rows: Rows) => void;
}

const CONNECT_WITHIN_MS = 3000;
const COMMAND_WITHIN_MS = 10_000;

/**
 * Rows in Redis. Progress is a hash of its own and changes in the same MULTI, also over several databases; rows of another
 * journal are removed first. A full cache refuses the whole batch, which is tried again later.
 */
export class RedisSink<Rows> implements Sink<Rows> {
  readonly name = 'redis';
  private client: Redis | undefined;

  constructor(private readonly writer: RedisWriter<Rows>) {}

  private get progressKey(): string {
    return `write-behind:${this.writer.keys[0].prefix}`;
  }

  async open(): Promise<number> {
    const client = await this.connect();
    this.client = client;
    const { journal, record } = await client.hgetall(this.progressKey);
    if (journal === this.writer.journal) return Number(record);
    await this.empty();
    return 0;
  }

  /** What is kept follows from the order in which orders ended: a snapshot does not tell it. */
  async empty(): Promise<void> {
    const { client } = this;
    if (client === undefined) throw new Error('not connected');
    for (const keys of this.writer.keys) await clear(client, keys);
    await client.select(this.writer.keys[0].database);
    await client.hset(this.progressKey, { journal: this.writer.journal, record: 0 });
  }

  async write(rows: Rows, record: number | undefined): Promise<void> {
    const { client } = this;
    if (client === undefined) throw new Error('not connected');
    const transaction = client.multi();
    this.writer.write(transaction, rows);
    transaction.select(this.writer.keys[0].database);
    if (record !== undefined) transaction.hset(this.progressKey, { journal: this.writer.journal, record });
    const results = await transaction.exec();
    const failure = results?.find(([error]) => error !== null)?.[0];
    if (failure) throw failure;
  }

  async close(): Promise<void> {
    this.client?.disconnect();
    this.client = undefined;
  }

  /** The password is read at each connection: one that was changed meanwhile is the file's, or for a moment the next one's. */
  private async connect(): Promise<Redis> {
    const { passwordFile } = this.writer.access;
    if (passwordFile === undefined) return this.connectWith(undefined);
    try {
      return await this.connectWith(readFileSync(passwordFile, 'utf8').trim());
    } catch (error) {
      const next = `${passwordFile}.next`;
      if (!String(error).includes('WRONGPASS') || !existsSync(next)) throw error;
      return this.connectWith(readFileSync(next, 'utf8').trim());
    }
  }

  private async connectWith(password: string | undefined): Promise<Redis> {
    const { host, port } = this.writer.access;
    // Not before it is needed: loading it takes its part of an engine's start.
    const { Redis } = await import('ioredis');
    const client = new Redis({
      host,
      port,
      password,
      db: this.writer.keys[0].database,
      lazyConnect: true,
      connectTimeout: CONNECT_WITHIN_MS,
      commandTimeout: COMMAND_WITHIN_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    let refusal: Error | undefined;
    client.on('error', (error: Error) => {
      refusal = error;
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.disconnect();
      throw refusal ?? error;
    }
  }
}

async function clear(client: Redis, { database, prefix }: RedisKeys): Promise<void> {
  await client.select(database);
  for await (const keys of client.scanStream({ match: `${prefix}:*`, count: 1000 }))
    if (keys.length > 0) await client.unlink(...(keys as string[]));
}

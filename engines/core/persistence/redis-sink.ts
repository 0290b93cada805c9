import { readFileSync } from 'node:fs';
import Redis, { type ChainableCommander } from 'ioredis';
import type { RedisAccess } from '../kernel/configuration';
import type { Sink } from './write-behind';

export interface RedisWriter<Rows> {
  readonly access: RedisAccess;
  /** Prefix of all keys of this sink: `orders` for `orders:17`. */
  readonly prefix: string;
  /** Tells this journal from another one whose rows may still be in the cache. */
  readonly journal: string;
  /** Adds the commands of one batch to the transaction. */
  readonly write: (transaction: ChainableCommander, rows: Rows) => void;
}

const CONNECT_WITHIN_MS = 3000;
const COMMAND_WITHIN_MS = 10_000;

/** Rows as hashes in Redis. Progress is a hash of its own and changes in the same MULTI; rows of another journal are removed first. */
export class RedisSink<Rows> implements Sink<Rows> {
  readonly name = 'redis';
  private client: Redis | undefined;

  constructor(private readonly writer: RedisWriter<Rows>) {}

  private get progressKey(): string {
    return `write-behind:${this.writer.prefix}`;
  }

  async open(): Promise<number> {
    const { host, port, passwordFile } = this.writer.access;
    const client = new Redis({
      host,
      port,
      password: passwordFile === undefined ? undefined : readFileSync(passwordFile, 'utf8').trim(),
      lazyConnect: true,
      connectTimeout: CONNECT_WITHIN_MS,
      commandTimeout: COMMAND_WITHIN_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    this.client = client;
    await client.connect();
    const { journal, record } = await client.hgetall(this.progressKey);
    if (journal === this.writer.journal) return Number(record);
    await this.clear(client);
    await client.hset(this.progressKey, { journal: this.writer.journal, record: 0 });
    return 0;
  }

  async write(rows: Rows, record: number): Promise<void> {
    const { client } = this;
    if (client === undefined) throw new Error('not connected');
    const transaction = client.multi();
    this.writer.write(transaction, rows);
    transaction.hset(this.progressKey, { journal: this.writer.journal, record });
    const results = await transaction.exec();
    const failure = results?.find(([error]) => error !== null)?.[0];
    if (failure) throw failure;
  }

  async close(): Promise<void> {
    this.client?.disconnect();
    this.client = undefined;
  }

  private async clear(client: Redis): Promise<void> {
    for await (const keys of client.scanStream({ match: `${this.writer.prefix}:*`, count: 1000 }))
      if (keys.length > 0) await client.unlink(...(keys as string[]));
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import Redis from 'ioredis';
import { freePort } from '../../support/free-port';
import { scratchDirectory } from '../engine-process';

export const cacheInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis server of the test's own, which can be stopped and started with its data. */
export class CacheServer {
  private process: ChildProcess | undefined;
  readonly directory = scratchDirectory('redis');
  readonly passwordFile = path.join(this.directory.path, 'password');
  password = 'first';

  private constructor(readonly port: number) {
    fs.writeFileSync(this.passwordFile, `${this.password}\n`);
  }

  static async started(): Promise<CacheServer> {
    const server = new CacheServer(await freePort());
    server.start();
    return server;
  }

  start(): void {
    const options = ['--save', '', '--appendonly', 'yes', '--dir', this.directory.path, '--requirepass', this.password];
    this.process = spawn('redis-server', ['--port', String(this.port), ...options], { stdio: 'ignore' });
  }

  /** By SIGKILL the newest writes may be lost: its file is synced once a second. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.process?.kill(signal);
    if (this.process?.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
  }

  async ask<T>(database: number, question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ port: this.port, db: database, password: this.password, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  }

  hash(database: number, key: string): Promise<Record<string, string>> {
    return this.ask(database, (client) => client.hgetall(key));
  }

  async numbers(database: number, prefix: string): Promise<number[]> {
    const keys = await this.ask(database, (client) => client.keys(`${prefix}:*`));
    return keys.map((key) => Number(key.slice(prefix.length + 1))).sort((a, b) => a - b);
  }

  async remove(): Promise<void> {
    await this.stop();
    this.directory.remove();
  }
}

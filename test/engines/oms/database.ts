import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../support/free-port';

/** A real PostgreSQL that can be stopped and started again. */
export class Database {
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'nautilus-test-postgres-'));
  private server: ChildProcess | undefined;

  private constructor(readonly port: number) {
    // The server runs as another user when the test runs as root.
    chmodSync(this.directory, 0o755);
    writeFileSync(path.join(this.directory, 'password'), 'nautilus\n');
  }

  static async create(): Promise<Database> {
    return new Database(await freePort());
  }

  /** As an engine's process configuration has it. */
  get access() {
    const passwordFile = path.join(this.directory, 'password');
    return { host: '127.0.0.1', port: this.port, user: 'nautilus', database: 'nautilus', passwordFile };
  }

  /** Whose files they are. */
  get owner(): { readonly uid: number; readonly gid: number } {
    return statSync(path.join(this.directory, 'data'));
  }

  start(): Promise<void> {
    const server = spawn(
      process.execPath,
      [path.join(__dirname, 'database-server.mjs'), path.join(this.directory, 'data'), String(this.port)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    this.server = server;
    return new Promise((resolve, reject) => {
      server.stdout?.once('data', () => resolve());
      server.once('close', (code) => reject(new Error(`the database server ended with ${code}`)));
    });
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const ended = new Promise((resolve) => server.once('close', resolve));
    server.stdin?.end();
    await ended;
  }

  async connect(): Promise<Client> {
    const client = new Client({ ...this.access, password: 'nautilus' });
    await client.connect();
    return client;
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const client = await this.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';

const PROGRAM = ['/usr/sbin/nats-server', 'nats-server'].find(
  (program) => spawnSync(program, ['--version']).status === 0,
);

/** Whether this machine has the broker; it says so in a line when it has not. */
export function natsInstalled(what: string): boolean {
  if (!PROGRAM)
    process.stdout.write(`skipped: ${what}, for nats-server is not installed (Debian package nats-server)\n`);
  return PROGRAM !== undefined;
}

const accepts = (port: number) =>
  new Promise<true | undefined>((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A NATS server with JetStream on a port and a store of its own, which it keeps when it is killed and started again. */
export class NatsServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly directory: string,
    /** Of the next start. */
    public credentials: Credentials | undefined,
  ) {}

  static async start(credentials?: Credentials): Promise<NatsServer> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-nats-'));
    const server = new NatsServer(await freePort(), directory, credentials);
    await server.start();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ['--addr', '127.0.0.1', '--port', String(this.port), '--jetstream', '--store_dir', this.directory];
    if (this.credentials) args.push('--user', this.credentials.user, '--pass', this.credentials.password);
    this.child = spawn(PROGRAM as string, args, { stdio: 'ignore' });
    await eventually('the NATS server answers', () => accepts(this.port));
  }

  /** As a power cut of the process: no farewell, nothing flushed. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.child = undefined;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

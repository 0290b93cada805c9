import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { findProgram } from '../harness/find-program';
import type { Absent } from '../result';

const CHANNEL = 'bench';
/** Publishes that are sent without waiting for their replies. */
const PIPELINED = 100;

/** A redis-server of this benchmark's own on a Unix socket, spoken to in its own protocol: no client library is in the way. */
export class RedisPeer {
  private constructor(
    private readonly server: ChildProcess,
    private readonly socket: string,
  ) {}

  /** @param side named where there is no redis-server */
  static async start(directory: string, side: string): Promise<RedisPeer | Absent> {
    const program = findProgram('redis-server');
    if (program === undefined) return { side, reason: 'no redis-server on the PATH' };
    const socket = path.join(directory, 'redis.sock');
    const server = spawn(program, ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ready = await new Promise<boolean>((resolve) => {
      server.once('exit', () => resolve(false));
      server.stdout!.on('data', (text) => {
        if (/ready to accept/i.test(String(text))) resolve(true);
      });
    });
    return ready ? new RedisPeer(server, socket) : { side, reason: `redis-server ended with ${server.exitCode}` };
  }

  /** Nanoseconds from a publish to its arrival at a subscriber, both ends in this process: one process fewer than the rings have. */
  async hops(count: number, bytes: number): Promise<Float64Array> {
    const [publisher, subscriber] = await this.connections();
    const body = 'x'.repeat(bytes);
    const publish = Buffer.from(`*3\r\n$7\r\nPUBLISH\r\n$5\r\n${CHANNEL}\r\n$${bytes}\r\n${body}\r\n`);
    const trips = new Float64Array(count);
    for (let trip = 0; trip < count; trip++) {
      const start = process.hrtime.bigint();
      const arrived = once(subscriber, 'data');
      publisher.write(publish);
      await arrived;
      trips[trip] = Number(process.hrtime.bigint() - start);
    }
    publisher.destroy();
    subscriber.destroy();
    return trips;
  }

  /** Messages a second, pipelined. */
  async throughput(count: number, bytes: number): Promise<number> {
    const [publisher, subscriber] = await this.connections();
    const body = 'x'.repeat(bytes);
    const publish = `*3\r\n$7\r\nPUBLISH\r\n$5\r\n${CHANNEL}\r\n$${bytes}\r\n${body}\r\n`;
    const delivered = `*3\r\n$7\r\nmessage\r\n$5\r\n${CHANNEL}\r\n$${bytes}\r\n${body}\r\n`.length * count;
    const batch = Buffer.from(publish.repeat(PIPELINED));
    let received = 0;
    const start = process.hrtime.bigint();
    const all = new Promise<void>((resolve) => {
      subscriber.on('data', (data: Buffer) => {
        received += data.length;
        if (received >= delivered) resolve();
      });
    });
    for (let sent = 0; sent < count; sent += PIPELINED) if (!publisher.write(batch)) await once(publisher, 'drain');
    await all;
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    publisher.destroy();
    subscriber.destroy();
    return count / seconds;
  }

  async stop(): Promise<void> {
    const ended = once(this.server, 'exit');
    this.server.kill('SIGTERM');
    await ended;
  }

  private async connections(): Promise<[publisher: net.Socket, subscriber: net.Socket]> {
    const [publisher, subscriber] = [net.connect(this.socket), net.connect(this.socket)];
    subscriber.write(`*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\n${CHANNEL}\r\n`);
    await once(subscriber, 'data');
    publisher.on('data', () => undefined);
    return [publisher, subscriber];
  }
}

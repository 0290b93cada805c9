import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { MESSAGE_BYTES, spread } from '@nautilus/core/measure';
import { bundle } from '../bundle';
import { type BenchResult, ratio } from '../result';
import { type Percentiles, percentiles, ringTrips, startEcho } from '../ring-trips';

const REPEATS = 7;
const RING_TRIPS = 50_000;
const SOCKET_TRIPS = 4_000;

/** Nanoseconds one way in a round trip of one millisecond. */
const ONE_WAY_NS = 1e6 / 2;

/** Round trips of as many bytes over a Unix domain socket. */
async function socketTrips(file: string, start: () => ChildProcess): Promise<Float64Array> {
  const server = net.createServer();
  server.listen(file);
  await once(server, 'listening');
  const echo = start();
  const ended = once(echo, 'exit');
  const [socket] = (await once(server, 'connection')) as [net.Socket];
  const message = Buffer.alloc(MESSAGE_BYTES);
  const trips = new Float64Array(SOCKET_TRIPS);
  await new Promise<void>((resolve) => {
    let trip = 0;
    let start = performance.now();
    let received = 0;
    socket.on('data', (bytes) => {
      received += bytes.length;
      if (received < MESSAGE_BYTES) return;
      received = 0;
      trips[trip++] = performance.now() - start;
      if (trip === SOCKET_TRIPS) return resolve();
      start = performance.now();
      socket.write(message);
    });
    socket.write(message);
  });
  socket.destroy();
  server.close();
  await ended;
  return trips;
}

/** One way between two processes: over a ring in shared memory with busy polling, beside a Unix domain socket, in turn. */
export async function hopBenchmark(): Promise<BenchResult> {
  const root = installationRoot();
  const directory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-hop-'));
  const children = new Set<ChildProcess>();
  try {
    const program = bundle(path.join(root, 'bench/hop/echo.ts'), directory);
    const echo = (kind: 'ring' | 'socket', place: string) => () => {
      const child = startEcho(program, path.join(root, 'node_modules'), kind, place);
      children.add(child);
      child.on('exit', () => children.delete(child));
      return child;
    };
    const ring: Percentiles[] = [];
    const socket: Percentiles[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const rings = path.join(directory, `rings-${repeat}`);
      ring.push(percentiles(await ringTrips(RING_TRIPS, rings, echo('ring', rings)), ONE_WAY_NS));
      const file = path.join(directory, `socket-${repeat}`);
      socket.push(percentiles(await socketTrips(file, echo('socket', file)), ONE_WAY_NS));
    }
    const of = (side: Percentiles[], key: keyof Percentiles) => side.map((each) => each[key]);
    return {
      name: 'one-way hop between two processes',
      unit: 'ns',
      repeats: REPEATS,
      figures: {
        'ring p50': spread(of(ring, 'p50')),
        'ring p99': spread(of(ring, 'p99')),
        'Unix socket p50': spread(of(socket, 'p50')),
        'Unix socket p99': spread(of(socket, 'p99')),
      },
      ratio: ratio(['Unix socket p50', 'ring p50'], of(socket, 'p50'), of(ring, 'p50')),
      note: `half of a round trip of ${MESSAGE_BYTES} bytes; both processes poll without a pause over the ring`,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

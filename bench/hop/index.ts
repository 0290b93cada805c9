import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { MESSAGE_BYTES } from '@nautilus/core/measure';
import { bundle } from '../bundle';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';
import { RedisPeer } from '../ring/redis';
import { percentiles, ringTrips, startEcho } from '../ring-trips';

const RING_TRIPS = 50_000;
const SOCKET_TRIPS = 4_000;
const REDIS_HOPS = 4_000;

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

/** One way between two processes: over a ring in shared memory with busy polling, beside the ring in C, a Unix socket and Redis. */
export async function hopBenchmark(scratch: string, floors: Floors): Promise<BenchResult> {
  const root = installationRoot();
  const directory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-hop-'));
  const children = new Set<ChildProcess>();
  const redis = await RedisPeer.start(scratch, 'Redis pub/sub');
  const floor = floors.program('ring', 'ring in C');
  try {
    const program = bundle(path.join(root, 'bench/hop/echo.ts'), directory);
    const echo = (kind: 'ring' | 'socket', place: string) => () => {
      const child = startEcho(program, path.join(root, 'node_modules'), kind, place);
      children.add(child);
      child.on('exit', () => children.delete(child));
      return child;
    };
    let run = 0;
    const place = (kind: string) => path.join(directory, `${kind}-${run++}`);
    return await interleave({
      name: 'one-way hop between two processes',
      unit: 'ns',
      sides: {
        ring: async () => {
          const rings = place('rings');
          return percentiles(await ringTrips(RING_TRIPS, rings, echo('ring', rings)), ONE_WAY_NS);
        },
        'ring in C':
          typeof floor === 'string'
            ? () => {
                const [[p50, p99]] = figuresOf(floor, ['hop', String(RING_TRIPS)]) as [[number, number]];
                return { p50, p99 };
              }
            : floor,
        'Unix socket': async () => {
          const file = place('socket');
          return percentiles(await socketTrips(file, echo('socket', file)), ONE_WAY_NS);
        },
        'Redis pub/sub':
          redis instanceof RedisPeer ? async () => percentiles(await redis.hops(REDIS_HOPS, MESSAGE_BYTES), 1) : redis,
      },
      ratios: [
        { of: ['ring p50', 'ring in C p50'], better: 'lower', goal: 1.3 },
        { of: ['Unix socket p50', 'ring p50'], better: 'higher', goal: 100 },
        { of: ['Redis pub/sub p50', 'ring p50'], better: 'higher', goal: 500 },
      ],
      note: `half of a round trip of ${MESSAGE_BYTES} bytes, of Redis the way from publisher to subscriber; over the rings both processes poll without a pause`,
    });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    if (redis instanceof RedisPeer) await redis.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

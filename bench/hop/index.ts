import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { openHub } from '@nautilus/core/transport';
import { buildSync } from 'esbuild';
import { type BenchResult, ratio, spread } from '../result';
import { MESSAGE_BYTES, pingTopic, pongTopic } from './topics';

const REPEATS = 7;
const RING_TRIPS = 50_000;
const SOCKET_TRIPS = 4_000;

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** One way, in nanoseconds: half of each round trip. The first half of the trips warms up. */
function percentiles(roundTripsMs: Float64Array): Percentiles {
  const sorted = roundTripsMs.slice(roundTripsMs.length >> 1).sort();
  const at = (share: number) => ((sorted[Math.floor(sorted.length * share)] as number) * 1e6) / 2;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Round trips over two rings, both ends polling without a pause. */
async function measureRing(
  directory: string,
  startEcho: (kind: string, place: string) => ChildProcess,
): Promise<Percentiles> {
  const hub = openHub({ directory });
  try {
    const pings = hub.publish(pingTopic);
    const pongs = hub.subscribe(pongTopic, { name: 'bench', reliable: true });
    const echo = startEcho('ring', directory);
    const ended = once(echo, 'exit');
    while (!pings.hasReader('echo')) {
      if (echo.exitCode !== null) throw new Error(`the echo process ended with ${echo.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    let answered = 0;
    const note = (pong: { sequence: number }) => {
      answered = pong.sequence;
    };
    const send = (sequence: number) => {
      const ping = pings.claim();
      if (!ping) throw new Error('the echo process does not read');
      ping.sequence = sequence;
      ping.sentAt = ping.a = ping.b = ping.c = ping.d = 0;
      pings.commit();
    };
    const trips = new Float64Array(RING_TRIPS);
    for (let trip = 1; trip <= RING_TRIPS; trip++) {
      const start = performance.now();
      send(trip);
      while (answered !== trip) pongs.poll(note);
      trips[trip - 1] = performance.now() - start;
    }
    send(0);
    await ended;
    return percentiles(trips);
  } finally {
    hub.close();
  }
}

/** Round trips of as many bytes over a Unix domain socket. */
async function measureSocket(
  file: string,
  startEcho: (kind: string, place: string) => ChildProcess,
): Promise<Percentiles> {
  const server = net.createServer();
  server.listen(file);
  await once(server, 'listening');
  const echo = startEcho('socket', file);
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
  return percentiles(trips);
}

/** One way between two processes: over a ring in shared memory with busy polling, beside a Unix domain socket, in turn. */
export async function hopBenchmark(): Promise<BenchResult> {
  const root = installationRoot();
  const directory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-hop-'));
  const children = new Set<ChildProcess>();
  try {
    const program = path.join(directory, 'echo.js');
    buildSync({
      absWorkingDir: root,
      entryPoints: ['bench/hop/echo.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['koffi'],
      logLevel: 'error',
    });
    const startEcho = (kind: string, place: string) => {
      const child = spawn(process.execPath, [program, kind, place], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, NODE_PATH: path.join(root, 'node_modules') },
      });
      children.add(child);
      child.on('exit', () => children.delete(child));
      return child;
    };
    const ring: Percentiles[] = [];
    const socket: Percentiles[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      ring.push(await measureRing(path.join(directory, `rings-${repeat}`), startEcho));
      socket.push(await measureSocket(path.join(directory, `socket-${repeat}`), startEcho));
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

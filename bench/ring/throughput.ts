import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { MESSAGE_BYTES } from '@nautilus/core/measure';
import { openHub } from '@nautilus/core/transport';
import { bundle } from '../bundle';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import { interleave, type Measure } from '../harness/sides';
import type { BenchResult } from '../result';
import { RedisPeer } from './redis';
import { streamTopic } from './topic';

const MESSAGES = 5_000_000;
const REDIS_MESSAGES = 200_000;
/** Messages that are shown to the reader at once, on both sides. */
const BATCH = 32;

/** Messages a second over the ring from this process to another one. */
async function ringThroughput(program: string, directory: string, count: number): Promise<number> {
  const hub = openHub({ directory });
  const messages = hub.publish(streamTopic);
  const sink: ChildProcess = spawn(process.execPath, [program, 'sink', directory, String(count)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_PATH: path.join(installationRoot(), 'node_modules') },
  });
  const ended = once(sink, 'exit');
  try {
    while (!messages.hasReader('sink')) {
      if (sink.exitCode !== null) throw new Error(`the reader ended with ${sink.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const start = process.hrtime.bigint();
    for (let sequence = 1; sequence <= count; sequence++) {
      let message = messages.claim();
      while (message === undefined) {
        messages.commit();
        message = messages.claim();
      }
      message.sequence = message.sentAt = message.a = message.b = sequence;
      message.c = message.d = sequence;
      if (sequence % BATCH === 0) messages.commit();
    }
    messages.commit();
    while (messages.free() < streamTopic.capacity - 1) {}
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    await ended;
    return count / seconds;
  } finally {
    sink.kill('SIGKILL');
    hub.close();
  }
}

/** Messages a second from one process to another: the platform's ring beside the same in C and Redis pub/sub. */
export async function throughputBenchmark(directory: string, floors: Floors): Promise<BenchResult> {
  const program = bundle(path.join(installationRoot(), 'bench/ring/program.ts'), directory);
  const floor = floors.program('ring', 'ring in C');
  const redis = await RedisPeer.start(directory, 'Redis pub/sub, pipelined');
  let run = 0;
  const ring: Measure = async () => {
    const rings = path.join(directory, `stream-${run++}`);
    try {
      return await ringThroughput(program, rings, MESSAGES);
    } finally {
      fs.rmSync(rings, { recursive: true, force: true });
    }
  };
  try {
    return await interleave({
      name: 'ring throughput between two processes',
      unit: 'messages/s',
      repeats: 5,
      sides: {
        ring,
        'ring in C':
          typeof floor === 'string'
            ? () => figuresOf(floor, ['throughput', String(MESSAGES), String(BATCH)])[0]![0]!
            : floor,
        'Redis pub/sub, pipelined':
          redis instanceof RedisPeer ? () => redis.throughput(REDIS_MESSAGES, MESSAGE_BYTES) : redis,
      },
      ratios: [
        { of: ['ring', 'ring in C'], better: 'higher', goal: 0.5 },
        { of: ['ring', 'Redis pub/sub, pipelined'], better: 'higher', goal: 20 },
      ],
      note: `${MESSAGE_BYTES} bytes, ${BATCH} shown at once; each reader reads all of each message`,
    });
  } finally {
    if (redis instanceof RedisPeer) await redis.stop();
  }
}

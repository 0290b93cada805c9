import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { spread } from '@nautilus/core/measure';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import { LineProcess } from '../line-process';
import { Client } from '../order-to-ack/client';
import { OmsProcess } from '../order-to-ack/oms-process';
import { type BenchResult, figureGoals } from '../result';
import type { Loaded } from './load';

const REPEATS = 5;
const CONNECTIONS = 64;
const ORDERS = { warmUp: 10_000, closed: 30_000, open: 12_000 };
/** Half of the goal. */
const OPEN_PER_SECOND = 4000;

/** Orders over HTTP into a real order system, answered when its journal has them on the disk, beside a bare server of node:http. */
export async function restBenchmark(scratch: string): Promise<BenchResult[]> {
  const root = installationRoot();
  const modules = path.join(root, 'node_modules');
  const memory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-rest-'));
  let run = 0;
  try {
    const oms = bundle(path.join(root, 'engines/oms/main.ts'), memory);
    const load = bundle(path.join(root, 'bench/rest/load.ts'), memory);
    const bare = bundle(path.join(root, 'bench/rest/bare.ts'), memory);
    const measure = async (port: number): Promise<{ readonly closed: Loaded; readonly open: Loaded }> => {
      const client = new LineProcess(load, [String(port)]);
      const ask = async (what: object): Promise<Loaded> => JSON.parse(await client.ask(JSON.stringify(what)));
      try {
        await ask({ orders: ORDERS.warmUp, connections: CONNECTIONS });
        const closed = await ask({ orders: ORDERS.closed, connections: CONNECTIONS });
        return {
          closed,
          open: await ask({ orders: ORDERS.open, connections: CONNECTIONS, perSecond: OPEN_PER_SECOND }),
        };
      } finally {
        await client.stop();
      }
    };
    const withOms = async () => {
      const directory = path.join(memory, `run-${run}`);
      const journal = path.join(scratch, `rest-${run++}`);
      const system = await OmsProcess.start(oms, { directory, journal }, 'batched', modules, { poll: 'yield' });
      const tables = new Client(path.join(directory, 'rings'));
      try {
        return await measure(system.port);
      } finally {
        await system.stop();
        tables.close();
      }
    };
    const withBare = async () => {
      const server = new LineProcess(bare, []);
      try {
        return await measure(Number(await server.line()));
      } finally {
        await server.stop('SIGTERM');
      }
    };
    const latencies: { orders: Loaded[]; bare: Loaded[] } = { orders: [], bare: [] };
    const throughput = await interleave({
      name: 'orders over HTTP, durable',
      unit: 'orders/s',
      repeats: REPEATS,
      sides: {
        orders: async () => {
          const { closed, open } = await withOms();
          latencies.orders.push(open);
          return closed.perSecond;
        },
        'bare node:http': async () => {
          const { closed, open } = await withBare();
          latencies.bare.push(open);
          return closed.perSecond;
        },
      },
      ratios: [{ of: ['orders', 'bare node:http'], better: 'higher' }],
      goals: [{ figure: 'orders', better: 'higher', goal: 8000 }],
      note: `${CONNECTIONS} connections, each waits for its answer; client and server share the machine`,
    });
    const figures = {
      p50: spread(latencies.orders.map(({ p50 }) => p50)),
      p99: spread(latencies.orders.map(({ p99 }) => p99)),
      'bare node:http p50': spread(latencies.bare.map(({ p50 }) => p50)),
      'bare node:http p99': spread(latencies.bare.map(({ p99 }) => p99)),
    };
    return [
      throughput,
      {
        name: `orders over HTTP, durable, ${OPEN_PER_SECOND} a second whether it keeps up or not`,
        unit: 'ms',
        repeats: REPEATS,
        figures,
        ratios: [],
        goals: figureGoals([{ figure: 'p99', better: 'lower', goal: 20 }], figures),
        absent: [],
        note: 'measured in the same run; each order counts from the time at which it was to be sent (coordinated omission)',
      },
    ];
  } finally {
    fs.rmSync(memory, { recursive: true, force: true });
  }
}

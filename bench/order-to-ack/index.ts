import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { spread } from '@nautilus/core/measure';
import { bundle } from '../bundle';
import { type BenchResult, ratio } from '../result';
import { type Percentiles, percentiles, ringTrips, startEcho } from '../ring-trips';
import { Client } from './client';
import { OmsProcess } from './oms-process';

const REPEATS = 5;
const IN_FLIGHT = 1024;
/** Orders of one measurement; the first half warms up. */
const ORDERS = { memory: 200_000, one: 1_000, many: 100_000 };

/** Microseconds in a millisecond. */
const MICROSECONDS = 1e3;

interface Repeat {
  readonly floor: Percentiles;
  readonly memory: Percentiles;
  readonly batchedOne: Percentiles;
  readonly batchedMany: Percentiles;
  readonly ordersPerSecond: number;
  readonly open: Readonly<Record<'p50' | 'p99' | 'p999' | 'max', number>>;
}

/** Of the open load: a sixth of what the order system can do. */
const OPEN = { orders: 100_000, perSecond: 100_000 };

/** An order over the real ring into a real order system and its answer back, beside the bare rings, in turn. */
export async function orderToAckBenchmark(): Promise<BenchResult[]> {
  const root = installationRoot();
  const modules = path.join(root, 'node_modules');
  const memory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-orders-'));
  // Journals belong on a disk: a commit to memory would measure nothing.
  const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-orders-'));
  try {
    const program = bundle(path.join(root, 'engines/oms/main.ts'), memory);
    const echo = bundle(path.join(root, 'bench/hop/echo.ts'), memory);
    const repeats: Repeat[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const rings = path.join(memory, `echo-${repeat}`);
      // The floor: the same two rings with nothing between them.
      const floor = percentiles(
        await ringTrips(ORDERS.memory, rings, () => startEcho(echo, modules, 'ring', rings)),
        MICROSECONDS,
      );
      const inMemory = await withOms(
        program,
        path.join(memory, `memory-${repeat}`),
        disk,
        'memory',
        modules,
        (client) => {
          const trips = percentiles(client.measure(ORDERS.memory, 1).trips, MICROSECONDS);
          client.openLoad(OPEN.orders, OPEN.perSecond);
          const open = client.openLoad(OPEN.orders, OPEN.perSecond);
          const at = (percentile: number) => open.getValueAtPercentile(percentile) / 1e3;
          return { trips, open: { p50: at(50), p99: at(99), p999: at(99.9), max: open.maxValue / 1e3 } };
        },
      );
      const batched = await withOms(
        program,
        path.join(memory, `batched-${repeat}`),
        disk,
        'batched',
        modules,
        (client) => {
          const one = percentiles(client.measure(ORDERS.one, 1).trips, MICROSECONDS);
          const many = client.measure(ORDERS.many, IN_FLIGHT);
          return { one, many: percentiles(many.trips, MICROSECONDS), ordersPerSecond: ORDERS.many / many.seconds };
        },
      );
      repeats.push({
        floor,
        memory: inMemory.trips,
        batchedOne: batched.one,
        batchedMany: batched.many,
        ordersPerSecond: batched.ordersPerSecond,
        open: inMemory.open,
      });
    }
    return results(repeats);
  } finally {
    fs.rmSync(memory, { recursive: true, force: true });
    fs.rmSync(disk, { recursive: true, force: true });
  }
}

function results(repeats: readonly Repeat[]): BenchResult[] {
  const of = (value: (repeat: Repeat) => number) => repeats.map(value);
  return [
    {
      name: 'order to acknowledgement over two processes, round trip',
      unit: 'µs',
      repeats: repeats.length,
      figures: {
        'bare rings p50': spread(of(({ floor }) => floor.p50)),
        'bare rings p99': spread(of(({ floor }) => floor.p99)),
        'journal in memory p50': spread(of(({ memory }) => memory.p50)),
        'journal in memory p99': spread(of(({ memory }) => memory.p99)),
        'durable, one in flight p50': spread(of(({ batchedOne }) => batchedOne.p50)),
        'durable, one in flight p99': spread(of(({ batchedOne }) => batchedOne.p99)),
        [`durable, ${IN_FLIGHT} in flight p50`]: spread(of(({ batchedMany }) => batchedMany.p50)),
        [`durable, ${IN_FLIGHT} in flight p99`]: spread(of(({ batchedMany }) => batchedMany.p99)),
      },
      ratios: [
        ratio(
          { of: ['journal in memory p50', 'bare rings p50'], better: 'lower' },
          { 'journal in memory p50': of(({ memory }) => memory.p50), 'bare rings p50': of(({ floor }) => floor.p50) },
        )!,
      ],
      absent: [],
      note: 'validation, limits from the risk table, quote, journal record, state, command and answer; both processes poll without a pause',
    },
    {
      name: `order to acknowledgement, ${OPEN.perSecond.toLocaleString('en-US')} orders a second whether it keeps up or not`,
      unit: 'µs',
      repeats: repeats.length,
      figures: {
        p50: spread(of(({ open }) => open.p50)),
        p99: spread(of(({ open }) => open.p99)),
        'p99.9': spread(of(({ open }) => open.p999)),
        largest: spread(of(({ open }) => open.max)),
      },
      ratios: [],
      absent: [],
      note: 'journal in memory; each order counts from the time at which it was to be sent (coordinated omission)',
    },
    {
      name: 'durable orders',
      unit: 'orders/s',
      repeats: repeats.length,
      figures: { [`${IN_FLIGHT} in flight`]: spread(of(({ ordersPerSecond }) => ordersPerSecond)) },
      ratios: [],
      absent: [],
      note: 'each acknowledged after the fdatasync of its group commit',
    },
  ];
}

async function withOms<T>(
  program: string,
  directory: string,
  disk: string,
  durability: 'memory' | 'batched',
  modules: string,
  measure: (client: Client) => T,
): Promise<T> {
  const oms = await OmsProcess.start(
    program,
    { directory, journal: path.join(disk, path.basename(directory)) },
    durability,
    modules,
  );
  const client = new Client(path.join(directory, 'rings'));
  try {
    return measure(client);
  } finally {
    await oms.stop();
    client.close();
  }
}

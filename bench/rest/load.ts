/** `load.js PORT`: sends orders over HTTP and prints a line of JSON for each line that it reads: { orders, connections, perSecond? }. */
import readline from 'node:readline';
import { build } from 'hdr-histogram-js';
import { Pool } from 'undici';

/** Latencies in ms; in an open load each counts from the time at which the order was to be sent. */
export interface Loaded {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Load {
  readonly orders: number;
  readonly connections: number;
  /** Orders at fixed times, whether answers keep up or not. @default one after the other on each connection */
  readonly perSecond?: number;
}

const MICROSECONDS = 1e3;
let sent = 0;

async function run({ orders, connections, perSecond }: Load): Promise<Loaded> {
  const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections, pipelining: 1 });
  const latencies = build({ highestTrackableValue: 60e6, numberOfSignificantValueDigits: 3, useWebAssembly: false });
  let answered = 0;
  const send = async (from: number): Promise<void> => {
    const clientOrderId = `r${++sent}`;
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/api/v1/orders',
      headers: { 'content-type': 'application/json' },
      body: `{"clientOrderId":"${clientOrderId}","account":"bench","symbol":"AAPL","side":"buy","quantity":1,"type":"limit","limitPrice":586}`,
    });
    const text = await body.text();
    if (statusCode !== 201) throw new Error(`${statusCode} ${text}`);
    latencies.recordValue(Math.max(1, Math.round((performance.now() - from) * MICROSECONDS)));
    answered++;
  };
  const begin = performance.now();
  if (perSecond === undefined) {
    let left = orders;
    const one = async () => {
      while (left-- > 0) await send(performance.now());
    };
    await Promise.all(Array.from({ length: connections }, one));
  } else {
    const interval = 1e3 / perSecond;
    const waiting: Promise<void>[] = [];
    for (let order = 0; order < orders; ) {
      const due = begin + order * interval;
      if (performance.now() >= due) {
        waiting.push(send(due));
        order++;
      } else await new Promise(setImmediate);
    }
    await Promise.all(waiting);
  }
  const seconds = (performance.now() - begin) / 1e3;
  await pool.close();
  const at = (percentile: number) => latencies.getValueAtPercentile(percentile) / MICROSECONDS;
  return { perSecond: answered / seconds, p50: at(50), p99: at(99), max: latencies.maxValue / MICROSECONDS };
}

async function main(): Promise<void> {
  for await (const line of readline.createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
}

void main();

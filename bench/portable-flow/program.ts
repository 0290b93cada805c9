/**
 * Replays a flow through one book in a process of its own, so that no book is compiled for the types of another.
 *
 * program BOOK FLOW ROUNDS CAPACITY SKIP: prints commands a second of the second half of the rounds, each without its first SKIP
 * commands, then trades, rejects, filled, live and the best prices.
 */
import { readFileSync } from 'node:fs';
import { books } from './books';
import { FLOW_STRIDE } from './flow';

const [name, file] = process.argv.slice(2) as [string, string];
const [rounds, capacity, skip] = process.argv.slice(4).map(Number) as [number, number, number];
const bytes = readFileSync(file);
const flow = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const begin = skip * FLOW_STRIDE;
let counts: number[] = [];
let commands = 0;
let taken = 0;
for (let round = 0; round < rounds; round++) {
  const replay = new books[name]!(capacity, flow);
  replay.run(flow, 0, begin);
  const start = process.hrtime.bigint();
  replay.run(flow, begin, flow.length);
  if (round >= rounds >> 1) {
    taken += Number(process.hrtime.bigint() - start) / 1e9;
    commands += (flow.length - begin) / FLOW_STRIDE;
  }
  counts = replay.counts();
}
process.stdout.write(`${commands / taken}\n${counts.join(' ')}\n`);

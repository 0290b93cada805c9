/**
 * Replays a flow through one book in a process of its own, so that no book is compiled for the types of another.
 *
 * program BOOK FLOW ROUNDS: prints commands a second of the last round, then trades, rejects, filled and live.
 */
import { readFileSync } from 'node:fs';
import { books } from './books';
import { FLOW_STRIDE } from './flow';

const [name, file, rounds] = process.argv.slice(2) as [string, string, string];
const replay = books[name]!;
const bytes = readFileSync(file);
const flow = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
let printed = '';
for (let round = 0; round < Number(rounds); round++) {
  const start = process.hrtime.bigint();
  const { trades, rejects, filled, live } = replay(flow);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  printed = `${flow.length / FLOW_STRIDE / seconds}\n${trades} ${rejects} ${filled} ${live}\n`;
}
process.stdout.write(printed);

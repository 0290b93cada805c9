/** Takes blocks of a shared slab, marks them as its own, looks whether they stay so, and frees them: `memory, identity, operations`. */
import { parentPort, workerData } from 'node:worker_threads';
import { SharedSlab } from '../../../engines/core/memory/shared-slab';
import { randomOf } from './fuzz';

const { memory, identity, operations } = workerData as {
  memory: SharedArrayBuffer;
  identity: number;
  operations: number;
};
const slab = SharedSlab.attach(memory);
const words = new Int32Array(memory);
const wordsOfBlock = slab.largest / 4;
const random = randomOf(identity * 7919);
const held: number[] = [];
let [allocated, refused, stolen] = [0, 0, 0];

function release(): void {
  const index = random(held.length);
  const offset = held[index]!;
  for (let at = offset / 4; at < offset / 4 + wordsOfBlock; at++) if (words[at] !== identity) stolen++;
  held[index] = held[held.length - 1]!;
  held.pop();
  if (slab.free(offset) !== slab.largest) stolen++;
}

for (let i = 0; i < operations; i++) {
  if (held.length > 0 && random(100) < (held.length > 150 ? 60 : 40)) {
    release();
    continue;
  }
  const offset = slab.allocate(64);
  if (offset < 0) {
    refused++;
    continue;
  }
  words.fill(identity, offset / 4, offset / 4 + wordsOfBlock);
  held.push(offset);
  allocated++;
}
while (held.length > 0) release();
parentPort?.postMessage({ allocated, refused, stolen });

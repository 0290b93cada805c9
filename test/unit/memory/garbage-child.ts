/** Allocates and frees with each strategy for as long as a collector would notice any garbage. Run it with --trace-gc. */
import fs from 'node:fs';
import type { Allocator } from '../../../engines/core/memory';
import { strategies } from './strategy-cases';

const held = new Int32Array(128);

function work(allocator: Allocator, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < held.length; at++) {
      held[at] = allocator.allocate(1 + (at & 63));
      if (held[at]! < 0) throw new Error(`refused ${held[at]}`);
    }
    for (let at = held.length - 1; at >= 0; at--) if (allocator.free(held[at]!) < 0) throw new Error('not freed');
  }
}

const allocators = Object.values(strategies).map(({ make, arena }) => make(arena));
for (const allocator of allocators) work(allocator, 2000);
fs.writeSync(1, 'warm\n');
for (const allocator of allocators) work(allocator, 8000);
fs.writeSync(1, 'done\n');

import type { Allocator } from '../../../engines/core/memory/allocator';
import { BestFitAllocator } from '../../../engines/core/memory/best-fit';
import { BuddyAllocator } from '../../../engines/core/memory/buddy';
import { FirstFitAllocator } from '../../../engines/core/memory/first-fit';
import { FixedPool } from '../../../engines/core/memory/fixed-pool';
import { SharedSlab } from '../../../engines/core/memory/shared-slab';
import { SlabAllocator } from '../../../engines/core/memory/slab';
import { StackAllocator } from '../../../engines/core/memory/stack';
import type { FreeMap, FuzzOptions } from './fuzz';

/** Every strategy as it is fuzzed: an arena, sizes and alignments that suit it, and what an account of its granules knows of it. */
export type Bytes = FuzzOptions['bytes'];
/** As on the order path: mostly a line of the cache, seldom a few kilobytes. */
const small: Bytes = (random) => {
  const dice = random(100);
  if (dice < 60) return 1 + random(64);
  if (dice < 85) return 65 + random(192);
  return dice < 95 ? 257 + random(768) : 1025 + random(3072);
};
const large: Bytes = (random) => (random(30) === 0 ? 1 + random(32_768) : small(random));
const alignments = [1, 64, 64, 64, 256, 512, 4096];

const pageIsFree = (owners: Int32Array, page: number): boolean => {
  for (let at = page; at < page + 1024; at++) if (owners[at] !== 0) return false;
  return true;
};
const wholePage = ({ owners, granules }: FreeMap): boolean => {
  for (let page = 0; page + 1024 <= granules; page += 1024) if (pageIsFree(owners, page)) return true;
  return false;
};
const buddyBytes = (bytes: number, alignment: number): number =>
  2 ** Math.ceil(Math.log2(Math.max(bytes, alignment, 64)));

interface Strategy {
  readonly make: (arena: number) => Allocator;
  /** Bytes of the arena, a little more than a number that suits it. */
  readonly arena: number;
  readonly options: (arena: number) => Omit<FuzzOptions, 'seed' | 'operations' | 'arena'>;
}

const sharedSlab = (arena: number) => {
  const wanted = { blockBytes: 256, blocks: Math.trunc(arena / 256) };
  return SharedSlab.create(new SharedArrayBuffer(SharedSlab.bytesFor(wanted)), wanted);
};
const lowest = (free: FreeMap, bytes: number, alignment: number) => free.lowest(bytes, alignment);
const anyRoom = (free: FreeMap, bytes: number, alignment: number) => lowest(free, bytes, alignment) >= 0;

export const strategies: Readonly<Record<string, Strategy>> = {
  slab: {
    make: (arena) => new SlabAllocator(arena),
    arena: 2 ** 21,
    options: () => ({ bytes: large, alignments, hadRoom: wholePage }),
  },
  'fixed pool': {
    make: (arena) => new FixedPool(arena, 192),
    arena: 192 * 5000,
    options: () => ({ bytes: (random) => 1 + random(192), hadRoom: (free) => free.lowest(192, 64) >= 0 }),
  },
  buddy: {
    make: (arena) => new BuddyAllocator(arena),
    arena: 2 ** 20 + 3 * 1024,
    options: () => ({
      bytes: small,
      alignments,
      hadRoom: (free, bytes, alignment) => free.lowest(buddyBytes(bytes, alignment), buddyBytes(bytes, alignment)) >= 0,
    }),
  },
  'first fit': {
    make: (arena) => new FirstFitAllocator(arena),
    arena: 2 ** 20 - 64,
    options: () => ({ bytes: small, alignments, hadRoom: anyRoom, expected: lowest }),
  },
  'best fit': {
    make: (arena) => new BestFitAllocator(arena),
    arena: 2 ** 20 - 64,
    options: () => ({ bytes: small, alignments, hadRoom: anyRoom }),
  },
  stack: {
    make: (arena) => new StackAllocator(arena),
    arena: 2 ** 20 - 64,
    options: () => ({ bytes: small, alignments, lifo: true }),
  },
  'shared slab': {
    make: sharedSlab,
    arena: 256 * 4001,
    options: (arena) => ({
      first: Math.ceil((64 + Math.ceil(arena / 256 / 32) * 4) / 4096) * 4096,
      bytes: (random) => 1 + random(256),
      alignments: [64, 256],
      hadRoom: (free) => free.lowest(256, 256) >= 0,
    }),
  },
};

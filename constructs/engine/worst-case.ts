import { benchmarkCopy, type EngineName, MemorySize, type Profile } from '@nautilus/config';
import type { MemoryPart } from '../budget/worst-case';

/** Code, stacks and buffers: 30 MiB in an idle engine, the page cache of its program not counted, which gives way. */
const outsideTheHeap = MemorySize.mebibytes(64);

/** What an engine writes in shared memory. A page is charged to the container that touches it first. */
export const ringsOf: Partial<Record<EngineName, MemorySize>> = {
  marketdata: MemorySize.mebibytes(6),
  risk: MemorySize.mebibytes(1),
  // Of clients' orders, too: they come from outside of any container.
  oms: MemorySize.mebibytes(10),
  ems: MemorySize.mebibytes(3),
  pms: MemorySize.mebibytes(1),
};

/** Arrays of the simulated exchange for each order that can rest in its book: records, links, ids. */
const perRestingOrder = MemorySize.bytes(96);

/** Heaps of the benchmark's two threads. */
const benchmarkHeaps = MemorySize.mebibytes(17);

/** What an engine may take at once, its heap aside. */
export function besideTheHeap(profile: Profile, engine: EngineName): readonly MemoryPart[] {
  const rings = ringsOf[engine];
  const resting = profile.trading.venues.reduce((sum, { capacity }) => sum + capacity, 0);
  return [
    { name: 'Node outside its heap: code, stacks, buffers', size: outsideTheHeap },
    ...(rings ? [{ name: 'rings and tables that it writes', size: rings }] : []),
    ...(engine === 'backend'
      ? [{ name: 'a benchmark in its threads', size: benchmarkCopy(profile).times(2).plus(benchmarkHeaps) }]
      : []),
    ...(engine === 'ems' ? [{ name: `books of ${resting} resting orders`, size: perRestingOrder.times(resting) }] : []),
  ];
}

import { MemorySize } from '@nautilus/config';
import { selector } from '../setting';

/** Code, stacks, buffers outside the heap, and the pages of the rings that this engine touches first. */
const besideTheHeap = MemorySize.mebibytes(128);

export const heap = selector('max-old-space-size', ({ limit }: { readonly limit: MemorySize }) => ({
  value: limit
    .times(3 / 4)
    .atMost(limit.minus(besideTheHeap))
    .atLeast(MemorySize.mebibytes(64))
    .floorTo(MemorySize.mebibytes(1)),
  reason: `three quarters of the limit, and ${besideTheHeap} less than it: a heap that outgrows its container is killed without a word`,
  source: 'Node.js documentation; 8192 in a container of 512 MB ended in SIGKILL',
}));

import { type EngineName, MemorySize } from '@nautilus/config';
import { selector } from '../setting';

export interface HeapInput {
  readonly engine: EngineName;
  /** The container's limit. */
  readonly limit: MemorySize;
  /** What the engine needs of it besides its heap. */
  readonly beside: MemorySize;
}

/** Below this, V8 collects all the time. */
const least = MemorySize.mebibytes(64);
/** What the requirements ask for, by engine. */
const asked: Partial<Record<EngineName, { readonly value: string; readonly why: string }>> = {
  frontend: { value: '8192', why: 'a heap of 8 GiB builds the page; the container only serves what was built' },
};

export const heap = selector('max-old-space-size', ({ engine, limit, beside }: HeapInput) => ({
  value: limit
    .times(3 / 4)
    .atMost(limit.minus(beside))
    .atLeast(least)
    .floorTo(MemorySize.mebibytes(1)),
  reason: `three quarters of the limit, and never so much that the ${beside} beside it no longer fit: a heap that outgrows its container is killed without a word`,
  source: 'Node.js documentation; 8192 in a container of 512 MB ended in SIGKILL',
  requirement: asked[engine],
}));

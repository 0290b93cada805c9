import { MemorySize } from '@nautilus/config';
import { asked, selector } from '../../setting';
import type { PostgresInput } from './input';
import { hashMemMultiplier } from './memory';
import { activeSessions, reservedParts } from './reserved';
import { maxParallelWorkersPerGather } from './workers';

/** The most that a sort or hash gets; the least with which the server is of any use. */
const most = MemorySize.mebibytes(64);
export const leastWorkMem = MemorySize.mebibytes(1);
/** The rest is the kernel's: page cache, page tables of sessions that rest, and what nobody counted. */
const share = 0.9;
/** Sorts and hashes of one query at the same time. */
const nodes = { orders: 2, mixed: 3, research: 4 } as const;

/**
 * How many times work_mem may be taken at once, when every active session runs a parallel query. A parallel hash takes the
 * work_mem of all processes that were planned for it, even when no worker was free and its leader does all by itself.
 */
export const grants = (input: PostgresInput) =>
  activeSessions(input) *
  nodes[input.kind] *
  hashMemMultiplier(input).value *
  (maxParallelWorkersPerGather(input).value + 1);

/** Nine tenths of the limit, less all that is taken before any sort. */
export const leftForSorts = (input: PostgresInput) =>
  input.limit.times(share).minus(MemorySize.sum(reservedParts(input).map(({ size }) => size)));

export const workMem = selector('work_mem', (input: PostgresInput) => {
  const count = grants(input);
  const value = leftForSorts(input)
    .times(1 / count)
    .floorTo(MemorySize.kibibytes(64))
    .atMost(most)
    .atLeast(leastWorkMem);
  return {
    value,
    reason: `what is left of nine tenths of the limit when everything else is taken, shared by ${count} sorts and hashes at once, those of parallel queries in all active sessions: pgtune and timescaledb-tune divide by connections, of which most rest, and forget several nodes a query`,
    source: 'worst case of the running server, measured',
    ...asked('64MB', {
      met: value.equals(most),
      why: `${count} sorts and hashes of 64 MiB, which parallel queries in ${activeSessions(input)} sessions take, do not fit what is left of ${input.limit}`,
    }),
  };
});

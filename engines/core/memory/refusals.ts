import { Reject, rejectName } from './allocator';
import { MemoryError } from './errors';
import type { Handle } from './handles';
import type { MemoryPool } from './memory-pool';
import type { PoolName } from './regions';

/** Why a pool has no block for a request. */
export function refused(pool: MemoryPool, bytes: number, alignment: number, reject: number): MemoryError {
  const { name, capacity, allocator } = pool;
  const { free, largestFree } = allocator.stats();
  if (reject === Reject.alignment)
    return new MemoryError({
      code: 'NAUT_MEMORY_ALIGNMENT',
      message: `the pool ${name} cannot align a block to ${alignment} bytes`,
      fix: 'ask for a power of two up to 4096',
    });
  if (reject === Reject.size)
    return new MemoryError({
      code: 'NAUT_MEMORY_SIZE',
      message: `the pool ${name} (${pool.plan.strategy}) has no block of ${bytes} bytes; allowed are whole numbers from 1 to ${allocator.largest}`,
      fix: 'split what is that large, use another pool, or raise the memory claim of the engine in the profile',
    });
  return new MemoryError({
    code: 'NAUT_MEMORY_EXHAUSTED',
    message: `the pool ${name} has no block of ${bytes} bytes left: ${free} of ${capacity} bytes are free, ${largestFree} of them in one piece`,
    fix:
      free >= bytes && pool.movable
        ? 'call `defragment`, which joins the free bytes between movable blocks; or free blocks'
        : 'free blocks (`nautilus memory profile` names who holds them), or raise the memory claim of the engine in the profile',
  });
}

/** Why a block cannot be freed now. */
export function notFreed(pool: MemoryPool, handle: Handle, reject: number): MemoryError {
  return new MemoryError({
    code: 'NAUT_MEMORY_ORDER',
    message: `the block of handle ${handle} in the pool ${pool.name} (${pool.plan.strategy}) cannot be freed now (${rejectName(reject)})`,
    fix: 'free the blocks of a stack from the last to the first, or all together with `mark` and `release`',
  });
}

/** A pool in use by offsets is asked for a handle. */
export const rawPool = (name: PoolName): MemoryError =>
  new MemoryError({
    code: 'NAUT_MEMORY_ORDER',
    message: `the pool ${name} is used by offsets and gives no handles`,
    fix: 'allocate from the strategy that `raw` returned, or use another pool',
  });

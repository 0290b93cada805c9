import { canMove } from './allocator';
import { type HandleTable, MOVABLE } from './handles';
import type { MemoryPool } from './memory-pool';
import type { PoolName } from './regions';

export interface DefragmentOptions {
  /** @default every pool that has blocks that move */
  readonly pool?: PoolName;
  /** Stop after so many bytes were moved. @default 1 MiB */
  readonly bytes?: number;
  /** Stop after so many blocks were looked at. @default 4096 */
  readonly blocks?: number;
}

export interface Defragmented {
  readonly movedBlocks: number;
  readonly movedBytes: number;
  /** Every pool was walked to its end and had nothing left to move. */
  readonly finished: boolean;
}

/** What a call may still do, and what it has done. */
interface Step {
  looks: number;
  bytes: number;
  movedBlocks: number;
  movedBytes: number;
}

/** Moves blocks of some pools, from where the last call stopped, within a budget of bytes and of blocks that are looked at. */
export function compact(
  pools: readonly MemoryPool[],
  handles: HandleTable,
  { bytes, blocks }: Required<Omit<DefragmentOptions, 'pool'>>,
): Defragmented {
  const step: Step = { looks: blocks, bytes, movedBlocks: 0, movedBytes: 0 };
  let finished = true;
  for (const pool of pools) if (pool.movable && !pool.raw) finished = compactPool(pool, handles, step) && finished;
  return { movedBlocks: step.movedBlocks, movedBytes: step.movedBytes, finished };
}

/** Returns whether a whole pass over the pool found nothing to move. */
function compactPool(pool: MemoryPool, handles: HandleTable, step: Step): boolean {
  const { allocator } = pool;
  if (!canMove(allocator)) return true;
  const memory = new Uint8Array(pool.buffer);
  while (step.looks > 0 && step.movedBytes < step.bytes) {
    const offset = allocator.nextBlock(pool.cursor);
    if (offset < 0) {
      const finished = pool.movedInPass === 0;
      pool.cursor = pool.movedInPass = 0;
      if (finished) return true;
      continue;
    }
    step.looks--;
    const size = allocator.sizeOf(offset);
    pool.cursor = offset + size;
    const slot = pool.ownerOf(offset);
    if (slot < 0 || handles.pins[slot] !== MOVABLE) continue;
    const target = allocator.moveDown(offset, 1 << handles.alignments[slot]!);
    if (target < 0) continue;
    memory.copyWithin(target, offset, offset + size);
    pool.setOwner(offset, -1);
    pool.setOwner(target, slot);
    handles.offsets[slot] = target;
    pool.movedInPass++;
    step.movedBlocks++;
    step.movedBytes += size;
  }
  return false;
}

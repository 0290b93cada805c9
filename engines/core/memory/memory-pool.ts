import { type Mapping, mapPrivate } from '../transport/native';
import { type Allocator, canMove, fragmentation, GRANULE, GRANULE_SHIFT, LARGEST_ARENA } from './allocator';
import { BestFitAllocator } from './best-fit';
import { BuddyAllocator } from './buddy';
import { FirstFitAllocator } from './first-fit';
import { Pressure } from './pressure';
import { type PoolName, type PoolPlan, pools, regions, type Strategy } from './regions';
import { SlabAllocator } from './slab';
import { StackAllocator } from './stack';

const make: Readonly<Record<Strategy, new (capacity: number) => Allocator>> = {
  slab: SlabAllocator,
  buddy: BuddyAllocator,
  'first-fit': FirstFitAllocator,
  'best-fit': BestFitAllocator,
  stack: StackAllocator,
};

/** Smallest pool: one page of a slab. */
const SMALLEST_POOL = 2 ** 16;

/** A pool's arena and strategy. Nothing of it exists before its first allocation. */
export class MemoryPool {
  readonly plan: PoolPlan;
  /** Of every block, bytes. */
  readonly alignment: number;
  /** Bytes that its arena will have. */
  readonly capacity: number;
  readonly pressure: Pressure;
  allocations = 0;
  peak = 0;
  /** Bytes of the blocks behind handles. */
  used = 0;
  /** Handed out as offsets: handles are refused. */
  raw = false;
  /** Where the next step of defragmentation goes on, and how many blocks the pass has moved. */
  cursor = 0;
  movedInPass = 0;
  private pages: Mapping | undefined;
  private strategy: Allocator | undefined;
  /** By granule: the handle's slot plus one of the block that begins there. */
  private slots: Int32Array | undefined;

  constructor(
    readonly name: PoolName,
    /** Number of the pool in its manager. */
    readonly index: number,
    regionBytes: number,
  ) {
    this.plan = pools[name];
    this.alignment = regions[this.plan.region].alignment;
    const share = Math.min(LARGEST_ARENA, regionBytes * this.plan.share);
    this.capacity = Math.max(SMALLEST_POOL, share - (share % SMALLEST_POOL));
    this.pressure = new Pressure(this.capacity);
  }

  /** Whether anything was ever allocated: until then it costs nothing. */
  get opened(): boolean {
    return this.strategy !== undefined;
  }

  get allocator(): Allocator {
    return (this.strategy ??= new make[this.plan.strategy](this.capacity));
  }

  get buffer(): ArrayBuffer {
    return (this.pages ??= mapPrivate(this.capacity)).buffer;
  }

  get owners(): Int32Array {
    return (this.slots ??= new Int32Array(this.capacity / GRANULE));
  }

  /** The handle's slot of the block at an offset, or -1. */
  ownerOf(offset: number): number {
    return this.owners[offset >>> GRANULE_SHIFT]! - 1;
  }

  setOwner(offset: number, slot: number): void {
    this.owners[offset >>> GRANULE_SHIFT] = slot + 1;
  }

  /** Gives the pages of an empty pool back to the kernel. */
  trim(): boolean {
    if (!this.pages || this.used > 0 || this.raw) return false;
    this.pages.discard();
    return true;
  }

  get movable(): boolean {
    return this.strategy !== undefined && canMove(this.strategy);
  }

  report() {
    const { name, plan, capacity, alignment, allocations, peak: peakBytes, opened } = this;
    const stats = this.strategy?.stats();
    const free = { free: stats?.free ?? capacity, largestFree: stats?.largestFree ?? capacity };
    return {
      name,
      region: plan.region,
      strategy: plan.strategy,
      priority: plan.priority,
      alignment,
      opened,
      capacityBytes: capacity,
      usedBytes: stats?.used ?? 0,
      peakBytes: Math.max(peakBytes, stats?.used ?? 0),
      freeBytes: free.free,
      largestFreeBytes: free.largestFree,
      fragmentation: fragmentation(free),
      blocks: stats?.blocks ?? 0,
      allocations,
      failures: stats?.failures ?? 0,
      pressure: this.pressure.level,
    };
  }
}

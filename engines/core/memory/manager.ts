import { monotonicNs } from '../domain/clock';
import { Reject } from './allocator';
import { compact, type Defragmented, type DefragmentOptions } from './compaction';
import { MemoryError } from './errors';
import { type Handle, HandleTable, MOVABLE, typeNumber, typeOf, type View, type ViewType } from './handles';
import { MemoryPool } from './memory-pool';
import { Pressure, type PressureLevel } from './pressure';
import { type LeakReport, type ProfileReport, Profiler, type ProfilerOptions } from './profiler';
import { notFreed, rawPool, refused } from './refusals';
import { RegionAccount } from './region-account';
import { type PoolName, poolNames, pools as poolPlans, type RegionName, regionNames, regions } from './regions';
import { StackAllocator } from './stack';

export interface MemoryOptions {
  /** Bytes that all regions have together. */
  readonly budget: number;
  readonly profiler?: ProfilerOptions;
  /** Where the time of one allocation in 64 goes, nanoseconds, reading the clock twice included. */
  readonly latency?: { record(ns: number): void };
}

interface BlockOptions {
  /** Bytes, a power of two up to 4096. @default that of the pool's region */
  readonly alignment?: number;
  /** Filled with zeros; otherwise it holds what its memory held before. @default false */
  readonly zeroed?: boolean;
  /** It may be moved while nobody has it pinned, and is seen only through `pin` and `use`. @default false */
  readonly movable?: boolean;
}

export interface PressureChange {
  /** The pool, or all of them together. */
  readonly of: PoolName | 'all';
  readonly level: PressureLevel;
  readonly before: PressureLevel;
  readonly usedBytes: number;
  readonly capacityBytes: number;
}

/** One allocation in so many is timed. */
const TIMED = 64;

/**
 * The memory of an engine outside of V8's heap: six regions, eight pools, blocks behind handles.
 *
 * A handle that was freed, or was made elsewhere, is an error and never another block's memory. A pool costs nothing before its first
 * allocation, and then the pages that are written to. The manager belongs to one thread; between threads use `SharedSlab`, between
 * processes `SharedBuffers`.
 */
export class MemoryManager {
  readonly budget: number;
  readonly profiler: Profiler;
  private readonly pools: readonly MemoryPool[];
  private readonly byName: ReadonlyMap<string, MemoryPool>;
  private readonly accounts: ReadonlyMap<RegionName, RegionAccount>;
  private readonly handles = new HandleTable();
  private readonly pressure: Pressure;
  private readonly listeners = new Set<(change: PressureChange) => void>();
  private readonly latency: MemoryOptions['latency'];
  private readonly capacity: number;
  private used = 0;
  private untilTimed = TIMED;
  private listenerFailures = 0;

  /** @throws MemoryError NAUT_MEMORY_BUDGET */
  constructor({ budget, profiler, latency }: MemoryOptions) {
    if (!(budget >= SMALLEST_BUDGET && Number.isFinite(budget)))
      throw new MemoryError({
        code: 'NAUT_MEMORY_BUDGET',
        message: `a memory manager needs a budget of at least ${SMALLEST_BUDGET} bytes; ${budget} were given`,
        fix: "raise the engine's memory claim in the profile",
      });
    this.budget = Math.trunc(budget);
    this.latency = latency;
    this.profiler = new Profiler(profiler);
    const bytesOf = (name: RegionName) => Math.trunc(this.budget * regions[name].share);
    this.pools = poolNames.map((name, index) => new MemoryPool(name, index, bytesOf(poolPlans[name].region)));
    this.byName = new Map(this.pools.map((pool) => [pool.name, pool]));
    this.accounts = new Map(regionNames.map((name) => [name, new RegionAccount(name, bytesOf(name))]));
    this.capacity = this.pools.reduce((sum, pool) => sum + pool.capacity, 0);
    this.pressure = new Pressure(this.capacity);
  }

  /** A block of bytes. @throws MemoryError NAUT_MEMORY_EXHAUSTED, NAUT_MEMORY_SIZE, NAUT_MEMORY_ALIGNMENT */
  allocate(pool: PoolName, bytes: number, options?: BlockOptions): Handle<Uint8Array> {
    return this.make(pool, Uint8Array, bytes, options, this.allocate) as Handle<Uint8Array>;
  }

  /**
   * A block of numbers.
   *
   * @example const prices = memory.allocateArray('historical', Float64Array, 1000); // Handle<Float64Array>
   * @throws MemoryError NAUT_MEMORY_EXHAUSTED, NAUT_MEMORY_SIZE, NAUT_MEMORY_ALIGNMENT
   */
  allocateArray<V extends View>(pool: PoolName, type: ViewType<V>, length: number, options?: BlockOptions): Handle<V> {
    return this.make(pool, type, length, options, this.allocateArray) as Handle<V>;
  }

  /** Frees a block: the bytes that its pool has back. @throws MemoryError NAUT_MEMORY_STALE_HANDLE, NAUT_MEMORY_FOREIGN_HANDLE, NAUT_MEMORY_PINNED, NAUT_MEMORY_ORDER */
  free(handle: Handle): number {
    const slot = this.slotOf(handle);
    const { handles } = this;
    if ((handles.pins[slot]! & ~MOVABLE) !== 0)
      throw new MemoryError({
        code: 'NAUT_MEMORY_PINNED',
        message: `the handle ${handle} is pinned ${handles.pins[slot]! & ~MOVABLE} times: somebody looks at its block`,
        fix: 'unpin it as often as it was pinned, then free it',
      });
    const pool = this.pools[handles.pools[slot]!]!;
    const offset = handles.offsets[slot]!;
    const freed = pool.allocator.free(offset);
    if (freed < 0) throw notFreed(pool, handle, freed);
    pool.setOwner(offset, -1);
    this.drop(slot);
    this.account(pool, -freed);
    return freed;
  }

  /** The block's memory, valid until it is freed. @throws MemoryError NAUT_MEMORY_STALE_HANDLE, NAUT_MEMORY_FOREIGN_HANDLE, NAUT_MEMORY_NOT_PINNED */
  view<V extends View>(handle: Handle<V>): V {
    const slot = this.slotOf(handle);
    if (this.handles.pins[slot] === MOVABLE)
      throw new MemoryError({
        code: 'NAUT_MEMORY_NOT_PINNED',
        message: `the block of handle ${handle} may be moved at any time`,
        fix: 'look at it through `pin` … `unpin`, or `use`',
      });
    return this.viewAt(slot) as V;
  }

  /** The block's memory; it is not moved until it is unpinned as often. @throws MemoryError NAUT_MEMORY_STALE_HANDLE, NAUT_MEMORY_FOREIGN_HANDLE */
  pin<V extends View>(handle: Handle<V>): V {
    const slot = this.slotOf(handle);
    this.handles.pins[slot]!++;
    return this.viewAt(slot) as V;
  }

  /** @throws MemoryError NAUT_MEMORY_STALE_HANDLE, NAUT_MEMORY_FOREIGN_HANDLE, NAUT_MEMORY_NOT_PINNED */
  unpin(handle: Handle): void {
    const slot = this.slotOf(handle);
    if ((this.handles.pins[slot]! & ~MOVABLE) === 0)
      throw new MemoryError({
        code: 'NAUT_MEMORY_NOT_PINNED',
        message: `the handle ${handle} is not pinned`,
        fix: 'unpin a block once for each time that it was pinned',
      });
    this.handles.pins[slot]!--;
  }

  /** Lets an action see the block, pinned for as long as it runs. Returns what it returns. */
  use<V extends View, T>(handle: Handle<V>, action: (view: V) => T): T {
    const view = this.pin(handle);
    try {
      return action(view);
    } finally {
      this.unpin(handle);
    }
  }

  /** Bytes that a block was asked for. @throws MemoryError NAUT_MEMORY_STALE_HANDLE, NAUT_MEMORY_FOREIGN_HANDLE */
  bytesOf(handle: Handle): number {
    return this.handles.bytes[this.slotOf(handle)]!;
  }

  isLive(handle: Handle): boolean {
    return this.handles.slotOf(handle) >= 0;
  }

  /** A place in a pool of the strategy `stack` to go back to. @throws MemoryError NAUT_MEMORY_ORDER */
  mark(pool: PoolName): number {
    return this.stackOf(pool).mark();
  }

  /** Frees every block that was allocated in a stack after a mark; their bytes. @throws MemoryError NAUT_MEMORY_ORDER, NAUT_MEMORY_PINNED */
  release(pool: PoolName, mark: number): number {
    const stack = this.stackOf(pool);
    const top = stack.mark();
    if (!(mark >= 0 && mark <= top && Number.isInteger(mark)))
      throw new MemoryError({
        code: 'NAUT_MEMORY_ORDER',
        message: `the pool ${pool} is at mark ${top}; the mark ${mark} was left before`,
        fix: 'release marks in the reverse order in which they were made, each once',
      });
    let freed = 0;
    while (stack.mark() > mark) freed += this.free(this.handles.handleAt(this.poolOf(pool).ownerOf(stack.last)));
    return freed;
  }

  /**
   * A pool as memory and strategy, for code that cannot afford handles: offsets are checked by the strategy, not by generation.
   * The pool gives no handles from then on. @throws MemoryError NAUT_MEMORY_ORDER when it has given some
   */
  raw(name: PoolName) {
    const pool = this.poolOf(name);
    if (!pool.raw && pool.used > 0)
      throw new MemoryError({
        code: 'NAUT_MEMORY_ORDER',
        message: `the pool ${name} has blocks behind handles: it cannot be used by offsets beside them`,
        fix: 'take it as raw memory before the first allocation',
      });
    pool.raw = true;
    return { allocator: pool.allocator, buffer: pool.buffer };
  }

  /** Calls back after each change of a level, in the call that caused it. What a listener throws is counted and goes no further. Returns the way to stop it. */
  onPressure(listener: (change: PressureChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Moves movable blocks towards the start of their pool, within a budget; goes on where the last call stopped. */
  defragment({ pool, bytes = 2 ** 20, blocks = 4096 }: DefragmentOptions = {}): Defragmented {
    return compact(pool === undefined ? this.pools : [this.poolOf(pool)], this.handles, { bytes, blocks });
  }

  /** Gives the pages of empty pools back to the kernel; how many pools. */
  trim(): number {
    return this.pools.filter((pool) => pool.trim()).length;
  }

  /** What a region holds outside of its pools. */
  region(name: RegionName): RegionAccount {
    return this.accounts.get(name)!;
  }

  /** For a monitor to call now and then: ends the windows of leak detection. */
  observe(): void {
    this.profiler.observe();
  }

  /** Bytes, unless said otherwise. */
  report() {
    const poolReports = this.pools.map((pool) => pool.report());
    return {
      budgetBytes: this.budget,
      capacityBytes: this.capacity,
      usedBytes: poolReports.reduce((sum, { usedBytes }) => sum + usedBytes, 0),
      pressure: this.pressure.level,
      handles: this.handles.live,
      listenerFailures: this.listenerFailures,
      regions: regionNames.map((name) => {
        const account = this.region(name);
        const own = poolReports.filter(({ region }) => region === name);
        return {
          name,
          capacityBytes: account.capacity,
          usedBytes: own.reduce((sum, { usedBytes }) => sum + usedBytes, account.used),
          sharedBytes: account.used,
          alignment: regions[name].alignment,
          reason: regions[name].reason,
        };
      }),
      pools: poolReports,
    };
  }

  profile(): ProfileReport {
    return this.profiler.report();
  }

  /** @param olderThanMs age from which a block counts. @default 60 s */
  leaks(olderThanMs = 60_000): readonly LeakReport[] {
    return this.profiler.leaks(olderThanMs);
  }

  private make(
    name: PoolName,
    type: ViewType<View>,
    length: number,
    options: BlockOptions | undefined,
    caller: (...args: never[]) => unknown,
  ): Handle {
    const pool = this.poolOf(name);
    if (pool.raw) throw rawPool(name);
    const bytes = length * type.BYTES_PER_ELEMENT;
    const alignment = Math.max(options?.alignment ?? 1, pool.alignment);
    const offset = this.place(pool, bytes, alignment);
    if (offset < 0) throw refused(pool, bytes, alignment, offset);
    const { handles } = this;
    const slot = handles.take();
    if (slot < 0) {
      pool.allocator.free(offset);
      throw new MemoryError({
        code: 'NAUT_MEMORY_HANDLES',
        message: `all ${handles.live} handles of the memory manager are in use`,
        fix: 'allocate arrays of records instead of a block a record',
      });
    }
    handles.offsets[slot] = offset;
    handles.bytes[slot] = bytes;
    handles.pools[slot] = pool.index;
    handles.types[slot] = typeNumber(type);
    handles.alignments[slot] = 31 - Math.clz32(alignment);
    handles.pins[slot] = options?.movable ? MOVABLE : 0;
    handles.records[slot] = this.profiler.on ? this.profiler.record(name, bytes, caller) : 0;
    pool.setOwner(offset, slot);
    pool.allocations++;
    if (options?.zeroed) new Uint8Array(pool.buffer, offset, bytes).fill(0);
    this.account(pool, pool.allocator.sizeOf(offset));
    return handles.handleAt(slot);
  }

  private place(pool: MemoryPool, bytes: number, alignment: number): number {
    if (!Number.isInteger(bytes)) return Reject.size;
    if (this.latency === undefined || --this.untilTimed > 0) return pool.allocator.allocate(bytes, alignment);
    this.untilTimed = TIMED;
    const from = monotonicNs();
    const offset = pool.allocator.allocate(bytes, alignment);
    this.latency.record(monotonicNs() - from);
    return offset;
  }

  private drop(slot: number): void {
    const record = this.handles.records[slot]!;
    if (record !== 0) this.profiler.forget(record);
    this.handles.give(slot);
  }

  /** Keeps the sums and the levels after a pool's blocks became more or less. */
  private account(pool: MemoryPool, bytes: number): void {
    this.used += bytes;
    pool.used += bytes;
    const { used } = pool;
    if (used > pool.peak) pool.peak = used;
    if (pool.pressure.moved(used)) this.tell(pool.name, pool.pressure, used, pool.capacity);
    if (this.pressure.moved(this.used)) this.tell('all', this.pressure, this.used, this.capacity);
  }

  private tell(of: PressureChange['of'], pressure: Pressure, usedBytes: number, capacityBytes: number): void {
    const before = pressure.level;
    pressure.update(usedBytes);
    const { level } = pressure;
    if (level === before) return;
    for (const listener of [...this.listeners]) {
      try {
        listener({ of, level, before, usedBytes, capacityBytes });
      } catch {
        this.listenerFailures++;
      }
    }
  }

  private viewAt(slot: number): View {
    const { handles } = this;
    const type = typeOf(handles.types[slot]!);
    const pool = this.pools[handles.pools[slot]!]!;
    return new type(pool.buffer, handles.offsets[slot]!, handles.bytes[slot]! / type.BYTES_PER_ELEMENT);
  }

  private slotOf(handle: Handle): number {
    const slot = this.handles.slotOf(handle);
    if (slot < 0) throw this.handles.reject(handle);
    return slot;
  }

  private poolOf(name: PoolName): MemoryPool {
    const pool = this.byName.get(name);
    if (pool) return pool;
    throw new RangeError(`there is no memory pool "${name}"; there are ${poolNames.join(', ')}`);
  }

  private stackOf(name: PoolName): StackAllocator {
    const pool = this.poolOf(name);
    if (pool.allocator instanceof StackAllocator && !pool.raw) return pool.allocator;
    throw new MemoryError({
      code: 'NAUT_MEMORY_ORDER',
      message: `the pool ${name} is no stack of handles: its blocks are freed one by one`,
      fix: 'use `websocket` or `temporary` for what is freed together',
    });
  }
}

/** Each pool has at least a page of 64 KiB in a region of 1/36 × 1/8 and more. */
const SMALLEST_BUDGET = 2 ** 22;

import { MemoryError } from './errors';

/** What views a handle can give. */
export type View =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

declare const viewOf: unique symbol;

/**
 * A block of a memory manager: a number that can be stored, sent to another function and compared, and that is never given out a second
 * time. Only the manager that made it resolves it. 0 is no handle.
 */
export type Handle<V extends View = View> = number & { readonly [viewOf]: V };

/** A view's constructor. */
export interface ViewType<V extends View> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): V;
}

/** Bits of a handle, from the lowest: slot, generation of the slot, manager. Together 53: a handle is a whole number. */
const SLOT_BITS = 22;
const GENERATION_BITS = 23;
const SLOTS = 2 ** SLOT_BITS;
const NEXT_GENERATION = SLOTS;
const MANAGER = 2 ** (SLOT_BITS + GENERATION_BITS);
const MANAGERS = 2 ** 8;

/** Number of the next manager of this process; 0 is none, so that no handle is 0. */
let nextManager = 1;

/**
 * What stands behind each handle. A slot's generation grows with each use; a slot whose generations are used up is
 * never used again, so no handle comes back.
 *
 * The whole handle stands in its slot: one comparison tells a live one from one that was freed, forged or made elsewhere.
 */
export class HandleTable {
  private readonly manager: number;
  private readonly end: number;
  /** The live handle of a slot; the last one, negative, while the slot is free. */
  private handles: Float64Array;
  /** Next free slot plus one; the offset of the block while the slot is used. */
  offsets: Int32Array;
  /** Bytes that were asked for. */
  bytes: Float64Array;
  pools: Uint8Array;
  types: Uint8Array;
  /** Logarithm of the alignment that was asked for. */
  alignments: Uint8Array;
  /** How often a block is pinned; with `MOVABLE` when it may be moved otherwise. */
  pins: Int32Array;
  /** Record of the profiler plus one; 0: none. */
  records: Int32Array;
  private freeSlots = 0;
  private fresh = 0;
  live = 0;

  constructor(slots = 1024) {
    this.manager = nextManager;
    nextManager = (nextManager % (MANAGERS - 1)) + 1;
    this.end = (this.manager + 1) * MANAGER;
    this.handles = new Float64Array(slots);
    this.offsets = new Int32Array(slots);
    this.bytes = new Float64Array(slots);
    this.pools = new Uint8Array(slots);
    this.types = new Uint8Array(slots);
    this.alignments = new Uint8Array(slots);
    this.pins = new Int32Array(slots);
    this.records = new Int32Array(slots);
  }

  /** A slot with a new handle, or -1 when there are 4,194,304. Grows when it must: the only time that it allocates. */
  take(): number {
    for (;;) {
      let slot: number;
      if (this.freeSlots !== 0) {
        slot = this.freeSlots - 1;
        this.freeSlots = this.offsets[slot]!;
      } else {
        if (this.fresh === this.handles.length && !this.grow()) return -1;
        slot = this.fresh++;
        this.handles[slot] = -(this.manager * MANAGER + slot);
      }
      const handle = NEXT_GENERATION - this.handles[slot]!;
      // Used up: left alone.
      if (handle >= this.end) continue;
      this.handles[slot] = handle;
      this.live++;
      return slot;
    }
  }

  give(slot: number): void {
    this.handles[slot] = -this.handles[slot]!;
    this.offsets[slot] = this.freeSlots;
    this.freeSlots = slot + 1;
    this.live--;
  }

  handleAt(slot: number): Handle {
    return this.handles[slot]! as Handle;
  }

  /** The slot of a live handle, or -1. */
  slotOf(handle: number): number {
    const slot = (handle >>> 0) & (SLOTS - 1);
    return this.handles[slot] === handle && handle > 0 ? slot : -1;
  }

  /** Why a handle has no slot. */
  reject(handle: number): MemoryError {
    const manager = Math.trunc(handle / MANAGER);
    const slot = (handle >>> 0) & (SLOTS - 1);
    const known = Number.isSafeInteger(handle) && manager === this.manager && slot < this.fresh;
    if (known && Math.abs(this.handles[slot]!) >= handle)
      return new MemoryError({
        code: 'NAUT_MEMORY_STALE_HANDLE',
        message: `the handle ${handle} was freed: its slot ${slot} is ${this.handles[slot]! > 0 ? 'in use by a later block' : 'free'}`,
        fix: 'free a block once, and use it before that; `nautilus memory profile` names the sites that hold blocks',
      });
    return new MemoryError({
      code: 'NAUT_MEMORY_FOREIGN_HANDLE',
      message: `${handle} is no handle of this memory manager (number ${this.manager} of the process)`,
      fix: 'resolve a handle with the manager that made it; another process opens a shared buffer by its token',
    });
  }

  /** Calls back with the slot of every live handle. */
  forEach(visit: (slot: number) => void): void {
    for (let slot = 0; slot < this.fresh; slot++) if (this.handles[slot]! > 0) visit(slot);
  }

  private grow(): boolean {
    const slots = Math.min(SLOTS, this.handles.length * 2);
    if (slots === this.handles.length) return false;
    const larger = <A extends Float64Array | Int32Array | Uint8Array>(array: A): A => {
      const copy = new (array.constructor as new (length: number) => A)(slots);
      copy.set(array);
      return copy;
    };
    this.handles = larger(this.handles);
    this.offsets = larger(this.offsets);
    this.bytes = larger(this.bytes);
    this.pools = larger(this.pools);
    this.types = larger(this.types);
    this.alignments = larger(this.alignments);
    this.pins = larger(this.pins);
    this.records = larger(this.records);
    return true;
  }
}

/** Bit of `pins`: the block may be moved while nobody pins it. */
export const MOVABLE = 1 << 30;

/** Views by number, as they stand in the table. */
const viewTypes: readonly ViewType<View>[] = [
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as unknown as readonly ViewType<View>[];

export const typeNumber = (type: ViewType<View>): number => viewTypes.indexOf(type);
export const typeOf = (number: number): ViewType<View> => viewTypes[number]!;

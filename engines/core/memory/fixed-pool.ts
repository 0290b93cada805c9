import {
  type Allocator,
  type AllocatorStats,
  GRANULE,
  GRANULE_SHIFT,
  granulesOf,
  isAlignment,
  Reject,
} from './allocator';

/** What is known of a granule: a block was never handed out there, is taken, or was given back. */
const State = { none: 0, taken: 1, back: 2 } as const;

/** Blocks of one size: the cheapest strategy. The last block that was freed is handed out first. */
export class FixedPool implements Allocator {
  readonly capacity: number;
  readonly largest: number;
  /** Blocks of the arena. */
  readonly blocks: number;
  private readonly size: number;
  private declare readonly granules: number;
  private declare readonly states: Uint8Array;
  /** Blocks that were given back, by their first granule, and how many there are. */
  private declare readonly back: Int32Array;
  private backCount = 0;
  /** From this granule on nothing was ever handed out. */
  private fresh = 0;
  private failures = 0;
  /** Largest alignment that all blocks have. */
  private readonly alignment: number;

  /** @param bytes of a block; rounded up to whole granules of 64 bytes */
  constructor(capacity: number, bytes: number) {
    if (!(bytes > 0 && bytes <= capacity))
      throw new RangeError(`a block has 1 to ${capacity} bytes; ${bytes} were given`);
    this.size = Math.ceil(bytes / GRANULE);
    this.largest = this.size << GRANULE_SHIFT;
    this.blocks = Math.trunc(granulesOf(capacity) / this.size);
    this.granules = this.blocks * this.size;
    this.capacity = this.blocks * this.largest;
    this.states = new Uint8Array(this.granules);
    this.back = new Int32Array(this.blocks);
    this.alignment = this.largest & -this.largest;
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.largest)) return this.refuse(Reject.size);
    if (alignment > 64 && (alignment > this.alignment || !isAlignment(alignment))) return this.refuse(Reject.alignment);
    const last = this.backCount - 1;
    if (last < 0) return this.takeFresh();
    const granule = this.back[last]!;
    this.backCount = last;
    this.states[granule] = State.taken;
    return granule << GRANULE_SHIFT;
  }

  free(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    if (this.states[granule] !== State.taken) return this.reasonAt(granule);
    this.states[granule] = State.back;
    this.back[this.backCount++] = granule;
    return this.largest;
  }

  sizeOf(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    return this.states[granule] === State.taken ? this.largest : this.reasonAt(granule);
  }

  reset(): void {
    this.states.fill(State.none, 0, this.fresh);
    this.backCount = this.fresh = this.failures = 0;
  }

  stats(): AllocatorStats {
    const { capacity, failures } = this;
    const blocks = this.fresh / this.size - this.backCount;
    const used = blocks * this.largest;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures };
  }

  private takeFresh(): number {
    const granule = this.fresh;
    if (granule === this.granules) return this.refuse(Reject.exhausted);
    this.fresh = granule + this.size;
    this.states[granule] = State.taken;
    return granule << GRANULE_SHIFT;
  }

  private reasonAt(granule: number): Reject {
    return this.states[granule] === State.back ? Reject.alreadyFree : Reject.notABlock;
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  private largestFree(): number {
    let longest = 0;
    let run = 0;
    for (let granule = 0; granule < this.granules; granule += this.size) {
      run = this.states[granule] === State.taken ? 0 : run + 1;
      if (run > longest) longest = run;
    }
    return longest * this.largest;
  }
}

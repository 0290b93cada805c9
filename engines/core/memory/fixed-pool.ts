import {
  type Allocator,
  type AllocatorStats,
  GRANULE,
  GRANULE_SHIFT,
  granulesOf,
  isAlignment,
  Reject,
} from './allocator';

/** What the word of a granule says: 0, no block was handed out there yet; taken; no further free block; else the next one, plus two. */
const TAKEN = -1;
const END = 1;

/** Blocks of one size: the cheapest strategy. The last block that was freed is handed out first. */
export class FixedPool implements Allocator {
  readonly capacity: number;
  readonly largest: number;
  /** Blocks of the arena. */
  readonly blocks: number;
  private readonly size: number;
  private readonly granules: number;
  private readonly words: Int32Array;
  private head = END;
  /** From this granule on nothing was ever handed out. */
  private fresh = 0;
  private live = 0;
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
    this.words = new Int32Array(this.granules);
    this.alignment = this.largest & -this.largest;
  }

  get used(): number {
    return this.live * this.largest;
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.largest)) return this.refuse(Reject.size);
    if (alignment > 64 && (alignment > this.alignment || !isAlignment(alignment))) return this.refuse(Reject.alignment);
    const head = this.head;
    if (head === END) return this.takeFresh();
    const granule = head - 2;
    this.head = this.words[granule]!;
    this.words[granule] = TAKEN;
    this.live++;
    return granule << GRANULE_SHIFT;
  }

  free(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const word = this.words[granule]!;
    if (word !== TAKEN) return word === 0 ? Reject.notABlock : Reject.alreadyFree;
    this.words[granule] = this.head;
    this.head = granule + 2;
    this.live--;
    return this.largest;
  }

  sizeOf(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const word = this.words[granule]!;
    if (word !== TAKEN) return word === 0 ? Reject.notABlock : Reject.alreadyFree;
    return this.largest;
  }

  reset(): void {
    this.words.fill(0, 0, this.fresh);
    this.head = END;
    this.fresh = this.live = this.failures = 0;
  }

  stats(): AllocatorStats {
    const { capacity, used, live: blocks, failures } = this;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures };
  }

  private takeFresh(): number {
    const granule = this.fresh;
    if (granule === this.granules) return this.refuse(Reject.exhausted);
    this.fresh = granule + this.size;
    this.words[granule] = TAKEN;
    this.live++;
    return granule << GRANULE_SHIFT;
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  private largestFree(): number {
    let longest = 0;
    let run = 0;
    for (let granule = 0; granule < this.granules; granule += this.size) {
      run = this.words[granule] === TAKEN ? 0 : run + 1;
      if (run > longest) longest = run;
    }
    return longest * this.largest;
  }
}

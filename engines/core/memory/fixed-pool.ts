import {
  type Allocator,
  type AllocatorStats,
  GRANULE,
  GRANULE_SHIFT,
  granulesOf,
  isAlignment,
  Reject,
} from './allocator';

/** What a word of the table says: an allocated block, or the next free one plus two, or that there is no further one. */
const TAKEN = 0;
const END = 1;

/** Blocks of one size: the cheapest strategy. The last block that was freed is handed out first. */
export class FixedPool implements Allocator {
  readonly capacity: number;
  readonly largest: number;
  /** Blocks of the arena. */
  readonly blocks: number;
  private readonly granules: number;
  private readonly words: Int32Array;
  private head = END;
  /** Blocks from this one on were never handed out. */
  private fresh = 0;
  private live = 0;
  private failures = 0;
  /** Largest alignment that all blocks have. */
  private readonly alignment: number;

  /** @param bytes of a block; rounded up to whole granules of 64 bytes */
  constructor(capacity: number, bytes: number) {
    if (!(bytes > 0 && bytes <= capacity))
      throw new RangeError(`a block has 1 to ${capacity} bytes; ${bytes} were given`);
    this.granules = Math.ceil(bytes / GRANULE);
    this.largest = this.granules << GRANULE_SHIFT;
    this.blocks = Math.trunc(granulesOf(capacity) / this.granules);
    this.capacity = this.blocks * this.largest;
    this.words = new Int32Array(this.blocks);
    this.alignment = this.largest & -this.largest;
  }

  get used(): number {
    return this.live * this.largest;
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.largest)) return this.refuse(Reject.size);
    if (alignment > this.alignment || !isAlignment(alignment)) return this.refuse(Reject.alignment);
    const index = this.take();
    return index < 0 ? index : index * this.largest;
  }

  free(offset: number): number {
    const reject = this.give(offset / this.largest);
    return reject < 0 ? reject : this.largest;
  }

  /** The index of a free block, or `Reject.exhausted`: what `allocate` does, without offsets. */
  take(): number {
    const head = this.head;
    if (head === END) return this.takeFresh();
    const index = head - 2;
    this.head = this.words[index]!;
    this.words[index] = TAKEN;
    this.live++;
    return index;
  }

  /** Frees a block by its index: 0, or a `Reject`. */
  give(index: number): number {
    if (!(index >= 0 && index < this.fresh) || this.words[index] !== TAKEN) return this.reasonAt(index);
    this.words[index] = this.head;
    this.head = index + 2;
    this.live--;
    return 0;
  }

  sizeOf(offset: number): number {
    const index = offset / this.largest;
    if (!(index >= 0 && index < this.fresh) || this.words[index] !== TAKEN) return this.reasonAt(index);
    return this.largest;
  }

  reset(): void {
    this.head = END;
    this.fresh = this.live = this.failures = 0;
    this.words.fill(TAKEN);
  }

  stats(): AllocatorStats {
    const { capacity, used, live: blocks, failures } = this;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures };
  }

  private takeFresh(): number {
    if (this.fresh === this.blocks) return this.refuse(Reject.exhausted);
    this.live++;
    return this.fresh++;
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  private reasonAt(index: number): Reject {
    const free = Number.isInteger(index) && index >= 0 && index < this.fresh && this.words[index] !== TAKEN;
    return free ? Reject.alreadyFree : Reject.notABlock;
  }

  private largestFree(): number {
    let longest = 0;
    let run = 0;
    for (let index = 0; index < this.blocks; index++) {
      run = index < this.fresh && this.words[index] === TAKEN ? 0 : run + 1;
      if (run > longest) longest = run;
    }
    return longest * this.largest;
  }
}

import { threadId } from 'node:worker_threads';
import { type Allocator, type AllocatorStats, GRANULE, GRANULE_SHIFT, isAlignment, Reject } from './allocator';
import { MemoryError } from './errors';

const MAGIC = 0x4c534e4e; // "NNSL"
/** Words of the header. */
const word = { magic: 0, blockGranules: 1, blocks: 2, firstByte: 3 } as const;
const HEADER_BYTES = 64;
/** The blocks begin at a page. */
const FIRST_ALIGNMENT = 4096;

interface SharedSlabOptions {
  /** Bytes of a block; rounded up to a multiple of 64. */
  readonly blockBytes: number;
  /** @default as many as the memory has room for */
  readonly blocks?: number;
}

/**
 * Blocks of one size in memory that several workers share: whoever takes a block, anyone may free it. No lock, and a thread that is
 * stopped anywhere stops nobody else.
 *
 * A bit a block says that it is free; who clears it in a compare-and-exchange owns the block, who sets it gives it back. That
 * needs no tag against ABA: a word that looks the same is the same, whereas the top of a lock-free stack may be the same block
 * with another successor, and the tag that tells them apart has to fit into the 32 bits that Atomics compares, where it comes
 * around within a millisecond. Each worker looks where it freed last, and first in a place of its own.
 *
 * The memory order is that of Atomics, sequentially consistent: what was written into a block before `free` is seen by who gets it next.
 */
export class SharedSlab implements Allocator {
  readonly capacity: number;
  readonly largest: number;
  readonly blocks: number;
  private readonly bits: Int32Array;
  private readonly bitWords: number;
  private readonly first: number;
  private hint: number;
  private failures = 0;
  private readonly alignment: number;

  private constructor(readonly memory: ArrayBufferLike) {
    const header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.largest = header[word.blockGranules]! << GRANULE_SHIFT;
    this.blocks = header[word.blocks]!;
    this.first = header[word.firstByte]!;
    this.capacity = this.blocks * this.largest;
    this.bitWords = (this.blocks + 31) >>> 5;
    this.bits = new Int32Array(memory, HEADER_BYTES, this.bitWords);
    this.hint = (Math.imul(threadId + 1, 0x9e37_79b1) >>> 0) % this.bitWords;
    this.alignment = Math.min(this.largest & -this.largest, FIRST_ALIGNMENT);
  }

  /** Bytes of memory that a number of blocks need. */
  static bytesFor({ blockBytes, blocks }: Required<SharedSlabOptions>): number {
    const size = Math.ceil(blockBytes / GRANULE) * GRANULE;
    return firstByte(blocks) + blocks * size;
  }

  /** Makes every block of the memory free. Before anyone else attaches to it. @throws MemoryError NAUT_MEMORY_SIZE */
  static create(memory: ArrayBufferLike, options: SharedSlabOptions): SharedSlab {
    const granules = Math.ceil(options.blockBytes / GRANULE);
    const size = granules << GRANULE_SHIFT;
    const blocks = options.blocks ?? roomFor(memory.byteLength, size);
    if (!(granules > 0 && blocks > 0 && firstByte(blocks) + blocks * size <= memory.byteLength))
      throw new MemoryError({
        code: 'NAUT_MEMORY_SIZE',
        message: `${blocks} blocks of ${options.blockBytes} bytes do not fit into ${memory.byteLength} bytes of shared memory`,
        fix: 'ask `SharedSlab.bytesFor` how much memory they need',
      });
    const header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    header[word.blockGranules] = granules;
    header[word.blocks] = blocks;
    header[word.firstByte] = firstByte(blocks);
    Atomics.store(header, word.magic, MAGIC);
    const slab = new SharedSlab(memory);
    slab.reset();
    return slab;
  }

  /** Another worker's view of the same blocks. @throws MemoryError NAUT_MEMORY_SIZE */
  static attach(memory: ArrayBufferLike): SharedSlab {
    if (memory.byteLength < FIRST_ALIGNMENT || Atomics.load(new Int32Array(memory, 0, 1), word.magic) !== MAGIC)
      throw new MemoryError({
        code: 'NAUT_MEMORY_SIZE',
        message: `${memory.byteLength} bytes of memory hold no shared slab`,
        fix: 'call `SharedSlab.create` once, before the workers attach',
      });
    return new SharedSlab(memory);
  }

  /** Offsets are those of the memory. */
  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.largest)) return this.refuse(Reject.size);
    if (alignment > this.alignment || !isAlignment(alignment)) return this.refuse(Reject.alignment);
    const { bits, bitWords } = this;
    let at = this.hint;
    for (let looked = 0; looked < bitWords; looked++) {
      // A plain look: what it says may be old, and then the exchange below says what is.
      let free = bits[at]!;
      while (free !== 0) {
        const bit = free & -free;
        const seen = Atomics.compareExchange(bits, at, free, free & ~bit);
        if (seen === free) {
          this.hint = at;
          return this.first + ((at << 5) | (31 - Math.clz32(bit))) * this.largest;
        }
        free = seen;
      }
      if (++at === bitWords) at = 0;
    }
    return this.refuse(Reject.exhausted);
  }

  free(offset: number): number {
    const index = (offset - this.first) / this.largest;
    if (!(index >= 0 && index < this.blocks && index === (index | 0))) return Reject.notABlock;
    const at = index >>> 5;
    const bit = 1 << (index & 31);
    // The word of a free block has the bit already: nothing changes.
    if ((Atomics.or(this.bits, at, bit) & bit) !== 0) return Reject.alreadyFree;
    this.hint = at;
    return this.largest;
  }

  sizeOf(offset: number): number {
    const index = (offset - this.first) / this.largest;
    if (!(index >= 0 && index < this.blocks && index === (index | 0))) return Reject.notABlock;
    const free = Atomics.load(this.bits, index >>> 5) & (1 << (index & 31));
    return free === 0 ? this.largest : Reject.alreadyFree;
  }

  /** Frees every block, of all workers. */
  reset(): void {
    for (let at = 0; at < this.bitWords; at++) Atomics.store(this.bits, at, -1);
    const last = this.blocks & 31;
    if (last !== 0) Atomics.store(this.bits, this.bitWords - 1, (1 << last) - 1);
    this.failures = 0;
  }

  /** Counts the blocks of all workers; `failures` are those of this worker. */
  stats(): AllocatorStats {
    const { capacity, failures } = this;
    const blocks = this.live();
    const used = blocks * this.largest;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures };
  }

  private live(): number {
    let free = 0;
    for (let at = 0; at < this.bitWords; at++)
      for (let bits = Atomics.load(this.bits, at); bits !== 0; bits &= bits - 1) free++;
    return this.blocks - free;
  }

  private largestFree(): number {
    let longest = 0;
    let run = 0;
    for (let index = 0; index < this.blocks; index++) {
      run = (Atomics.load(this.bits, index >>> 5) & (1 << (index & 31))) === 0 ? 0 : run + 1;
      if (run > longest) longest = run;
    }
    return longest * this.largest;
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }
}

const firstByte = (blocks: number): number =>
  Math.ceil((HEADER_BYTES + ((blocks + 31) >>> 5) * 4) / FIRST_ALIGNMENT) * FIRST_ALIGNMENT;

/** Blocks that fit beside their own bits. */
function roomFor(bytes: number, size: number): number {
  let blocks = Math.max(0, Math.trunc((bytes - FIRST_ALIGNMENT) / size));
  while (blocks > 0 && firstByte(blocks) + blocks * size > bytes) blocks--;
  return blocks;
}

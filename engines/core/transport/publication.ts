import type { Fields, Values, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { TransportError } from './errors';
import { fence } from './fence';
import type { RoleLock } from './lock';
import type { ReaderDirectory } from './readers';
import { isUnused, RING_HEADER_BYTES, ringWord } from './ring-memory';

/**
 * The writing end of a topic.
 *
 * `claim` gives the next free slot to write to, `commit` shows all claimed slots to the readers at once. Several claims and one
 * commit make a batch. Neither allocates.
 */
export class Publication<F extends Fields> {
  /** Nothing was ever published in this ring before this writer opened it: no message survived. */
  readonly fresh: boolean;
  /** How many writers have opened this ring, this one included. */
  readonly epoch: number;

  private readonly words: Int32Array;
  private readonly view: View<F>;
  private readonly mask: number;
  private readonly slotBytes: number;
  private readonly capacity: number;
  /** Slots are announced in blocks of this many, so that the fence is paid once a block. */
  private readonly block: number;
  /** Low words of positions: after the last committed, the next to claim, the first that may not be claimed now, see `reserved`. */
  private head: number;
  private next: number;
  private limit: number;
  private reserved: number;
  private open = true;

  constructor(
    readonly topic: TopicDefinition<F>,
    buffer: ArrayBuffer,
    private readonly readers: ReaderDirectory,
    private readonly lock: RoleLock,
  ) {
    this.words = new Int32Array(buffer);
    this.view = topic.layout.view(buffer);
    this.capacity = topic.capacity;
    this.mask = topic.capacity - 1;
    this.slotBytes = topic.layout.size;
    this.block = Math.max(1, Math.min(256, topic.capacity >> 3));
    this.fresh = isUnused(this.words);
    this.head = this.words[ringWord.head] as number;
    this.repairHalves();
    this.next = this.head;
    this.limit = this.head;
    // A writer that died may have written to slots that it never committed; they stay announced.
    this.reserved = this.words[ringWord.reserved] as number;
    if (((this.reserved - this.head) | 0) < 0) this.reserved = this.head;
    this.epoch = Atomics.add(this.words, ringWord.epoch, 1) + 1;
    Atomics.store(this.words, ringWord.writerPid, process.pid);
  }

  /**
   * A view of the next slot, or undefined while a reliable reader is a full ring behind (back-pressure). The fields hold what an earlier
   * message left there: write all of them. The view is the same object each time; it is valid until the next claim.
   */
  claim(): View<F> | undefined {
    if (this.next === this.limit && !this.extend()) return undefined;
    this.view.offset = RING_HEADER_BYTES + (this.next & this.mask) * this.slotBytes;
    this.next = (this.next + 1) | 0;
    return this.view;
  }

  /** Makes every claimed slot visible, in the order of the claims. */
  commit(): void {
    const { next, head } = this;
    if (next === head) return;
    if (!this.open) throw this.closed();
    if ((next ^ head) < 0) {
      // A multiple of 2^31 is passed: readers see that the two words disagree until the head follows.
      Atomics.store(this.words, ringWord.headHalves, ((this.words[ringWord.headHalves] as number) + 1) | 0);
    }
    this.head = next;
    // Release: whoever loads this head sees every field that was written before it.
    Atomics.store(this.words, ringWord.head, next);
  }

  /** The last committed message, also one of an earlier process; undefined when there never was one. */
  last(): Values<F> | undefined {
    if (isUnused(this.words)) return undefined;
    const { offset } = this.view;
    this.view.offset = RING_HEADER_BYTES + ((this.head - 1) & this.mask) * this.slotBytes;
    const values = this.view.copy();
    this.view.offset = offset;
    return values;
  }

  /** Whether a registered reader (reliable, or one that resumes at its cursor) of this name is alive. */
  hasReader(name: string): boolean {
    return this.readers.isAlive(name);
  }

  /** How many slots `claim` can give before a reader moves on. */
  free(): number {
    return this.open ? this.roomFrom(this.next) : 0;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.next = this.head;
    this.limit = this.next;
    this.lock.release();
    this.readers.close();
  }

  /** One slot stays behind the head untouched, so that `last` is whole whenever this process dies. */
  private roomFrom(next: number): number {
    const uncommitted = (next - this.head) | 0;
    const unread = this.readers.furthestBehind(next);
    return this.capacity - Math.max(uncommitted + 1, unread);
  }

  /** Announces the next block if the last one is used up and finds how far claims may go. */
  private extend(): boolean {
    if (!this.open) throw this.closed();
    const { next } = this;
    let room = this.roomFrom(next);
    if (room <= 0) {
      if (!this.readers.evictDead(next, this.capacity)) return false;
      room = this.roomFrom(next);
      if (room <= 0) return false;
    }
    if (((this.reserved - next) | 0) <= 0) {
      this.reserved = (next + Math.min(this.block, room)) | 0;
      Atomics.store(this.words, ringWord.reserved, this.reserved);
      // The announcement is visible before any write to the block: a reader that finds a torn message also finds the announcement.
      fence();
      // Again, after the announcement: a reader that registered meanwhile either saw it or is seen here (see ReaderDirectory.register).
      room = this.roomFrom(next);
      if (room <= 0) return false;
    }
    this.limit = (next + Math.min(room, (this.reserved - next) | 0)) | 0;
    return true;
  }

  /** An earlier writer may have died between its two stores at a multiple of 2^31; the head decides. */
  private repairHalves(): void {
    const halves = this.words[ringWord.headHalves] as number;
    if ((halves & 1) !== this.head >>> 31) Atomics.store(this.words, ringWord.headHalves, (halves - 1) | 0);
  }

  private closed(): TransportError {
    return new TransportError({
      code: 'NAUT_HUB_CLOSED',
      message: `${this.topic.name} was used after its hub was closed`,
      fix: 'stop the duty cycle before closing the hub',
    });
  }
}

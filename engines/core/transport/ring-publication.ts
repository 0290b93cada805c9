import type { Fields, Values, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { fence } from './fence';
import type { RoleLock } from './lock';
import { closedPublication, type Publication } from './publication';
import type { ReaderDirectory } from './readers';
import { headPosition, isUnused, RING_HEADER_BYTES, ringWord } from './ring-memory';

/**
 * The writing end of a ring. `block`: reliable readers hold it back. `drop`: nobody does, it overwrites the oldest messages.
 */
export class RingPublication<F extends Fields> implements Publication<F> {
  readonly fresh: boolean;
  readonly epoch: number;
  refused = 0;

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
  private readonly waits: boolean;
  private open = true;

  constructor(
    readonly topic: TopicDefinition<F>,
    buffer: ArrayBuffer,
    private readonly readers: ReaderDirectory,
    private readonly lock: RoleLock,
  ) {
    this.waits = topic.backPressure !== 'drop';
    this.words = new Int32Array(buffer);
    this.view = topic.layout.view(buffer);
    this.capacity = topic.capacity;
    this.mask = topic.capacity - 1;
    this.slotBytes = topic.layout.size;
    this.block = Math.max(1, Math.min(256, topic.capacity >> 2));
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

  get position(): number {
    return headPosition(this.words);
  }

  /** Undefined while a reliable reader is a full ring behind, or when a whole ring is claimed and not committed. */
  claim(): View<F> | undefined {
    if (this.next === this.limit && !this.extend()) {
      this.refused++;
      return undefined;
    }
    this.view.offset = RING_HEADER_BYTES + (this.next & this.mask) * this.slotBytes;
    this.next = (this.next + 1) | 0;
    return this.view;
  }

  commit(): void {
    const { next, head } = this;
    if (next === head) return;
    if (!this.open) throw closedPublication(this.topic);
    if ((next ^ head) < 0) {
      // A multiple of 2^31 is passed: readers see that the two words disagree until the head follows.
      Atomics.store(this.words, ringWord.headHalves, ((this.words[ringWord.headHalves] as number) + 1) | 0);
    }
    // The same value again: nobody sees a difference, but the line of the head is fetched together with the slot's, not after it.
    this.words[ringWord.head] = head;
    this.head = next;
    // Release: whoever loads this head sees every field that was written before it.
    Atomics.store(this.words, ringWord.head, next);
  }

  last(): Values<F> | undefined {
    if (isUnused(this.words)) return undefined;
    const { offset } = this.view;
    this.view.offset = RING_HEADER_BYTES + ((this.head - 1) & this.mask) * this.slotBytes;
    const values = this.view.copy();
    this.view.offset = offset;
    return values;
  }

  hasReader(name: string): boolean {
    return this.readers.isAlive(name);
  }

  free(): number {
    return this.open ? this.roomFrom(this.next) : 0;
  }

  inFlight(): number {
    return 0;
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
    const unread = this.waits ? this.readers.furthestBehind(next) : 0;
    return this.capacity - Math.max(uncommitted + 1, unread);
  }

  /** Announces the next block if the last one is used up and finds how far claims may go. */
  private extend(): boolean {
    if (!this.open) throw closedPublication(this.topic);
    const { next } = this;
    let room = this.roomFrom(next);
    if (room <= 0) {
      if (!this.waits || !this.readers.evictDead(next, this.capacity)) return false;
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
}

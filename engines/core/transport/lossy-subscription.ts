import type { Fields, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { fence } from './fence';
import type { RoleLock, RoleProbe } from './lock';
import { storePosition } from './readers';
import { headPosition, lowWord, oldestPosition, RING_HEADER_BYTES } from './ring-memory';
import { closedSubscription, nothingToAcknowledge, type Subscription } from './subscription';

/** Slots that are copied before the writer is looked at again. */
const COPIED_AT_ONCE = 32;

/**
 * A reader that the writer does not wait for. A slot may be overwritten while it is read, so messages are first copied, then the writer's announcement
 * is looked at, and only copies that it does not touch are handed over; the others count as missed.
 */
export class LossySubscription<F extends Fields> implements Subscription<F> {
  missed = 0;
  readonly conflated = 0;
  position: number;
  private readonly words: Int32Array;
  private readonly copies: Int32Array;
  private readonly view: View<F>;
  private readonly atOnce: number;
  private open = true;

  constructor(
    private readonly topic: TopicDefinition<F>,
    buffer: ArrayBuffer,
    position: number,
    private readonly writer: RoleProbe,
    /** The entry that remembers the position, and its lock. */
    private readonly entry?: { readonly index: number; readonly lock: RoleLock },
  ) {
    this.words = new Int32Array(buffer);
    this.position = position;
    this.atOnce = Math.min(COPIED_AT_ONCE, topic.capacity);
    const copies = new ArrayBuffer(this.atOnce * topic.layout.size);
    this.copies = new Int32Array(copies);
    this.view = topic.layout.view(copies);
  }

  poll(handler: (message: View<F>) => void, limit = this.topic.capacity): number {
    if (!this.open) throw closedSubscription(this.topic);
    const end = headPosition(this.words);
    let done = 0;
    try {
      while (done < limit && this.position < end && this.open) {
        const count = Math.min(this.atOnce, limit - done, end - this.position);
        this.copy(count);
        // The copies are complete before the announcement is read: had a copy been torn, the announcement of it would be seen.
        fence();
        const lost = oldestPosition(this.words, this.topic.capacity) - this.position;
        if (lost > 0) {
          this.missed += lost;
          this.position += lost;
        }
        for (let slot = Math.max(0, lost); slot < count && this.open; slot++) {
          this.view.offset = slot * this.topic.layout.size;
          handler(this.view);
          this.position++;
          done++;
        }
      }
    } finally {
      this.remember();
    }
    return done;
  }

  acknowledge(): void {
    throw nothingToAcknowledge(this.topic);
  }

  lag(): number {
    return headPosition(this.words) - this.position;
  }

  writerAlive(): boolean {
    return this.writer.held();
  }

  close(): void {
    if (!this.open) return;
    this.remember();
    this.open = false;
    this.writer.close();
    this.entry?.lock.release();
  }

  private remember(): void {
    if (this.entry && this.open) storePosition(this.words, this.entry.index, this.position);
  }

  private copy(count: number): void {
    const words = this.words;
    const copies = this.copies;
    const mask = this.topic.capacity - 1;
    const slotWords = this.topic.layout.size / 4;
    let to = 0;
    for (let slot = 0; slot < count; slot++) {
      let from = RING_HEADER_BYTES / 4 + (lowWord(this.position + slot) & mask) * slotWords;
      for (const end = to + slotWords; to < end; ) copies[to++] = words[from++] as number;
    }
  }
}

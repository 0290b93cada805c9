import type { Fields, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { TransportError } from './errors';
import type { RoleLock, RoleProbe } from './lock';
import type { Registration } from './registration';
import { lowWord, positionNear, RING_HEADER_BYTES, readerAt, readerWord, ringWord } from './ring-memory';
import { closedSubscription, type Subscription } from './subscription';

/** Messages between two stores of the cursor, a power of two: what the writer waits for at most beyond a handler, and what may come twice after a crash. */
const CURSOR_EVERY = 256;

/** Polls of which one at least asks atomically, a power of two. */
const LOOKS = 16;

/** A reader that the writer waits for: it reads the slots in place, since nobody writes to them before its cursor has passed. */
export class ReliableSubscription<F extends Fields> implements Subscription<F> {
  readonly missed: number;
  readonly conflated = 0;
  private readonly words: Int32Array;
  private readonly view: View<F>;
  private readonly cursorWord: number;
  private readonly mask: number;
  private readonly slotBytes: number;
  /** The position of the next message, and its low word. */
  position: number;
  private next: number;
  /** Polls that found nothing. */
  private idle = 0;
  private open = true;

  constructor(
    private readonly topic: TopicDefinition<F>,
    buffer: ArrayBuffer,
    registration: Registration,
    private readonly lock: RoleLock,
    private readonly byHand: boolean,
    private readonly writer: RoleProbe,
  ) {
    this.words = new Int32Array(buffer);
    this.view = topic.layout.view(buffer);
    this.cursorWord = readerAt(registration.index) + readerWord.cursor;
    this.mask = topic.capacity - 1;
    this.slotBytes = topic.layout.size;
    this.position = registration.position;
    this.next = lowWord(registration.position);
    this.missed = registration.missed;
  }

  poll(handler: (message: View<F>) => void, limit = this.topic.capacity): number {
    if (!this.open) throw closedSubscription(this.topic);
    // A plain look costs a fifth of an atomic one, which V8 does not inline. It orders nothing, and a compiler may keep its result: so it only
    // says that there is nothing, and not for long.
    if (this.words[ringWord.head] === this.next && (++this.idle & (LOOKS - 1)) !== 0) return 0;
    // Acquire: every field that was written before this head was stored is visible.
    const available = (Atomics.load(this.words, ringWord.head) - this.next) | 0;
    const most = available < limit ? available : limit;
    if (most <= 0) return 0;
    const { view, mask, slotBytes } = this;
    let done = 0;
    try {
      while (done < most && this.open) {
        const { next } = this;
        view.offset = RING_HEADER_BYTES + (next & mask) * slotBytes;
        handler(view);
        this.next = (next + 1) | 0;
        this.position++;
        done++;
        if ((done & (CURSOR_EVERY - 1)) === 0) this.storeCursor();
      }
    } finally {
      if (done > 0) this.storeCursor();
    }
    return done;
  }

  acknowledge(position: number): void {
    const low = lowWord(position);
    const acknowledged = this.words[this.cursorWord] as number;
    if (!this.byHand || ((low - acknowledged) | 0) < 0 || ((this.next - low) | 0) < 0) {
      throw new TransportError({
        code: 'NAUT_ACKNOWLEDGE',
        message: this.byHand
          ? `position ${position} of ${this.topic.name} cannot be acknowledged; it must be from ${positionNear(this.position, acknowledged)} to ${this.position}`
          : `${this.topic.name} acknowledges by itself for this reader`,
        fix: "subscribe with acknowledge: 'manual' and acknowledge positions that poll has passed",
      });
    }
    Atomics.store(this.words, this.cursorWord, low);
  }

  lag(): number {
    return (Atomics.load(this.words, ringWord.head) - this.next) | 0;
  }

  writerAlive(): boolean {
    return this.writer.held();
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.writer.close();
    this.lock.release();
  }

  /** Release: the reads of the slots come before it; the writer may use them from here on. */
  private storeCursor(): void {
    if (!this.byHand && this.open) Atomics.store(this.words, this.cursorWord, this.next);
  }
}

import type { Fields, View } from '../domain/layout';
import { oldestPosition, ringWord } from './ring-memory';
import type { Snapshot } from './snapshot';
import type { Subscription } from './subscription';

const pass = () => {};

/**
 * A reader that comes late: first a snapshot, then the messages after it, none missing and none twice.
 *
 * It subscribes before it looks for the snapshot. A snapshot that contains all messages before the subscription's position, or more, closes
 * the gap; what it contains beyond that is passed over. Until there is one, it asks for it and reads nothing.
 */
export class JoiningSubscription<F extends Fields> implements Subscription<F> {
  private joined = false;
  /** Snapshots that were written when the last one was read; -1: none was. */
  private read = -1;
  private snapshot: Snapshot | undefined;
  private missedBefore = 0;

  constructor(
    private readonly inner: Subscription<F>,
    private readonly words: Int32Array,
    private readonly capacity: number,
    private readonly load: () => Snapshot | undefined,
    private readonly restore: (state: Uint8Array, position: number) => void,
  ) {}

  get missed(): number {
    return this.joined ? this.inner.missed - this.missedBefore : 0;
  }

  get conflated(): number {
    return this.inner.conflated;
  }

  get position(): number {
    return this.inner.position;
  }

  poll(handler: (message: View<F>) => void, limit?: number): number {
    return this.joined || this.join() ? this.inner.poll(handler, limit) : 0;
  }

  acknowledge(position: number): void {
    this.inner.acknowledge(position);
  }

  lag(): number {
    return this.inner.lag();
  }

  writerAlive(): boolean {
    return this.inner.writerAlive();
  }

  close(): void {
    this.inner.close();
  }

  private join(): boolean {
    const written = Atomics.load(this.words, ringWord.snapshots);
    if (written !== this.read) {
      this.read = written;
      this.snapshot = this.load();
    }
    const { snapshot, inner } = this;
    if (!snapshot || snapshot.position < Math.max(inner.position, this.lowest())) {
      Atomics.store(this.words, ringWord.snapshotWanted, 1);
      return false;
    }
    while (inner.position < snapshot.position) {
      const ahead = snapshot.position - inner.position;
      // Nothing more is there yet: whoever wrote the snapshot is ahead of what this process sees of the ring.
      if (inner.poll(pass, ahead) === 0) return false;
    }
    // A reader that nobody waits for may have been overtaken while it passed messages over.
    if (inner.position > snapshot.position) return false;
    this.restore(snapshot.state, snapshot.position);
    this.missedBefore = inner.missed;
    this.snapshot = undefined;
    this.joined = true;
    return true;
  }

  /** Messages before this position cannot be read any more: a snapshot must contain them. */
  private lowest(): number {
    return oldestPosition(this.words, this.capacity);
  }
}

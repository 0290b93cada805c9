import type { Feed } from './feed';

/**
 * Several feeds as one sequence of steps: by time, at one time by the order of the feeds. A heap of the feeds whose next time is known;
 * while it is unknown of one of them, it is unknown of all.
 */
export class MergedFeeds {
  /** Steps taken. */
  steps = 0;
  /** Of the last step. */
  timeNs = 0;
  private readonly times: Float64Array;
  /** Numbers of feeds, the one with the next step first. */
  private readonly heap: Int32Array;
  private size = 0;
  private unknown: number[];

  constructor(readonly feeds: readonly Feed[]) {
    this.times = new Float64Array(feeds.length);
    this.heap = new Int32Array(feeds.length);
    this.unknown = feeds.map((_, index) => index);
  }

  /** As of a feed: infinity after the last step of all, NaN while it is not known. */
  get nextTimeNs(): number {
    if (this.unknown.length > 0) {
      this.lookAgain();
      if (this.unknown.length > 0) return Number.NaN;
    }
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.times[this.heap[0]!]!;
  }

  /** Takes the next step, whose time must be known, and returns the feed that it stands in. */
  take(): Feed {
    const index = this.heap[0]!;
    const feed = this.feeds[index]!;
    feed.take();
    this.steps++;
    this.timeNs = feed.timeNs;
    this.place(index, feed.nextTimeNs);
    return feed;
  }

  /** Place of the feed that `take` would take from. */
  get nextFeed(): number {
    return this.heap[0]!;
  }

  /** Goes on without a feed. */
  drop(index: number): void {
    const at = this.heap.subarray(0, this.size).indexOf(index);
    if (at < 0) this.unknown = this.unknown.filter((other) => other !== index);
    else {
      const rest = [...this.heap.subarray(0, this.size)].filter((other) => other !== index);
      this.size = 0;
      for (const other of rest) this.insert(other);
    }
  }

  /** The first of the heap goes where its next time belongs. */
  private place(index: number, nextTimeNs: number): void {
    this.times[index] = nextTimeNs;
    if (nextTimeNs < Number.POSITIVE_INFINITY) {
      this.sink(0, index);
      return;
    }
    if (Number.isNaN(nextTimeNs)) this.unknown.push(index);
    if (--this.size > 0) this.sink(0, this.heap[this.size]!);
  }

  private lookAgain(): void {
    const still: number[] = [];
    for (const index of this.unknown) {
      const timeNs = this.feeds[index]!.nextTimeNs;
      this.times[index] = timeNs;
      if (Number.isNaN(timeNs)) still.push(index);
      else if (timeNs < Number.POSITIVE_INFINITY) this.insert(index);
    }
    this.unknown = still;
  }

  private insert(index: number): void {
    const { heap } = this;
    let at = this.size++;
    while (at > 0 && this.isBefore(index, heap[(at - 1) >> 1]!)) {
      heap[at] = heap[(at - 1) >> 1]!;
      at = (at - 1) >> 1;
    }
    heap[at] = index;
  }

  private sink(from: number, index: number): void {
    const { heap, size } = this;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.isBefore(heap[child]!, index)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = index;
  }

  private isBefore(a: number, b: number): boolean {
    const difference = this.times[a]! - this.times[b]!;
    return difference < 0 || (difference === 0 && a < b);
  }
}

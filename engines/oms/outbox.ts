import type { Fields, Layout, View } from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { Publication } from '@nautilus/core/transport';

type Copy<F extends Fields> = (from: View<F>, to: View<F>) => void;

/** Generated, so that a message is copied without an object in between. */
const copyOf = <F extends Fields>(layout: Layout<F>): Copy<F> =>
  new Function('from', 'to', layout.fields.map(({ name }) => `to.${name} = from.${name};`).join('\n')) as Copy<F>;

/** Messages that wait until the record that implies them is durable and the ring has room: a queue that grows by doubling. */
export class Outbox<F extends Fields> {
  private capacity = 1 << 10;
  private records = new Float64Array(this.capacity);
  private views: View<F>;
  private head = 0;
  private tail = 0;
  private readonly copy: Copy<F>;

  constructor(private readonly layout: Layout<F>) {
    this.copy = copyOf(layout);
    this.views = layout.view(new ArrayBuffer(this.capacity * layout.size));
  }

  /** Messages that wait. */
  get size(): number {
    return this.tail - this.head;
  }

  /** A slot for a message that record number `record` implies: write every field. */
  push(record: number): View<F> {
    if (this.size === this.capacity) this.double();
    const slot = this.tail++ & (this.capacity - 1);
    this.records[slot] = record;
    this.views.offset = slot * this.layout.size;
    return this.views;
  }

  /** Copies to the ring what records up to `released` imply; `seal` makes each final. The caller commits. Returns how many. */
  drain(publication: Publication<F>, released: number, seal: (message: View<F>) => void): number {
    const from = this.head;
    while (this.head < this.tail) {
      const slot = this.head & (this.capacity - 1);
      if ((this.records[slot] as number) > released) break;
      const message = publication.claim();
      if (message === undefined) break;
      this.views.offset = slot * this.layout.size;
      this.copy(this.views, message);
      seal(message);
      this.head++;
    }
    return this.head - from;
  }

  save(state: StateWriter): void {
    state.value(this.size);
    for (let i = this.head; i < this.tail; i++) {
      const slot = i & (this.capacity - 1);
      state.column(this.records.subarray(slot, slot + 1));
      state.column(this.views.words.subarray((slot * this.layout.size) >> 2, ((slot + 1) * this.layout.size) >> 2));
    }
  }

  /** Queues what was saved and is still wanted. */
  restore(state: StateReader, wanted: (message: View<F>) => boolean): void {
    const record = new Float64Array(1);
    const saved = this.layout.view(new ArrayBuffer(this.layout.size));
    for (let count = state.value() as number; count > 0; count--) {
      state.column(record);
      state.column(saved.words);
      if (wanted(saved)) this.copy(saved, this.push(record[0] as number));
    }
  }

  /** Drops what waits. */
  clear(): void {
    this.head = this.tail;
  }

  private double(): void {
    const { size, views, records, head, capacity } = this;
    const larger = this.layout.view(new ArrayBuffer(capacity * 2 * this.layout.size));
    const numbers = new Float64Array(capacity * 2);
    for (let i = 0; i < size; i++) {
      const slot = (head + i) & (capacity - 1);
      views.offset = slot * this.layout.size;
      larger.offset = i * this.layout.size;
      this.copy(views, larger);
      numbers[i] = records[slot] as number;
    }
    this.views = larger;
    this.records = numbers;
    this.capacity = capacity * 2;
    this.head = 0;
    this.tail = size;
  }
}

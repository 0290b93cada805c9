import type { Fields, Layout, View } from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { Publication } from '@nautilus/core/transport';

type Copy<F extends Fields> = (from: View<F>, to: View<F>) => void;

/** Generated, so that a message is copied without an object in between. */
const copyOf = <F extends Fields>(layout: Layout<F>): Copy<F> =>
  new Function('from', 'to', layout.fields.map(({ name }) => `to.${name} = from.${name};`).join('\n')) as Copy<F>;

/**
 * Messages that wait until the record that implies them is durable and the publication has room: a queue that grows by doubling. One
 * that was handed over is kept until it is where it outlives this process, which in shared memory is at once: until then a snapshot
 * has to hold it.
 */
export class Outbox<F extends Fields> {
  private capacity = 1 << 10;
  private records = new Float64Array(this.capacity);
  private views: View<F>;
  /** The oldest that a broker may not have. */
  private head = 0;
  /** The oldest that was not handed over. */
  private next = 0;
  private tail = 0;
  private readonly copy: Copy<F>;

  constructor(
    private readonly layout: Layout<F>,
    private readonly publication: Pick<Publication<F>, 'claim' | 'inFlight'>,
  ) {
    this.copy = copyOf(layout);
    this.views = layout.view(new ArrayBuffer(this.capacity * layout.size));
  }

  /** Messages that wait. */
  get size(): number {
    return this.tail - this.next;
  }

  /** A slot for a message that record number `record` implies: write every field. */
  push(record: number): View<F> {
    if (this.tail - this.head === this.capacity) {
      this.forget();
      if (this.tail - this.head === this.capacity) this.double();
    }
    const slot = this.tail++ & (this.capacity - 1);
    this.records[slot] = record;
    this.views.offset = slot * this.layout.size;
    return this.views;
  }

  /** Hands over what records up to `released` imply; `seal` makes each final. The caller commits. Returns how many. */
  drain(released: number, seal: (message: View<F>) => void): number {
    const from = this.next;
    while (this.next < this.tail) {
      const slot = this.next & (this.capacity - 1);
      if ((this.records[slot] as number) > released) break;
      const message = this.publication.claim();
      if (message === undefined) break;
      this.views.offset = slot * this.layout.size;
      this.copy(this.views, message);
      seal(message);
      this.next++;
    }
    return this.next - from;
  }

  save(state: StateWriter): void {
    this.forget();
    state.value(this.tail - this.head);
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

  /** Messages are confirmed in their order: what is on its way are the last that were handed over. */
  private forget(): void {
    this.head = Math.max(this.head, this.next - this.publication.inFlight());
  }

  private double(): void {
    const { views, records, head, capacity } = this;
    const kept = this.tail - head;
    const larger = this.layout.view(new ArrayBuffer(capacity * 2 * this.layout.size));
    const numbers = new Float64Array(capacity * 2);
    for (let i = 0; i < kept; i++) {
      const slot = (head + i) & (capacity - 1);
      views.offset = slot * this.layout.size;
      larger.offset = i * this.layout.size;
      this.copy(views, larger);
      numbers[i] = records[slot] as number;
    }
    this.views = larger;
    this.records = numbers;
    this.capacity = capacity * 2;
    this.next -= head;
    this.head = 0;
    this.tail = kept;
  }
}

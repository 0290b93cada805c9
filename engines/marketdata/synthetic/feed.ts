import { Random } from '@nautilus/core/numerics';
import { type Feed, noCounts } from '../feeds/feed';
import { OrderFlow, type OrderFlowOptions } from './order-flow';

const NS_PER_SECOND = 1e9;
/** Numbers of a step that waits. */
const STRIDE = 5;

export interface SyntheticFeedOptions extends Omit<OrderFlowOptions, 'instrument' | 'tickSize'> {
  readonly instruments: readonly { readonly id: number; readonly tickSize: number }[];
  readonly venueOf: (orderId: number) => number;
  /** An integer of 32 bits: the same seed, the same orders. */
  readonly seed: number;
  /** Seconds after midnight, and how long it lasts. */
  readonly startSeconds: number;
  readonly seconds: number;
}

/** Made-up orders of many instruments, each with random numbers of its own; an instrument costs nothing while nothing arrives. */
export class SyntheticFeed implements Feed {
  kind = 0;
  timeNs: number;
  instrument = 0;
  venue = 0;
  orderId = 0;
  side = 0;
  price = 0;
  quantity = 0;
  /** Arrivals. */
  events = 0;
  readonly totalEvents = null;
  readonly startNs: number;
  readonly endNs: number;
  readonly stale = false;
  readonly counts = noCounts;
  private readonly flows: readonly OrderFlow[];
  /** Places of the flows, the one with the next arrival first. */
  private readonly heap: Int32Array;
  private lastId = 0;
  /** What the last arrival did and is not taken yet. */
  private readonly due: number[] = [];
  private taken = 0;
  private dueNs: number;
  private current = 0;
  /** Flows whose first orders rest. */
  private opened = 0;

  constructor(private readonly options: SyntheticFeedOptions) {
    const { instruments, seed, startSeconds, seconds } = options;
    this.startNs = startSeconds * NS_PER_SECOND;
    this.endNs = (startSeconds + seconds) * NS_PER_SECOND;
    this.timeNs = this.startNs;
    this.dueNs = this.startNs;
    const nextId = () => ++this.lastId;
    this.flows = instruments.map(({ id, tickSize }) => {
      const random = new Random(seed ^ Math.imul(id + 1, 0x9e3779b1));
      return new OrderFlow({ ...options, instrument: id, tickSize }, random, nextId);
    });
    for (const { arrivals } of this.flows) arrivals.next();
    // Sorted is a heap.
    const places = this.flows.map((_, place) => place);
    this.heap = Int32Array.from(places.sort((a, b) => this.timeOf(a) - this.timeOf(b) || a - b));
  }

  get nextTimeNs(): number {
    if (this.taken === this.due.length && !this.arrive()) return Number.POSITIVE_INFINITY;
    return this.dueNs;
  }

  take(): void {
    const { due, taken } = this;
    this.timeNs = this.dueNs;
    this.instrument = this.options.instruments[this.current]!.id;
    this.kind = due[taken]!;
    this.orderId = due[taken + 1]!;
    this.side = due[taken + 2]!;
    this.price = due[taken + 3]!;
    this.quantity = due[taken + 4]!;
    this.venue = this.options.venueOf(this.orderId);
    this.taken = taken + STRIDE;
  }

  close(): void {}

  /** Lets arrivals come until one does something; false when the time is over. */
  private arrive(): boolean {
    const { due, flows, heap } = this;
    due.length = 0;
    this.taken = 0;
    while (this.opened < flows.length) {
      this.current = this.opened++;
      flows[this.current]!.open(this.collect);
      if (due.length > 0) return true;
    }
    while (due.length === 0) {
      const place = heap[0]!;
      const timeNs = this.startNs + Math.floor(this.timeOf(place) * NS_PER_SECOND);
      if (timeNs >= this.endNs) return false;
      this.current = place;
      this.dueNs = timeNs;
      this.events++;
      const flow = flows[place]!;
      flow.apply(this.collect);
      flow.arrivals.next();
      this.sink(place);
    }
    return true;
  }

  private readonly collect = (kind: number, orderId: number, side: number, price: number, quantity: number): void => {
    this.due.push(kind, orderId, side, price, quantity);
  };

  private timeOf(place: number): number {
    return this.flows[place]!.arrivals.time;
  }

  /** The first of the heap goes where its next arrival belongs. */
  private sink(place: number): void {
    const { heap } = this;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.isBefore(heap[child]!, place)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = place;
  }

  private isBefore(a: number, b: number): boolean {
    const difference = this.timeOf(a) - this.timeOf(b);
    return difference < 0 || (difference === 0 && a < b);
  }
}

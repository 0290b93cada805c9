import type { OrderStore } from './order-store';

/**
 * Requests to one venue that wait for an answer, in the order in which it is due: all have the same time. An entry is void when the
 * child has been answered, or was asked something later.
 */
export class Unanswered {
  private dueNs = new Float64Array(64);
  private children = new Int32Array(64);
  private read = 0;
  private count = 0;

  constructor(private readonly orders: OrderStore) {}

  /** When the next answer is late, Infinity when none is awaited. */
  get nextNs(): number {
    this.skip();
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.dueNs[this.read]!;
  }

  add(dueNs: number, child: number): void {
    this.skip();
    if (this.count === this.dueNs.length) this.grow();
    const at = (this.read + this.count++) & (this.dueNs.length - 1);
    this.orders.children.of.dueNs[child] = dueNs;
    this.dueNs[at] = dueNs;
    this.children[at] = child;
  }

  /** Takes the next one off. */
  take(): number {
    const child = this.children[this.read]!;
    this.read = (this.read + 1) & (this.dueNs.length - 1);
    this.count--;
    return child;
  }

  private skip(): void {
    const { dueNs } = this.orders.children.of;
    while (this.count > 0 && dueNs[this.children[this.read]!] !== this.dueNs[this.read]!) this.take();
  }

  private grow(): void {
    const { dueNs, children, read } = this;
    this.dueNs = new Float64Array(dueNs.length * 2);
    this.children = new Int32Array(children.length * 2);
    this.dueNs.set(dueNs.subarray(read));
    this.dueNs.set(dueNs.subarray(0, read), dueNs.length - read);
    this.children.set(children.subarray(read));
    this.children.set(children.subarray(0, read), children.length - read);
    this.read = 0;
  }
}

import type { OrderUpdate, ViewOf } from '@nautilus/core/domain';
import type { SocketPeer } from '@nautilus/core/kernel';
import { orderView } from '../api/views';
import { isLive } from '../life-cycle';
import { rowOf } from '../order-store';
import type { OrderSystem } from '../order-system';
import { fits, has, type Scope } from './scope';

/** Orders that one step looks at, and those of them that it shows, at most. */
const LOOKED_AT = 4096;
const SHOWN = 128;
/** While so much is unread the next page waits. */
const ENOUGH_UNREAD = 256 << 10;

/** A piece of the state: orders up to an index as they were after a number of changes. */
interface Page {
  readonly end: number;
  readonly sequence: number;
  /** It is told once this record is durable. */
  readonly record: number;
  readonly text: string;
}

/**
 * One subscription of orders: those that live, a page at a time, and every change of those that were shown. An order that a page still has
 * to come to needs no changes: the page shows what they led to. One that ends before that is never shown.
 */
export class OrderStream {
  /** Orders before this index were looked at. */
  private next = 0;
  private complete = false;
  private readonly untold: Page[] = [];
  /** Ends and numbers of the pages, until every change is later than all of them. */
  private shown: Page[] = [];

  constructor(
    private readonly system: OrderSystem,
    private readonly peer: SocketPeer,
    readonly scope: Scope,
  ) {}

  /** Goes on with the state. Returns whether there was something to do. */
  poll(): number {
    const { untold, peer, system } = this;
    if (untold.length > 0) {
      if ((untold[0] as Page).record > system.released) return 0;
      peer.send((untold.shift() as Page).text);
      return 1;
    }
    if (this.complete || peer.unread > ENOUGH_UNREAD) return 0;
    this.look();
    return 1;
  }

  /** The drop copy has told of a change; `text` makes the message of it. */
  changed(update: ViewOf<typeof OrderUpdate>, text: () => string): void {
    if (fits(this.scope, update.account, update.session) && this.isLater(update.orderId - 1, update.sequence))
      this.peer.send(text());
  }

  /** Changes were missed: the state is told anew. */
  restart(missed: number): void {
    this.peer.send({ channel: 'orders', type: 'gap', missed });
    this.next = 0;
    this.complete = false;
    this.untold.length = 0;
    this.shown = [];
  }

  /** Whether no page has shown the change, and none will. */
  private isLater(index: number, sequence: number): boolean {
    const { shown } = this;
    if (!this.complete && index >= this.next) return false;
    const last = shown.at(-1);
    if (last === undefined) return true;
    if (this.complete && sequence > last.sequence) {
      this.shown = [];
      return true;
    }
    const page = shown.find(({ end }) => index < end);
    return page === undefined || sequence > page.sequence;
  }

  private look(): void {
    const { state, directory } = this.system;
    const { orders } = state;
    const until = Math.min(orders.count, this.next + LOOKED_AT);
    const found = [];
    for (; this.next < until && found.length < SHOWN; this.next++) {
      const live = isLive(orders.chunkOf(this.next).status[rowOf(this.next)] as number);
      if (live && has(this.scope, state, this.next)) found.push(orderView(state, directory, this.next));
    }
    this.complete = this.next === orders.count;
    const sequence = state.signals.updates;
    const more = !this.complete;
    const text = JSON.stringify({ channel: 'orders', type: 'state', sequence, more, orders: found });
    const page = { end: this.next, sequence, record: state.record, text };
    this.shown.push(page);
    if (found.length > 0 || !more) this.untold.push(page);
  }
}

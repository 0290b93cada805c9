import { OrderType, Rejection, Side, TimeInForce } from '@nautilus/core/domain';
import { VenueEventKind } from '../venue/events';
import type { Venue } from '../venue/venue';
import type { MarketWatch } from './market-watch';
import { Asked, ChildState, hasEnded, type OrderStore, Request } from './order-store';
import { Router } from './router';
import { Unanswered } from './unanswered';
import { VenueTally } from './venue-tally';

/** A venue that has not answered after its round trip and this much is late. */
const PATIENCE_NS = 1e9;

const isImmediate = (timeInForce: number): boolean =>
  timeInForce === TimeInForce.ioc || timeInForce === TimeInForce.fok;
/** A refusal that says more of the venue than of the order: another venue may take it. */
export const blamesVenue = (reason: number): boolean =>
  reason === Rejection.venueRejected ||
  reason === Rejection.capacity ||
  reason === Rejection.backPressure ||
  reason === Rejection.unknownOrder;

/** Who owns the parents: hears what became of their children. */
export interface ChildNews {
  /** The market's clock. */
  readonly nowNs: number;
  accepted(parent: number): void;
  filled(parent: number, child: number, price: number, quantity: number, maker: number, fee: number): void;
  /** A child has ended, or what is known of it has changed: the parent may go on. */
  changed(parent: number, child: number): void;
  replaced(parent: number): void;
  /** The venue refused a change; true when the order then stands as it is, false when it must be asked again. */
  changeRefused(parent: number, reason: number): boolean;
}

/** Things that venues said which make no sense, and answers that did not come. */
export interface VenueFaults {
  /** Events about orders that nobody sent. */
  strayEvents: number;
  /** Fills that were told before. */
  repeatedFills: number;
  /** Fills beyond what the child had left, or after its end. */
  excessFills: number;
  lateAnswers: number;
}

/** The child orders at all venues: sends them where they cost least, hears what becomes of them, asks again what stays unanswered. */
export class ChildOrders {
  readonly faults: VenueFaults = { strayEvents: 0, repeatedFills: 0, excessFills: 0, lateAnswers: 0 };
  readonly tally: VenueTally;
  private readonly unanswered: readonly Unanswered[];
  readonly router: Router;
  /** The venue whose events are read. */
  private speaking = 0;

  constructor(
    readonly venues: readonly Venue[],
    private readonly orders: OrderStore,
    private readonly market: MarketWatch,
    private readonly news: ChildNews,
  ) {
    this.tally = new VenueTally(venues.length);
    this.unanswered = venues.map(() => new Unanswered(orders));
    this.router = new Router(venues, orders, market, news);
  }

  trades(instrument: number): boolean {
    const { venues } = this;
    for (let venue = 0; venue < venues.length; venue++) if (venues[venue]!.trades(instrument)) return true;
    return false;
  }

  send(parent: number, venue: number, type: number, price: number, quantity: number, timeInForce: number): void {
    const { orders, market } = this;
    const child = orders.addChild(parent, quantity);
    const { of } = orders.children;
    const parents = orders.parents.of;
    const instrument = parents.instrument[parent]!;
    of.createdNs[child] = this.news.nowNs;
    of.bid[child] = market.best(instrument, Side.buy);
    of.ask[child] = market.best(instrument, Side.sell);
    of.price[child] = price;
    of.type[child] = type;
    of.timeInForce[child] = timeInForce;
    of.venue[child] = venue;
    this.await(child, Asked.submit);
    this.tally.orders[venue]! += 1;
    this.venues[venue]!.submit(
      orders.numberOf(child),
      instrument,
      parents.side[parent]!,
      type,
      price,
      quantity,
      timeInForce,
    );
  }

  /** Takes what is displayed within the parent's limit where it is cheapest, at once; returns how many shares were sent for. */
  take(parent: number, quantity: number): number {
    const { sweep } = this.router;
    const sent = this.router.planTake(parent, quantity);
    for (let venue = 0; venue < this.venues.length; venue++) {
      const shares = sweep.quantities[venue]!;
      if (shares > 0) this.send(parent, venue, OrderType.limit, sweep.limits[venue]!, shares, TimeInForce.ioc);
    }
    return sent;
  }

  /** All at one venue or nothing; false when no venue displays so much within the limit. */
  takeWhole(parent: number, quantity: number): boolean {
    const { of } = this.orders.parents;
    const venue = this.router.planWhole(parent, quantity);
    if (venue < 0) return false;
    this.send(parent, venue, of.type[parent]!, of.limitPrice[parent]!, quantity, TimeInForce.fok);
    return true;
  }

  /**
   * Rests shares where they are expected to trade, see `Placement`; returns how many.
   * @param forNs how long they are meant to rest
   */
  rest(parent: number, price: number, quantity: number, timeInForce: number, forNs: number): number {
    const { placement } = this.router;
    const placed = this.router.planRest(parent, price, quantity, timeInForce, forNs);
    if (placed === 0) return 0;
    for (let venue = 0; venue < this.venues.length; venue++) {
      const shares = placement.quantities[venue]!;
      if (shares > 0) this.send(parent, venue, OrderType.limit, price, shares, timeInForce);
    }
    return placed;
  }

  /** Asks for the end of all that rests; what takes at once ends by itself. A child whose change is under way has its turn after that. */
  cancelAll(parent: number): void {
    const { of } = this.orders.children;
    let older = -1;
    for (let child = this.orders.parents.of.firstOpen[parent]!; child >= 0; child = older) {
      older = of.olderOpen[child]!;
      const asked = of.asked[child]!;
      if (asked >= Asked.cancel || isImmediate(of.timeInForce[child]!)) continue;
      if (of.state[child] !== ChildState.unknown) of.state[child] = ChildState.cancelling;
      this.await(child, Asked.cancel);
      this.venues[of.venue[child]!]!.cancel(this.orders.numberOf(child));
    }
  }

  /** Changes price and what is left of the parent's only open child at its venue. */
  replace(parent: number, price: number, left: number): void {
    const { of } = this.orders.children;
    const child = this.orders.parents.of.firstOpen[parent]!;
    this.await(child, Asked.replace);
    this.venues[of.venue[child]!]!.replace(this.orders.numberOf(child), price, of.filled[child]! + left);
  }

  /** When a venue moves by itself, or an answer is late; Infinity when neither is to be expected. */
  get nextNs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (let venue = 0; venue < this.venues.length; venue++)
      next = Math.min(next, this.venues[venue]!.nextNs, this.unanswered[venue]!.nextNs);
    return next;
  }

  /** Takes in what the venues have said, and what follows from it at once, until none has more. Returns how many events that were. */
  settle(): number {
    const { venues } = this;
    let count = 0;
    let before = -1;
    while (count !== before) {
      before = count;
      for (let venue = 0; venue < venues.length; venue++) {
        venues[venue]!.poll(this.news.nowNs);
        const { events } = venues[venue]!;
        if (events.waiting === 0) continue;
        this.speaking = venue;
        count += events.drain(this.onEvent);
      }
    }
    return count;
  }

  /** Asks again what was not answered in time: such a child counts as if it could trade until the venue has spoken. */
  remind(): void {
    const { nowNs } = this.news;
    for (let venue = 0; venue < this.venues.length; venue++)
      while (this.unanswered[venue]!.nextNs <= nowNs) this.late(this.unanswered[venue]!.take(), venue);
  }

  private late(child: number, venue: number): void {
    const { of } = this.orders.children;
    this.faults.lateAnswers++;
    this.router.avoid(venue);
    of.dueNs[child] = 0;
    const newly = of.state[child] !== ChildState.unknown;
    this.orders.markUnknown(child);
    of.reason[child] = Rejection.venueSilent;
    const ends = of.asked[child] === Asked.submit || of.asked[child] === Asked.cancel;
    if (!this.router.isDown(venue)) this.ask(child, ends ? Asked.cancel : Asked.query);
    if (newly) this.news.changed(of.parent[child]!, child);
  }

  private ask(child: number, what: number): void {
    const venue = this.venues[this.orders.children.of.venue[child]!]!;
    this.await(child, what);
    if (what === Asked.cancel) venue.cancel(this.orders.numberOf(child));
    else venue.query(this.orders.numberOf(child));
  }

  private await(child: number, what: number): void {
    const { of } = this.orders.children;
    const venue = of.venue[child]!;
    of.asked[child] = what;
    this.unanswered[venue]!.add(this.news.nowNs + this.venues[venue]!.roundTripNs + PATIENCE_NS, child);
  }

  private answered(child: number): void {
    const { of } = this.orders.children;
    of.asked[child] = Asked.nothing;
    of.dueNs[child] = 0;
  }

  /** The first word of a venue about an order. */
  private heard(child: number): void {
    const { of } = this.orders.children;
    this.tally.answered(of.venue[child]!, this.news.nowNs - of.createdNs[child]!);
  }

  private readonly onEvent = (
    kind: number,
    reference: number,
    price: number,
    quantity: number,
    maker: number,
    reason: number,
    fee: number,
    execution: number,
  ): void => {
    if (kind >= VenueEventKind.sessionDown) {
      this.session(kind === VenueEventKind.sessionDown);
      return;
    }
    const child = this.orders.childOf(reference);
    const { of } = this.orders.children;
    const state = of.state[child];
    if (!state || of.venue[child] !== this.speaking) {
      this.faults.strayEvents++;
      return;
    }
    if (kind === VenueEventKind.filled) this.filled(child, price, quantity, maker, fee, execution);
    else if (hasEnded(state)) return;
    else if (kind === VenueEventKind.accepted) this.accepted(child);
    else if (kind === VenueEventKind.cancelled) this.ended(child, ChildState.cancelled, reason);
    else if (kind === VenueEventKind.expired) this.ended(child, ChildState.expired, reason);
    else if (kind === VenueEventKind.rejected) this.ended(child, ChildState.rejected, reason);
    else if (kind === VenueEventKind.replaced) this.replaced(child, price, quantity);
    else if (kind === VenueEventKind.restated) this.restated(child, price, quantity);
    else if (kind === VenueEventKind.changeRejected) this.changeRejected(child, reason);
  };

  private accepted(child: number): void {
    const { of } = this.orders.children;
    const asked = of.asked[child]!;
    if (asked === Asked.submit) this.taken(child);
    else if (asked === Asked.cancel) this.orders.setOpen(child, ChildState.cancelling);
    this.news.accepted(of.parent[child]!);
  }

  /** The venue has it: the answer to a submit. */
  private taken(child: number): void {
    this.heard(child);
    this.answered(child);
    this.orders.setOpen(child, ChildState.resting);
  }

  private filled(child: number, price: number, quantity: number, maker: number, fee: number, execution: number): void {
    const { of } = this.orders.children;
    if (execution <= of.execution[child]!) {
      this.faults.repeatedFills++;
      return;
    }
    const parent = of.parent[child]!;
    const late = hasEnded(of.state[child]!);
    // A venue need not say of an order that trades at once that it has it.
    if (!late && of.asked[child] === Asked.submit) this.taken(child);
    if (late || of.filled[child]! + quantity > of.quantity[child]!) this.faults.excessFills++;
    this.tally.filled(of.venue[child]!, quantity, fee);
    this.orders.addFill(child, this.news.nowNs, price, quantity, maker, fee, execution);
    this.news.filled(parent, child, price, quantity, maker, fee);
    if (late) this.news.changed(parent, child);
    else if (of.filled[child]! >= of.quantity[child]!) this.ended(child, ChildState.filled, Rejection.none);
  }

  private ended(child: number, state: number, reason: number): void {
    const { of } = this.orders.children;
    if (state === ChildState.rejected && of.asked[child] === Asked.submit) {
      this.heard(child);
      this.tally.rejects[of.venue[child]!]! += 1;
    }
    this.orders.endChild(child, state, reason);
    if (state === ChildState.rejected && blamesVenue(reason)) this.router.avoid(of.venue[child]!);
    this.news.changed(of.parent[child]!, child);
  }

  private replaced(child: number, price: number, quantity: number): void {
    const { of } = this.orders.children;
    if (of.asked[child] !== Asked.replace) return;
    this.answered(child);
    this.orders.setOpen(child, ChildState.resting);
    this.orders.restateChild(child, price, quantity);
    this.news.replaced(of.parent[child]!);
  }

  /** The answer to a query. A change that was lost on its way is refused with it. */
  private restated(child: number, price: number, left: number): void {
    const { of } = this.orders.children;
    const parent = of.parent[child]!;
    const changes = of.asked[child] === Asked.query;
    this.answered(child);
    this.orders.setOpen(child, ChildState.resting);
    this.orders.restateChild(child, price, left);
    if (changes) this.news.changed(parent, child);
  }

  private changeRejected(child: number, reason: number): void {
    const { of } = this.orders.children;
    const asked = of.asked[child]!;
    const parent = of.parent[child]!;
    if (asked !== Asked.cancel && asked !== Asked.replace) return;
    if (reason === Rejection.unknownOrder) this.ended(child, ChildState.rejected, reason);
    else if (of.state[child] === ChildState.unknown) this.ask(child, Asked.query);
    else if (asked === Asked.replace && this.orders.parents.of.request[parent] === Request.cancel) {
      this.answered(child);
      this.cancelAll(parent);
    } else if (this.news.changeRefused(parent, reason)) {
      this.answered(child);
      of.state[child] = ChildState.resting;
    }
  }

  /** Nothing is known of what is open at a venue that cannot be reached; when it is back, each is asked for. */
  private session(down: boolean): void {
    const { orders, speaking: venue } = this;
    this.router.setDown(venue, down);
    const { of } = orders.children;
    const isOpen = (child: number): boolean => of.state[child] !== 0 && !hasEnded(of.state[child]!);
    const there = [...orders.slots()].flatMap((parent) =>
      [...orders.childrenOf(parent)].filter((child) => of.venue[child] === venue && isOpen(child)),
    );
    for (const child of there.filter(isOpen)) {
      if (!down) this.ask(child, Asked.query);
      else if (of.state[child] !== ChildState.unknown) {
        orders.markUnknown(child);
        of.dueNs[child] = 0;
        this.news.changed(of.parent[child]!, child);
      }
    }
  }
}

import { Side } from '../domain';
import { isImmediate, isPostOnly, refuseOrder, refuseTerms } from './admission';
import type { Equilibrium } from './auction';
import { Auctioneer } from './auctioneer';
import { EngineEvent, type EngineEvents } from './engine-events';
import { decodeSnapshot, encodeSnapshot, hashImage } from './engine-image';
import { LiveOrders } from './live-orders';
import { MarketState } from './market-state';
import { Matcher } from './matcher';
import { BandPolicy, EndReason, MatchingOrderType, MatchingTimeInForce, NewOrder, Phase } from './order';
import { PriceLimits } from './price-limits';
import { Reject } from './reject';
import { END, PRICE, RANK, type RestingOrders, SIDE } from './resting-orders';

export interface MatchingEngineOptions {
  /** Most orders that can rest at a time, about 110 bytes each. */
  readonly capacity: number;
  /** Most stop orders that can wait at a time. @default a quarter of the capacity, 16 at least */
  readonly stops?: number;
  /** Price units in one step of the price; prices are multiples of it. @default 1 */
  readonly increment?: number;
  /** Pages of 256 price levels to allocate beforehand, 4 KiB each. @default 128 */
  readonly pages?: number;
  /** Are new orders collected while trading is halted, to trade in an uncross when it resumes? @default false: refused */
  readonly collectInHalt?: boolean;
  /** `BandPolicy`. @default reject */
  readonly bandPolicy?: number;
  /** Most parts in which an iceberg order may show itself: it bounds the work of one call. @default 256 */
  readonly icebergParts?: number;
  /** Most stop orders elected by one call; what is left over is elected by the next. @default 1024 */
  readonly cascade?: number;
  /** Tell the quantity of each price that changed (market by price)? @default true */
  readonly levels?: boolean;
  /** What auctions take for the last trade before there is one, price units: the close of the day before. @default none */
  readonly referencePrice?: number;
}

/** What may be asked about the displayed orders. */
export type BookView = Pick<
  RestingOrders,
  | 'capacity'
  | 'increment'
  | 'size'
  | 'bestBid'
  | 'bestAsk'
  | 'bestQuantity'
  | 'firstOrder'
  | 'quantityAt'
  | 'readDepth'
  | 'depth'
  | 'forEachOrder'
  | 'quantityOf'
  | 'priceOfOrder'
  | 'quantityAhead'
  | 'hash'
>;

/**
 * A matching engine for one instrument: all order types, self-trade prevention, auctions, halts and price bands over a
 * book with price-time priority.
 *
 * Prices are 32-bit integers in price units and multiples of `increment`; the largest and the smallest multiple are
 * kept for market orders of auctions. Quantities and ids are positive 32-bit integers, times whole numbers up to
 * 2^53 - 1 from an origin that the caller chooses (the platform's market clock counts nanoseconds from midnight).
 *
 * A method returns a quantity or a count (0 or more), or a negative `Reject` code after which nothing has changed.
 * `events` tells what happened during the last call. Nothing throws, and the path of orders, cancels and changes
 * allocates nothing once its buffers have grown; auctions and the end of the day do.
 */
export class MatchingEngine {
  readonly events: EngineEvents;
  /** The displayed orders. */
  readonly book: BookView;
  private readonly live: LiveOrders;
  private readonly state = new MarketState();
  private readonly matcher: Matcher;
  private readonly limits: PriceLimits;
  private readonly auctioneer: Auctioneer;
  private readonly collectInHalt: boolean;
  private readonly icebergParts: number;
  private readonly cascade: number;
  /** An order that comes back changed, and a stop order that is elected. */
  private readonly again = new NewOrder();

  constructor(options: MatchingEngineOptions) {
    const { capacity, increment = 1, pages, levels = true } = options;
    const stops = options.stops ?? Math.max(16, capacity >> 2);
    this.live = new LiveOrders({ capacity, stops, increment, pages, levels });
    this.events = this.live.events;
    this.book = this.live.book;
    this.matcher = new Matcher(this.live, this.state);
    this.collectInHalt = options.collectInHalt ?? false;
    this.icebergParts = options.icebergParts ?? 256;
    this.cascade = options.cascade ?? 1024;
    this.limits = new PriceLimits(this.live, this.state, options.bandPolicy ?? BandPolicy.reject);
    this.auctioneer = new Auctioneer(this.live, this.state, this.matcher, this.limits, options.referencePrice);
  }

  /**
   * The engine as it was when `snapshot` was called: the same hash, and the same answers from then on.
   * @param options those of the engine that wrote the snapshot; only what it is allocated for may be larger
   * @throws SnapshotError
   */
  static restore(options: MatchingEngineOptions, snapshot: Uint8Array): MatchingEngine {
    const engine = new MatchingEngine(options);
    decodeSnapshot(snapshot, engine.live, engine.state);
    return engine;
  }

  /** All orders and the market's state in a flat buffer with version and checksum. Allocates: not for the path. */
  snapshot(): Uint8Array {
    return encodeSnapshot(this.live, this.state);
  }

  /**
   * Fingerprint of everything that decides what the engine does next, options excepted. Depends on nothing else: not on
   * capacity or history. Allocates: not for the path.
   */
  hash(): string {
    return hashImage(this.live, this.state);
  }

  /** `Phase`. */
  get phase(): number {
    return this.state.phase;
  }

  /** Price of the last trade, or undefined. */
  get lastPrice(): number | undefined {
    return this.state.traded === 1 ? this.state.last : undefined;
  }

  /** The time that `advanceTime` reached. */
  get now(): number {
    return this.state.now;
  }

  /** Stop orders that wait. */
  get waitingStops(): number {
    return this.live.stops.size;
  }

  /** What is left of a live order, hidden reserve and waiting stop orders included; 0 when there is none. */
  quantityOf(id: number): number {
    const at = this.live.book.find(id);
    if (at !== END) return this.live.left(at);
    return this.live.stops.quantityOf(id);
  }

  /** Executes an order, or takes it for later. Returns the quantity that it filled at once. */
  submit(order: NewOrder): number {
    this.live.begin();
    const bad = refuseOrder(order) || this.refuseHere(order) || refuseTerms(order, this.state.now, this.icebergParts);
    if (bad !== 0) return bad;
    if (order.type >= MatchingOrderType.stop) return this.finish(this.wait(order));
    if (order.type === MatchingOrderType.limit) {
      const badPrice = this.limits.refuse(order.price);
      if (badPrice !== 0) return badPrice;
    }
    if (this.state.phase === Phase.continuous) return this.finish(this.execute(order));
    return isImmediate(order) || isPostOnly(order) ? Reject.phase : this.finish(this.collect(order));
  }

  /** Ends a live order; returns what was left of it. Allowed in every phase. */
  cancel(id: number): number {
    const { live } = this;
    live.begin();
    const at = live.book.find(id);
    if (at !== END) return this.finish(live.delete(at, EndReason.cancelled));
    const stop = live.stops.find(id);
    return stop === END ? Reject.unknownOrder : this.finish(live.dropStop(stop, EndReason.cancelled));
  }

  /**
   * Takes `by` off an order, which keeps its place, or all that is left; of an iceberg order the hidden reserve goes
   * first. Returns what was taken off. Allowed in every phase.
   */
  reduce(id: number, by: number): number {
    const { live } = this;
    live.begin();
    const at = live.book.find(id);
    const stop = at === END ? live.stops.find(id) : END;
    if (at === END && stop === END) return Reject.unknownOrder;
    if ((by | 0) !== by || by < 1) return Reject.quantity;
    if (at === END) return this.finish(live.reduceStop(stop, by));
    if (by >= live.left(at)) return this.finish(live.delete(at, EndReason.cancelled));
    live.reduce(at, by);
    return this.finish(by);
  }

  /**
   * Gives an order of the book a new price and a new remaining quantity, hidden reserve included. It keeps its place only
   * when the price is the same and the quantity not larger; otherwise it is taken out and executed again with its
   * terms, and may trade. Returns the quantity that it filled.
   */
  replace(id: number, price: number, quantity: number): number {
    const { live, again } = this;
    live.begin();
    const at = live.book.find(id);
    if (at === END) return live.stops.find(id) === END ? Reject.unknownOrder : Reject.notReplaceable;
    if (!this.takesOrders()) return Reject.phase;
    live.readTerms(at, again);
    if (again.type === MatchingOrderType.market) return Reject.notReplaceable;
    if ((quantity | 0) !== quantity || quantity < 1) return Reject.quantity;
    again.id = id;
    again.side = live.book.records[at | SIDE]!;
    again.price = price;
    again.quantity = quantity;
    const bad = this.limits.refuse(price);
    if (bad !== 0) return bad;
    const left = live.left(at);
    if (this.limits.worstRank(again) === ~live.book.records[at | RANK]! && quantity <= left) {
      if (quantity < left) live.reduce(at, left - quantity);
      return this.finish(0);
    }
    if (again.display > 0 && quantity > again.display * this.icebergParts) return Reject.display;
    const trades = this.state.phase === Phase.continuous;
    if (again.postOnly && trades && this.crosses(again)) return Reject.wouldTake;
    live.delete(at, EndReason.replaced);
    return this.finish(trades ? this.execute(again) : this.collect(again));
  }

  /**
   * Ends what good-till-date orders end at or before `time`, the soonest first, by id at equal times. A time that is
   * not later than the last one, or no whole number, changes nothing. Returns how many orders ended.
   */
  advanceTime(time: number): number {
    const { live, state } = this;
    live.begin();
    if (!Number.isSafeInteger(time) || time <= state.now) return 0;
    state.now = time;
    let ended = 0;
    for (let handle = live.endsBy(time); handle !== END; handle = live.endsBy(time), ended++)
      live.end(handle, EndReason.expired);
    return this.finish(ended);
  }

  /**
   * Goes over to another phase. From an auction to continuous trading or the close, and from a halt to continuous
   * trading, what has been collected trades at one price first, and market orders that are left over are dropped. The
   * close ends day orders. Returns the quantity that traded in the uncross.
   */
  setPhase(phase: number): number {
    const { live, state } = this;
    live.begin();
    if ((phase | 0) !== phase || phase < Phase.continuous || phase > Phase.closed) return Reject.phase;
    if (phase === state.phase) return 0;
    const auction = state.phase === Phase.openingAuction || state.phase === Phase.closingAuction;
    const uncrosses = phase === Phase.continuous || (phase === Phase.closed && auction);
    const volume = uncrosses ? this.auctioneer.uncross() : 0;
    state.phase = phase;
    live.events.push(EngineEvent.phase, phase, 0, 0, 0, 0, 0, 0);
    if (phase === Phase.closed) {
      for (const handle of live.handles())
        if (live.timeInForce(handle) === MatchingTimeInForce.day) live.end(handle, EndReason.expired);
    }
    return this.finish(volume);
  }

  /** What an auction would do now; undefined when nothing would trade. Allocates: not for the path. */
  indicative(): Equilibrium | undefined {
    return this.auctioneer.equilibrium();
  }

  /**
   * Sets the lowest and the highest price of a trade, price units. What rests where it could trade outside, buyers above
   * and sellers below, is deleted or priced back, as `bandPolicy` says. Returns how many orders that were.
   */
  setBands(lower: number, upper: number): number {
    this.live.begin();
    const moved = this.limits.setBands(lower, upper);
    return moved < 0 ? moved : this.finish(moved);
  }

  /** Lifts the price bands. Returns 0. */
  clearBands(): number {
    this.live.begin();
    this.limits.clearBands();
    return this.finish(0);
  }

  private takesOrders(): boolean {
    const { phase } = this.state;
    return phase === Phase.halted ? this.collectInHalt : phase !== Phase.closed;
  }

  private refuseHere({ id }: NewOrder): number {
    if (!this.takesOrders()) return Reject.phase;
    const { book, stops } = this.live;
    return book.ids.find(id) < 0 && (stops.size === 0 || stops.ids.find(id) < 0) ? 0 : Reject.duplicateOrder;
  }

  private crosses(order: NewOrder): boolean {
    return this.live.book.reaches(1 - order.side, this.limits.worstRank(order));
  }

  /** Continuous trading: the order trades as far as it can; what is left rests or is dropped. */
  private execute(order: NewOrder): number {
    const { live, matcher } = this;
    const { book } = live;
    const limit = this.limits.worstRank(order);
    const crosses = book.reaches(1 - order.side, limit);
    const rests = order.type === MatchingOrderType.limit && !isImmediate(order);
    if (crosses && isPostOnly(order)) return Reject.wouldTake;
    if (!crosses && rests && book.isFull) return Reject.full;
    let filled = 0;
    let left = order.quantity;
    if (crosses && (order.timeInForce !== MatchingTimeInForce.fok || matcher.fillable(order, limit))) {
      filled = matcher.match(order, limit);
      left = matcher.left;
    }
    if (left === 0) return filled;
    if (rests) live.rest(order, this.limits.priceOf(order.side, limit), ~limit, left);
    else this.drop(order, left, EndReason.unfilled);
    return filled;
  }

  /** Auctions: the order rests; a market order beyond all limit prices. */
  private collect(order: NewOrder): number {
    const { live, limits } = this;
    if (live.book.isFull) return Reject.full;
    const rank = order.type === MatchingOrderType.market ? limits.anyPrice(order.side) : limits.worstRank(order);
    live.rest(order, limits.priceOf(order.side, rank), ~rank, order.quantity);
    return 0;
  }

  private wait(order: NewOrder): number {
    const { live, state, limits } = this;
    if (!limits.isMultiple(order.stopPrice)) return Reject.stopPrice;
    if (order.type === MatchingOrderType.stopLimit && !limits.isLimitPrice(order.price)) return Reject.price;
    if (state.elects(order.side === Side.buy, order.stopPrice)) return Reject.wouldTrigger;
    if (live.stops.isFull) return Reject.full;
    live.addStop(order);
    return 0;
  }

  /** The end of a call that was not refused. */
  private finish(result: number): number {
    if (result < 0) return result;
    const { live, state } = this;
    if (state.phase === Phase.continuous) {
      if (live.stops.size > 0) this.electStops();
      else state.settle();
    }
    live.finish();
    return result;
  }

  /**
   * Executes stop orders whose price was reached, those to buy before those to sell, the nearest stop price first, then
   * the oldest. Each may trade and so elect others, which take their place in that order.
   */
  private electStops(): void {
    const { live, state, again } = this;
    for (let elected = 0; elected < this.cascade; elected++) {
      const at = this.firstElected();
      if (at === END) {
        state.settle();
        return;
      }
      live.takeStop(at, again);
      live.events.push(EngineEvent.triggered, again.id, 0, again.side, again.stopPrice, again.quantity, 0, 0);
      const limited = again.type === MatchingOrderType.stopLimit;
      again.type = limited ? MatchingOrderType.limit : MatchingOrderType.market;
      if (limited && this.limits.refuse(again.price) !== 0) this.drop(again, again.quantity, EndReason.band);
      else if (this.execute(again) < 0) this.drop(again, again.quantity, EndReason.full);
    }
  }

  private firstElected(): number {
    const { live, state } = this;
    const { records } = live.stops;
    const buy = live.firstStop(Side.buy);
    if (buy !== END && state.elects(true, records[buy | PRICE]!)) return buy;
    const sell = live.firstStop(Side.sell);
    return sell !== END && state.elects(false, records[sell | PRICE]!) ? sell : END;
  }

  private drop({ id, side, price, type }: NewOrder, quantity: number, reason: number): void {
    const limit = type === MatchingOrderType.market ? 0 : price;
    this.live.events.push(EngineEvent.dropped, id, 0, side, limit, quantity, 0, reason);
  }
}

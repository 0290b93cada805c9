import { Side, TimeInForce } from '../domain';
import { EngineEvent, EngineEvents } from './engine-events';
import { ExpiryQueue } from './expiry-queue';
import { EndReason, MatchingOrderType, MatchingTimeInForce, type NewOrder } from './order';
import {
  END,
  ID,
  ORDER_SHIFT,
  ORDER_STRIDE,
  PRICE,
  QUANTITY,
  RANK,
  RestingOrders,
  rankOf,
  SIDE,
} from './resting-orders';

/** Integers of an order's terms: half as many as of its record, so that they stand at half its handle. */
const TERMS = ORDER_STRIDE / 2;
const OWNER = 0;
const DISPLAY = 1;
const HIDDEN = 2;
const FLAGS = 3;
/** Bits of FLAGS: time in force in the lowest three. */
const POST_ONLY = 1 << 3;
const SELF_TRADE_SHIFT = 4;
const TYPE_SHIFT = 7;

/** What the orders of a `MatchingEngine` are allocated for. */
interface LiveOrdersOptions {
  readonly capacity: number;
  readonly stops: number;
  readonly increment: number;
  readonly pages?: number;
  /** Tell the quantity of each price that changed? */
  readonly levels: boolean;
}

/**
 * Every live order of a matching engine with its terms: those in the book, those of auctions, and stops that wait.
 * Its methods keep book, terms, expiry and events in step; which order may do what is not decided here.
 *
 * An order in the book shows `QUANTITY` of its record and keeps the rest hidden. A stop waits in a book of its own by
 * its stop price: those to buy stand on the sellers' side, lowest first, those to sell on the buyers', highest first,
 * so that the next one to be elected is always the first. An order's *handle* is the index of its record in the book,
 * or `firstStopHandle` and the index among the stops.
 */
export class LiveOrders {
  readonly book: RestingOrders;
  readonly stops: RestingOrders;
  readonly events = new EngineEvents();
  private readonly expiries: ExpiryQueue;
  /** Handle of the first record of `stops`. */
  private readonly firstStopHandle: number;
  /** Orders of the book with a hidden reserve. */
  reserves = 0;
  private readonly terms: Int32Array;
  private readonly expiryOf: Float64Array;
  private readonly idOf: Int32Array;
  private readonly limitOf: Int32Array;
  private readonly levels: boolean;
  /** The level that changed last and has not been told. */
  private changed = false;
  private changedSide = 0;
  private changedPrice = 0;
  private changedRank = 0;

  constructor({ capacity, stops, increment, pages, levels }: LiveOrdersOptions) {
    this.book = new RestingOrders({ capacity, increment, pages });
    this.stops = new RestingOrders({ capacity: stops, increment, pages: 16 });
    this.firstStopHandle = capacity * ORDER_STRIDE;
    const orders = capacity + stops;
    this.terms = new Int32Array(orders * TERMS);
    this.expiryOf = new Float64Array(orders);
    this.idOf = new Int32Array(orders);
    this.limitOf = new Int32Array(stops);
    this.expiries = new ExpiryQueue(this.expiryOf, this.idOf);
    this.levels = levels;
  }

  owner(handle: number): number {
    return this.terms[(handle >> 1) | OWNER]!;
  }

  /** Hidden reserve of an iceberg order. */
  hidden(handle: number): number {
    return this.terms[(handle >> 1) | HIDDEN]!;
  }

  /** What is left of an order of the book, shown and hidden. */
  left(at: number): number {
    return this.book.records[at | QUANTITY]! + this.terms[(at >> 1) | HIDDEN]!;
  }

  timeInForce(handle: number): number {
    return this.terms[(handle >> 1) | FLAGS]! & 7;
  }

  /** `MatchingOrderType`: a stop limit order that was elected is a limit order. */
  type(handle: number): number {
    return (this.terms[(handle >> 1) | FLAGS]! >> TYPE_SHIFT) & 3;
  }

  expiry(handle: number): number {
    return this.timeInForce(handle) === MatchingTimeInForce.gtd ? this.expiryOf[handle >> ORDER_SHIFT]! : 0;
  }

  /** Handle of the order that ends first, if it ends at or before `time`; END otherwise. */
  endsBy(time: number): number {
    const { expiries } = this;
    return expiries.count > 0 && this.expiryOf[expiries.first]! <= time ? expiries.first << ORDER_SHIFT : END;
  }

  /** Copies the terms of an order to `into`; not its id, side, prices and quantity. */
  readTerms(handle: number, into: NewOrder): void {
    const terms = handle >> 1;
    const flags = this.terms[terms | FLAGS]!;
    into.owner = this.terms[terms | OWNER]!;
    into.display = this.terms[terms | DISPLAY]!;
    into.timeInForce = flags & 7;
    into.postOnly = (flags & POST_ONLY) !== 0;
    into.selfTrade = (flags >> SELF_TRADE_SHIFT) & 7;
    into.type = (flags >> TYPE_SHIFT) & 3;
    into.expiry = this.expiryOf[handle >> ORDER_SHIFT]!;
  }

  /** Forgets the events of the last call. */
  begin(): void {
    this.events.count = 0;
  }

  /** Tells of the level that changed last: the end of a call. */
  finish(): void {
    if (this.changed) this.tellLevel();
  }

  /** Puts what is left of an order at the end of its level. There must be room. */
  rest(order: NewOrder, price: number, rank: number, quantity: number): void {
    const shown = order.display > 0 && order.display < quantity ? order.display : quantity;
    const at = this.book.add(order.id, order.side, price, rank, shown);
    this.writeTerms(at, order, quantity - shown);
    if (shown < quantity) this.reserves++;
    this.touch(order.side, price, rank);
    this.events.push(EngineEvent.added, order.id, 0, order.side, price, shown, 0, 0);
  }

  /** Takes a traded quantity, at most what is shown, off an order; the next part of an iceberg goes to the end. */
  consume(at: number, quantity: number): void {
    const { book, terms } = this;
    const side = book.records[at | SIDE]!;
    const price = book.records[at | PRICE]!;
    const rank = book.records[at | RANK]!;
    this.touch(side, price, rank);
    if (quantity < book.records[at | QUANTITY]!) {
      book.takeOff(at, quantity);
      return;
    }
    const hidden = terms[(at >> 1) | HIDDEN]!;
    if (hidden === 0) {
      this.forget(at);
      book.remove(at);
      return;
    }
    const display = terms[(at >> 1) | DISPLAY]!;
    const shown = display < hidden ? display : hidden;
    terms[(at >> 1) | HIDDEN] = hidden - shown;
    if (shown === hidden) this.reserves--;
    book.requeue(at, price, rank, shown);
    this.events.push(EngineEvent.added, book.records[at | ID]!, 0, side, price, shown, 0, 0);
  }

  /** Takes less than everything off an order, which keeps its place: the hidden reserve goes first. */
  reduce(at: number, by: number): void {
    const { book, terms } = this;
    const side = book.records[at | SIDE]!;
    const price = book.records[at | PRICE]!;
    const id = book.records[at | ID]!;
    const hidden = terms[(at >> 1) | HIDDEN]!;
    const unseen = by < hidden ? by : hidden;
    if (unseen > 0) {
      terms[(at >> 1) | HIDDEN] = hidden - unseen;
      if (unseen === hidden) this.reserves--;
      this.events.push(EngineEvent.reserve, id, 0, side, price, unseen, hidden - unseen, 0);
    }
    if (unseen === by) return;
    this.touch(side, price, book.records[at | RANK]!);
    book.takeOff(at, by - unseen);
    this.events.push(EngineEvent.reduced, id, 0, side, price, by - unseen, book.records[at | QUANTITY]!, 0);
  }

  /** Takes an order out of the book; returns what was left of it. */
  delete(at: number, reason: number): number {
    const { book } = this;
    const side = book.records[at | SIDE]!;
    const price = book.records[at | PRICE]!;
    const shown = book.records[at | QUANTITY]!;
    const hidden = this.terms[(at >> 1) | HIDDEN]!;
    this.touch(side, price, book.records[at | RANK]!);
    this.events.push(EngineEvent.deleted, book.records[at | ID]!, 0, side, price, shown, hidden, reason);
    if (hidden > 0) this.reserves--;
    this.forget(at);
    book.remove(at);
    return shown + hidden;
  }

  /** Prices an order anew and puts it at the end of that level. */
  reprice(at: number, price: number, rank: number, reason: number): void {
    const { book } = this;
    const id = book.records[at | ID]!;
    const side = book.records[at | SIDE]!;
    const shown = book.records[at | QUANTITY]!;
    const hidden = this.terms[(at >> 1) | HIDDEN]!;
    this.touch(side, book.records[at | PRICE]!, book.records[at | RANK]!);
    this.events.push(EngineEvent.deleted, id, 0, side, book.records[at | PRICE]!, shown, hidden, reason);
    book.requeue(at, price, rank, shown);
    this.touch(side, price, rank);
    this.events.push(EngineEvent.added, id, 0, side, price, shown, 0, 0);
  }

  /** Lets a stop order wait for its stop price. There must be room. */
  addStop(order: NewOrder): void {
    const { stops } = this;
    const side = 1 - order.side;
    const rank = rankOf(side, stops.tickOf(order.stopPrice));
    const at = stops.add(order.id, side, order.stopPrice, rank, order.quantity);
    this.limitOf[at >> ORDER_SHIFT] = order.type === MatchingOrderType.stopLimit ? order.price : 0;
    this.writeTerms(this.firstStopHandle + at, order, 0);
  }

  /** The stop order to buy, or to sell, that is elected first, or END. */
  firstStop(side: number): number {
    return this.stops.first(1 - side);
  }

  /** Takes a stop order out and describes it in `into`, as the order that it becomes. */
  takeStop(at: number, into: NewOrder): void {
    const { stops } = this;
    this.describe(this.firstStopHandle + at, into);
    this.forget(this.firstStopHandle + at);
    stops.remove(at);
  }

  /** Takes a stop order out that was never elected; returns its quantity. */
  dropStop(at: number, reason: number): number {
    const { stops } = this;
    const id = stops.records[at | ID]!;
    const side = 1 - stops.records[at | SIDE]!;
    const price = stops.records[at | PRICE]!;
    this.forget(this.firstStopHandle + at);
    const quantity = stops.remove(at);
    this.events.push(EngineEvent.dropped, id, 0, side, price, quantity, 0, reason);
    return quantity;
  }

  /** Takes `by` off a waiting stop order, or all; returns what was taken off. */
  reduceStop(at: number, by: number): number {
    const { stops } = this;
    if (by >= stops.records[at | QUANTITY]!) return this.dropStop(at, EndReason.cancelled);
    const side = 1 - stops.records[at | SIDE]!;
    stops.takeOff(at, by);
    this.events.push(
      EngineEvent.dropped,
      stops.records[at | ID]!,
      0,
      side,
      stops.records[at | PRICE]!,
      by,
      stops.records[at | QUANTITY]!,
      EndReason.cancelled,
    );
    return by;
  }

  /** Takes an order out, wherever it is; returns what was left of it. */
  end(handle: number, reason: number): number {
    const { firstStopHandle } = this;
    return handle < firstStopHandle ? this.delete(handle, reason) : this.dropStop(handle - firstStopHandle, reason);
  }

  /** Writes a live order to `into`; returns how much of it is displayed. */
  describe(handle: number, into: NewOrder): number {
    const stop = handle >= this.firstStopHandle;
    const { records } = stop ? this.stops : this.book;
    const at = stop ? handle - this.firstStopHandle : handle;
    const shown = records[at | QUANTITY]!;
    this.readTerms(handle, into);
    into.id = records[at | ID]!;
    into.side = stop ? 1 - records[at | SIDE]! : records[at | SIDE]!;
    into.price = stop ? this.limitOf[at >> ORDER_SHIFT]! : records[at | PRICE]!;
    into.stopPrice = stop ? records[at | PRICE]! : 0;
    into.quantity = stop ? shown : shown + this.hidden(handle);
    return shown;
  }

  /** Handles of all live orders: of the book in priority order, then stops in the order in which they are elected. */
  handles(): number[] {
    const result: number[] = [];
    for (const side of [Side.buy, Side.sell]) this.book.forEachOf(side, (at) => result.push(at));
    for (const side of [Side.sell, Side.buy])
      this.stops.forEachOf(side, (at) => result.push(this.firstStopHandle + at));
    return result;
  }

  /** Sets an order as a snapshot has it: `shown` of its quantity is displayed. */
  restore(order: NewOrder, shown: number): void {
    const { book } = this;
    if (order.type >= MatchingOrderType.stop) this.addStop(order);
    else {
      const rank = rankOf(order.side, book.tickOf(order.price));
      const at = book.add(order.id, order.side, order.price, rank, shown);
      this.writeTerms(at, order, order.quantity - shown);
      if (shown < order.quantity) this.reserves++;
    }
  }

  private writeTerms(handle: number, order: NewOrder, hidden: number): void {
    const { terms } = this;
    const at = handle >> 1;
    terms[at | OWNER] = order.owner;
    terms[at | DISPLAY] = order.display;
    terms[at | HIDDEN] = hidden;
    const shorthand = order.timeInForce === TimeInForce.postOnly;
    terms[at | FLAGS] =
      (shorthand ? TimeInForce.day : order.timeInForce) |
      (order.postOnly || shorthand ? POST_ONLY : 0) |
      (order.selfTrade << SELF_TRADE_SHIFT) |
      (order.type << TYPE_SHIFT);
    if (order.timeInForce !== MatchingTimeInForce.gtd) return;
    this.expiryOf[handle >> ORDER_SHIFT] = order.expiry;
    this.idOf[handle >> ORDER_SHIFT] = order.id;
    this.expiries.add(handle >> ORDER_SHIFT);
  }

  private forget(handle: number): void {
    if ((this.terms[(handle >> 1) | FLAGS]! & 7) === MatchingTimeInForce.gtd)
      this.expiries.remove(handle >> ORDER_SHIFT);
  }

  private touch(side: number, price: number, rank: number): void {
    if (!this.levels) return;
    if (this.changed) {
      if (price === this.changedPrice && side === this.changedSide) return;
      this.tellLevel();
    }
    this.changed = true;
    this.changedSide = side;
    this.changedPrice = price;
    this.changedRank = rank;
  }

  private tellLevel(): void {
    const quantity = this.book.quantityOfRank(this.changedSide, this.changedRank);
    this.changed = false;
    this.events.push(EngineEvent.level, 0, 0, this.changedSide, this.changedPrice, quantity, 0, 0);
  }
}

import { Side, TimeInForce } from '../domain';
import { EngineEvent, EngineEvents } from './engine-events';
import { ExpiryQueue } from './expiry-queue';
import { EndReason, MatchingOrderType, MatchingTimeInForce, type NewOrder } from './order';
import { ID, PRICE, QUANTITY, RANK, RestingOrders, SIDE } from './resting-orders';

/** Terms of an order beside its record, four integers. */
const OWNER = 0;
const DISPLAY = 1;
const HIDDEN = 2;
const FLAGS = 3;
/** Bits of FLAGS: time in force in the lowest three. */
const POST_ONLY = 1 << 3;
const SELF_TRADE_SHIFT = 4;
const TYPE_SHIFT = 7;

const opposite = (side: number): number => (side === Side.buy ? Side.sell : Side.buy);

/** What the orders of a `MatchingEngine` are allocated for. */
export interface LiveOrdersOptions {
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
 * so that the next one to be elected is always the first. An order's *handle* is its slot in the book, or the
 * book's capacity and its slot among the stops.
 */
export class LiveOrders {
  readonly book: RestingOrders;
  readonly stops: RestingOrders;
  readonly events = new EngineEvents();
  readonly expiries: ExpiryQueue;
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
    this.stops = new RestingOrders({ capacity: stops, increment, pages: 8 });
    const handles = capacity + stops;
    this.terms = new Int32Array(handles * 4);
    this.expiryOf = new Float64Array(handles);
    this.idOf = new Int32Array(handles);
    this.limitOf = new Int32Array(stops);
    this.expiries = new ExpiryQueue(this.expiryOf, this.idOf);
    this.levels = levels;
  }

  owner(handle: number): number {
    return this.terms[handle * 4 + OWNER]!;
  }

  /** Hidden reserve of an iceberg order. */
  hidden(handle: number): number {
    return this.terms[handle * 4 + HIDDEN]!;
  }

  /** What is left of an order of the book, shown and hidden. */
  left(slot: number): number {
    return this.book.records[slot * 8 + QUANTITY]! + this.terms[slot * 4 + HIDDEN]!;
  }

  timeInForce(handle: number): number {
    return this.terms[handle * 4 + FLAGS]! & 7;
  }

  /** `MatchingOrderType`: a stop limit order that was elected is a limit order. */
  type(handle: number): number {
    return (this.terms[handle * 4 + FLAGS]! >> TYPE_SHIFT) & 3;
  }

  expiry(handle: number): number {
    return this.timeInForce(handle) === MatchingTimeInForce.gtd ? this.expiryOf[handle]! : 0;
  }

  /** Copies the terms of an order to `into`; not its id, side, prices and quantity. */
  readTerms(handle: number, into: NewOrder): void {
    const at = handle * 4;
    const flags = this.terms[at + FLAGS]!;
    into.owner = this.terms[at + OWNER]!;
    into.display = this.terms[at + DISPLAY]!;
    into.timeInForce = flags & 7;
    into.postOnly = (flags & POST_ONLY) !== 0;
    into.selfTrade = (flags >> SELF_TRADE_SHIFT) & 7;
    into.type = (flags >> TYPE_SHIFT) & 3;
    into.expiry = this.expiryOf[handle]!;
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
    const slot = this.book.append(order.id, order.side, price, rank, shown);
    this.writeTerms(slot, order, quantity - shown);
    if (shown < quantity) this.reserves++;
    this.touch(order.side, price, rank);
    this.events.push(EngineEvent.added, order.id, 0, order.side, price, shown, 0, 0);
  }

  /** Takes a traded quantity, at most what is shown, off an order; the next part of an iceberg goes to the end. */
  consume(slot: number, quantity: number): void {
    const { book, terms } = this;
    const at = slot * 8;
    const side = book.records[at + SIDE]!;
    const price = book.records[at + PRICE]!;
    const rank = book.records[at + RANK]!;
    this.touch(side, price, rank);
    if (quantity < book.records[at + QUANTITY]!) {
      book.takeOff(at, quantity);
      return;
    }
    const hidden = terms[slot * 4 + HIDDEN]!;
    if (hidden === 0) {
      this.forget(slot);
      book.remove(slot);
      return;
    }
    const display = terms[slot * 4 + DISPLAY]!;
    const shown = display < hidden ? display : hidden;
    terms[slot * 4 + HIDDEN] = hidden - shown;
    if (shown === hidden) this.reserves--;
    book.requeue(slot, price, rank, shown);
    this.events.push(EngineEvent.added, book.records[at + ID]!, 0, side, price, shown, 0, 0);
  }

  /** Takes less than everything off an order, which keeps its place: the hidden reserve goes first. */
  reduce(slot: number, by: number): void {
    const { book, terms } = this;
    const at = slot * 8;
    const side = book.records[at + SIDE]!;
    const price = book.records[at + PRICE]!;
    const id = book.records[at + ID]!;
    const hidden = terms[slot * 4 + HIDDEN]!;
    const unseen = by < hidden ? by : hidden;
    if (unseen > 0) {
      terms[slot * 4 + HIDDEN] = hidden - unseen;
      if (unseen === hidden) this.reserves--;
      this.events.push(EngineEvent.reserve, id, 0, side, price, unseen, hidden - unseen, 0);
    }
    if (unseen === by) return;
    this.touch(side, price, book.records[at + RANK]!);
    book.takeOff(at, by - unseen);
    this.events.push(EngineEvent.reduced, id, 0, side, price, by - unseen, book.records[at + QUANTITY]!, 0);
  }

  /** Takes an order out of the book; returns what was left of it. */
  delete(slot: number, reason: number): number {
    const { book } = this;
    const at = slot * 8;
    const side = book.records[at + SIDE]!;
    const price = book.records[at + PRICE]!;
    const shown = book.records[at + QUANTITY]!;
    const hidden = this.terms[slot * 4 + HIDDEN]!;
    this.touch(side, price, book.records[at + RANK]!);
    this.events.push(EngineEvent.deleted, book.records[at + ID]!, 0, side, price, shown, hidden, reason);
    if (hidden > 0) this.reserves--;
    this.forget(slot);
    book.remove(slot);
    return shown + hidden;
  }

  /** Prices an order anew and puts it at the end of that level. */
  reprice(slot: number, price: number, rank: number, reason: number): void {
    const { book } = this;
    const at = slot * 8;
    const id = book.records[at + ID]!;
    const side = book.records[at + SIDE]!;
    const shown = book.records[at + QUANTITY]!;
    const hidden = this.terms[slot * 4 + HIDDEN]!;
    this.touch(side, book.records[at + PRICE]!, book.records[at + RANK]!);
    this.events.push(EngineEvent.deleted, id, 0, side, book.records[at + PRICE]!, shown, hidden, reason);
    book.requeue(slot, price, rank, shown);
    this.touch(side, price, rank);
    this.events.push(EngineEvent.added, id, 0, side, price, shown, 0, 0);
  }

  /** Lets a stop order wait for its stop price. There must be room. */
  addStop(order: NewOrder): void {
    const { stops, book } = this;
    const tick = stops.tickOf(order.stopPrice);
    const buys = order.side === Side.buy;
    const slot = stops.append(order.id, opposite(order.side), order.stopPrice, buys ? tick : ~tick, order.quantity);
    this.limitOf[slot] = order.type === MatchingOrderType.stopLimit ? order.price : 0;
    this.writeTerms(book.capacity + slot, order, 0);
  }

  /** Slot of the stop order to buy, or to sell, that is elected first, or END. */
  firstStop(side: number): number {
    return this.stops.firstSlot(opposite(side));
  }

  /** Takes a stop order out and describes it in `into`, as the order that it becomes. */
  takeStop(slot: number, into: NewOrder): void {
    const { stops, book } = this;
    this.describe(book.capacity + slot, into);
    this.forget(book.capacity + slot);
    stops.remove(slot);
  }

  /** Takes a stop order out that was never elected; returns its quantity. */
  dropStop(slot: number, reason: number): number {
    const { stops, book } = this;
    const at = slot * 8;
    const id = stops.records[at + ID]!;
    const side = opposite(stops.records[at + SIDE]!);
    const price = stops.records[at + PRICE]!;
    this.forget(book.capacity + slot);
    const quantity = stops.remove(slot);
    this.events.push(EngineEvent.dropped, id, 0, side, price, quantity, 0, reason);
    return quantity;
  }

  /** Takes `by` off a waiting stop order, or all; returns what was taken off. */
  reduceStop(slot: number, by: number): number {
    const { stops } = this;
    const at = slot * 8;
    if (by >= stops.records[at + QUANTITY]!) return this.dropStop(slot, EndReason.cancelled);
    const side = opposite(stops.records[at + SIDE]!);
    stops.takeOff(at, by);
    this.events.push(
      EngineEvent.dropped,
      stops.records[at + ID]!,
      0,
      side,
      stops.records[at + PRICE]!,
      by,
      stops.records[at + QUANTITY]!,
      EndReason.cancelled,
    );
    return by;
  }

  /** Takes an order out, wherever it is; returns what was left of it. */
  end(handle: number, reason: number): number {
    const { capacity } = this.book;
    return handle < capacity ? this.delete(handle, reason) : this.dropStop(handle - capacity, reason);
  }

  /** Writes a live order to `into`; returns how much of it is displayed. */
  describe(handle: number, into: NewOrder): number {
    const { book, stops } = this;
    const stop = handle >= book.capacity;
    const { records } = stop ? stops : book;
    const at = (stop ? handle - book.capacity : handle) * 8;
    const shown = records[at + QUANTITY]!;
    this.readTerms(handle, into);
    into.id = records[at + ID]!;
    into.side = stop ? opposite(records[at + SIDE]!) : records[at + SIDE]!;
    into.price = stop ? this.limitOf[handle - book.capacity]! : records[at + PRICE]!;
    into.stopPrice = stop ? records[at + PRICE]! : 0;
    into.quantity = stop ? shown : shown + this.hidden(handle);
    return shown;
  }

  /** Handles of all live orders: of the book in priority order, then stops in the order in which they are elected. */
  handles(): number[] {
    const result: number[] = [];
    for (const side of [Side.buy, Side.sell]) this.book.forEachSlotOf(side, (slot) => result.push(slot));
    for (const side of [Side.sell, Side.buy])
      this.stops.forEachSlotOf(side, (slot) => result.push(this.book.capacity + slot));
    return result;
  }

  /** Sets an order as a snapshot has it: `shown` of its quantity is displayed. */
  restore(order: NewOrder, shown: number): void {
    const { book } = this;
    if (order.type >= MatchingOrderType.stop) this.addStop(order);
    else {
      const tick = book.tickOf(order.price);
      const slot = book.append(order.id, order.side, order.price, order.side === Side.buy ? ~tick : tick, shown);
      this.writeTerms(slot, order, order.quantity - shown);
      if (shown < order.quantity) this.reserves++;
    }
  }

  private writeTerms(handle: number, order: NewOrder, hidden: number): void {
    const { terms } = this;
    const at = handle * 4;
    terms[at + OWNER] = order.owner;
    terms[at + DISPLAY] = order.display;
    terms[at + HIDDEN] = hidden;
    const shorthand = order.timeInForce === TimeInForce.postOnly;
    terms[at + FLAGS] =
      (shorthand ? TimeInForce.day : order.timeInForce) |
      (order.postOnly || shorthand ? POST_ONLY : 0) |
      (order.selfTrade << SELF_TRADE_SHIFT) |
      (order.type << TYPE_SHIFT);
    if (order.timeInForce !== MatchingTimeInForce.gtd) return;
    this.expiryOf[handle] = order.expiry;
    this.idOf[handle] = order.id;
    this.expiries.add(handle);
  }

  private forget(handle: number): void {
    if ((this.terms[handle * 4 + FLAGS]! & 7) === MatchingTimeInForce.gtd) this.expiries.remove(handle);
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
    const ladder = this.changedSide === Side.buy ? this.book.bids : this.book.asks;
    const level = ladder.find(this.changedRank);
    const quantity = level < 0 ? 0 : ladder.quantities[level]!;
    this.changed = false;
    this.events.push(EngineEvent.level, 0, 0, this.changedSide, this.changedPrice, quantity, 0, 0);
  }
}

import { Side, TimeInForce } from '../domain';
import { MatchingEvents } from './events';
import { IdTable } from './id-table';
import { PriceLadder } from './price-ladder';
import { Reject } from './reject';
import { StateHash } from './state-hash';

/** Fields of an order's record, eight integers: half a cache line. */
const PRICE = 0;
const QUANTITY = 1;
const NEXT = 2;
const PREVIOUS = 3;
const ID = 4;
const LEVEL = 5;
const RANK = 6;
const SIDE = 7;
const END = -1;
const WORST_RANK = 0x7fffffff;

export interface OrderBookOptions {
  /** Most orders that can rest at a time; everything is allocated for that many, about 70 bytes each. */
  readonly capacity: number;
  /** Price units in one step of the price; prices are multiples of it. @default 1 */
  readonly increment?: number;
  /** Pages of 256 price levels a side to allocate beforehand. @default 64 */
  readonly pages?: number;
}

/** One price of a side. */
export interface DepthLevel {
  /** Price units. */
  readonly price: number;
  readonly quantity: number;
  readonly orders: number;
}

/** Gets an order as plain numbers. */
export type OrderVisitor = (id: number, side: number, price: number, quantity: number) => void;

/**
 * A limit order book of one instrument with price-time priority.
 *
 * Prices are 32-bit integers in price units and multiples of `increment`, quantities and ids positive 32-bit integers.
 * A method returns a quantity (0 or more) or a negative `Reject` code after which nothing has changed; nothing on the
 * path throws or allocates (see `PriceLadder` for the one rare exception). Fills of the last call are in `events`.
 *
 * Time priority is an intrusive list a price level; the records of all orders stand in one typed array.
 */
export class OrderBook {
  readonly events: MatchingEvents;
  readonly capacity: number;
  readonly increment: number;
  private readonly inverse: number;
  private readonly records: Int32Array;
  private readonly ids: IdTable;
  private readonly bids: PriceLadder;
  private readonly asks: PriceLadder;
  /** First of the unused records, linked by NEXT. */
  private free = 0;
  private live = 0;

  constructor({ capacity, increment = 1, pages = 64 }: OrderBookOptions) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 1 << 26)
      throw new RangeError(`capacity of an order book is ${capacity}; allowed: an integer from 1 to ${1 << 26}`);
    if (!Number.isInteger(increment) || increment < 1 || increment > 0x7fffffff)
      throw new RangeError(`increment of an order book is ${increment}; allowed: an integer from 1 to ${0x7fffffff}`);
    this.capacity = capacity;
    this.increment = increment;
    this.inverse = 1 / increment;
    this.events = new MatchingEvents(capacity);
    this.records = new Int32Array(capacity * 8);
    this.ids = new IdTable(capacity);
    this.bids = new PriceLadder(pages);
    this.asks = new PriceLadder(pages);
    for (let slot = 0; slot < capacity; slot++) this.records[slot * 8 + NEXT] = slot + 1 < capacity ? slot + 1 : END;
  }

  /** Orders that rest now. */
  get size(): number {
    return this.live;
  }

  /**
   * A limit order; what does not trade at once rests (`day`), is dropped (`ioc`), or forbids the trade altogether
   * (`fok`: all or nothing). `postOnly` rests without trading or is refused with `wouldTake`.
   * Returns the quantity that it filled.
   */
  submitLimit(id: number, side: number, price: number, quantity: number, timeInForce: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    if (bad !== 0) return bad;
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    const other = side === Side.buy ? this.asks : this.bids;
    const limit = side === Side.buy ? tick : ~tick;
    const crosses = other.bestLevel >= 0 && other.bestRank <= limit;
    if (timeInForce === TimeInForce.day) {
      if (!crosses && this.free === END) return Reject.full;
    } else if (timeInForce === TimeInForce.fok) {
      if (!crosses || !this.fillable(other, limit, quantity)) return 0;
    } else if (timeInForce === TimeInForce.postOnly) {
      if (crosses) return Reject.wouldTake;
      if (this.free === END) return Reject.full;
    } else if (timeInForce !== TimeInForce.ioc) return Reject.timeInForce;
    const filled = crosses ? this.match(id, other, limit, quantity) : 0;
    if (filled < quantity && (timeInForce === TimeInForce.day || timeInForce === TimeInForce.postOnly))
      this.insert(id, side, price, ~limit, quantity - filled);
    return filled;
  }

  /** Takes what the other side has at any price; what is left is dropped. Returns the quantity that it filled. */
  submitMarket(id: number, side: number, quantity: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    return bad !== 0 ? bad : this.match(id, side === Side.buy ? this.asks : this.bids, WORST_RANK, quantity);
  }

  /**
   * Puts an order behind the others of its price without matching it, even when that locks or crosses the book: for a
   * mirror of a venue's book, which has done the matching. Returns 0.
   */
  rest(id: number, side: number, price: number, quantity: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    if (bad !== 0) return bad;
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    if (this.free === END) return Reject.full;
    this.insert(id, side, price, side === Side.buy ? ~tick : tick, quantity);
    return 0;
  }

  /** Removes an order; returns what was left of it. */
  cancel(id: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    const slot = this.ids.slotAt(place);
    this.ids.removeAt(place);
    return this.unlink(slot);
  }

  /** Takes `by` off an order, which keeps its place, or all that is left; returns what was taken off. */
  reduce(id: number, by: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    if ((by | 0) !== by || by < 1) return Reject.quantity;
    const slot = this.ids.slotAt(place);
    const at = slot * 8;
    if (by < this.records[at + QUANTITY]!) {
      this.takeOff(at, by);
      return by;
    }
    this.ids.removeAt(place);
    return this.unlink(slot);
  }

  /**
   * Gives an order a new price and a new remaining quantity. It keeps its place only when the price is the same and
   * the quantity not larger; otherwise it is taken out and submitted again as a day limit order, which may trade.
   * Returns the quantity that it filled.
   */
  replace(id: number, price: number, quantity: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    if ((quantity | 0) !== quantity || quantity < 1) return Reject.quantity;
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    const slot = this.ids.slotAt(place);
    const at = slot * 8;
    const left = this.records[at + QUANTITY]!;
    if (this.records[at + PRICE] === price && quantity <= left) {
      if (quantity < left) this.takeOff(at, left - quantity);
      return 0;
    }
    const side = this.records[at + SIDE]!;
    this.ids.removeAt(place);
    this.unlink(slot);
    const limit = side === Side.buy ? tick : ~tick;
    const filled = this.match(id, side === Side.buy ? this.asks : this.bids, limit, quantity);
    if (filled < quantity) this.insert(id, side, price, ~limit, quantity - filled);
    return filled;
  }

  /** Best price of the buyers in price units, or undefined when there is none. */
  bestBid(): number | undefined {
    return this.bids.bestLevel < 0 ? undefined : ~this.bids.bestRank * this.increment;
  }

  /** Best price of the sellers in price units, or undefined when there is none. */
  bestAsk(): number | undefined {
    return this.asks.bestLevel < 0 ? undefined : this.asks.bestRank * this.increment;
  }

  /** Quantity at the best price of a side, 0 when the side is empty. */
  bestQuantity(side: number): number {
    const ladder = side === Side.buy ? this.bids : this.asks;
    return ladder.bestLevel < 0 ? 0 : ladder.quantities[ladder.bestLevel]!;
  }

  /** Id of the order of a side that trades first, 0 when the side is empty. */
  firstOrder(side: number): number {
    const ladder = side === Side.buy ? this.bids : this.asks;
    return ladder.bestLevel < 0 ? 0 : this.records[ladder.queues[2 * ladder.bestLevel]! * 8 + ID]!;
  }

  /** Quantity of a side at exactly this price. */
  quantityAt(side: number, price: number): number {
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return 0;
    const ladder = side === Side.buy ? this.bids : this.asks;
    const level = ladder.find(side === Side.buy ? ~tick : tick);
    return level < 0 ? 0 : ladder.quantities[level]!;
  }

  /**
   * Writes price and quantity of the best `levels` of a side to `into`, [price, quantity, price, quantity …], without
   * allocating; returns how many levels there were.
   */
  readDepth(side: number, levels: number, into: Int32Array | Float64Array): number {
    const ladder = side === Side.buy ? this.bids : this.asks;
    let count = 0;
    let rank = ladder.bestRank;
    for (
      let level = ladder.bestLevel;
      level >= 0 && count < levels;
      level = ladder.after(rank), rank = ladder.foundRank
    ) {
      into[2 * count] = this.priceOf(side, rank);
      into[2 * count + 1] = ladder.quantities[level]!;
      count++;
    }
    return count;
  }

  /** The best `levels` prices of a side as objects. Allocates: not for the path. */
  depth(side: number, levels = Number.POSITIVE_INFINITY): DepthLevel[] {
    const ladder = side === Side.buy ? this.bids : this.asks;
    const result: DepthLevel[] = [];
    let rank = ladder.bestRank;
    for (let level = ladder.bestLevel; level >= 0 && result.length < levels; ) {
      let orders = 0;
      for (let slot = ladder.queues[2 * level]!; slot !== END; slot = this.records[slot * 8 + NEXT]!) orders++;
      result.push({ price: this.priceOf(side, rank), quantity: ladder.quantities[level]!, orders });
      level = ladder.after(rank);
      rank = ladder.foundRank;
    }
    return result;
  }

  /** All orders in priority order: buyers from the best price, then sellers from the best price. */
  forEachOrder(visit: OrderVisitor): void {
    for (const side of [Side.buy, Side.sell]) this.forEachOrderOf(side, visit);
  }

  /** What is left of an order, 0 when it does not rest. */
  quantityOf(id: number): number {
    const at = this.find(id);
    return at < 0 ? 0 : this.records[at + QUANTITY]!;
  }

  /** Price of a resting order in price units, or undefined. */
  priceOfOrder(id: number): number | undefined {
    const at = this.find(id);
    return at < 0 ? undefined : this.records[at + PRICE]!;
  }

  /** Side of a resting order, or undefined. */
  sideOf(id: number): number | undefined {
    const at = this.find(id);
    return at < 0 ? undefined : this.records[at + SIDE]!;
  }

  /** Quantity that trades before a resting order at its own price, or `unknownOrder`. Walks the queue. */
  quantityAhead(id: number): number {
    const at = this.find(id);
    if (at < 0) return Reject.unknownOrder;
    let ahead = 0;
    for (let slot = this.records[at + PREVIOUS]!; slot !== END; slot = this.records[slot * 8 + PREVIOUS]!)
      ahead += this.records[slot * 8 + QUANTITY]!;
    return ahead;
  }

  /** Fingerprint of all orders in priority order. Depends on nothing else: not on capacity, slots or history. */
  hash(): string {
    const hash = new StateHash();
    this.forEachOrder((id, side, price, quantity) => {
      hash.add(id);
      hash.add(side);
      hash.add(price);
      hash.add(quantity);
    });
    return hash.hex();
  }

  private forEachOrderOf(side: number, visit: OrderVisitor): void {
    const ladder = side === Side.buy ? this.bids : this.asks;
    const { records } = this;
    let rank = ladder.bestRank;
    for (let level = ladder.bestLevel; level >= 0; level = ladder.after(rank), rank = ladder.foundRank)
      for (let slot = ladder.queues[2 * level]!; slot !== END; slot = records[slot * 8 + NEXT]!)
        visit(records[slot * 8 + ID]!, side, records[slot * 8 + PRICE]!, records[slot * 8 + QUANTITY]!);
  }

  private priceOf(side: number, rank: number): number {
    return (side === Side.buy ? ~rank : rank) * this.increment;
  }

  /** Index of an order's record, or -1. */
  private find(id: number): number {
    const place = this.ids.find(id);
    return place < 0 ? -1 : this.ids.slotAt(place) * 8;
  }

  private refuse(id: number, side: number, quantity: number): number {
    if ((id | 0) !== id || id < 1) return Reject.orderId;
    if (side !== Side.buy && side !== Side.sell) return Reject.side;
    if ((quantity | 0) !== quantity || quantity < 1) return Reject.quantity;
    return this.ids.find(id) < 0 ? 0 : Reject.duplicateOrder;
  }

  /** The nearest tick: the price's own when tick × increment gives the price again. */
  private tickOf(price: number): number {
    if (this.increment === 1) return price | 0;
    return (price * this.inverse + (price < 0 ? -0.5 : 0.5)) | 0;
  }

  /** Can `quantity` be bought from, or sold to, this side without a rank above `limit`? */
  private fillable(ladder: PriceLadder, limit: number, quantity: number): boolean {
    let rank = ladder.bestRank;
    let left = quantity;
    for (
      let level = ladder.bestLevel;
      level >= 0 && rank <= limit;
      level = ladder.after(rank), rank = ladder.foundRank
    ) {
      left -= ladder.quantities[level]!;
      if (left <= 0) return true;
    }
    return false;
  }

  private match(taker: number, ladder: PriceLadder, limit: number, quantity: number): number {
    const { records, events } = this;
    let left = quantity;
    while (ladder.bestLevel >= 0 && ladder.bestRank <= limit) {
      const slot = ladder.queues[2 * ladder.bestLevel]!;
      const at = slot * 8;
      const resting = records[at + QUANTITY]!;
      const maker = records[at + ID]!;
      if (resting > left) {
        this.takeOff(at, left);
        events.push(maker, taker, records[at + PRICE]!, left, resting - left);
        return quantity;
      }
      left -= resting;
      events.push(maker, taker, records[at + PRICE]!, resting, 0);
      this.ids.removeAt(this.ids.find(maker));
      this.unlink(slot);
      if (left === 0) return quantity;
    }
    return quantity - left;
  }

  /** Appends an order to its level. There must be a free record and the id must be new. */
  private insert(id: number, side: number, price: number, rank: number, quantity: number): void {
    const { records } = this;
    const ladder = side === Side.buy ? this.bids : this.asks;
    const slot = this.free;
    const at = slot * 8;
    this.free = records[at + NEXT]!;
    let level = ladder.find(rank);
    let last = END;
    if (level < 0) {
      level = ladder.occupy(rank);
      ladder.queues[2 * level] = slot;
    } else {
      last = ladder.queues[2 * level + 1]!;
      records[last * 8 + NEXT] = slot;
    }
    ladder.queues[2 * level + 1] = slot;
    ladder.quantities[level]! += quantity;
    records[at + PRICE] = price;
    records[at + QUANTITY] = quantity;
    records[at + NEXT] = END;
    records[at + PREVIOUS] = last;
    records[at + ID] = id;
    records[at + LEVEL] = level;
    records[at + RANK] = rank;
    records[at + SIDE] = side;
    this.ids.insert(id, slot);
    this.live++;
  }

  private takeOff(at: number, quantity: number): void {
    const { records } = this;
    const ladder = records[at + SIDE] === Side.buy ? this.bids : this.asks;
    records[at + QUANTITY]! -= quantity;
    ladder.quantities[records[at + LEVEL]!]! -= quantity;
  }

  /** Takes an order out of its level and frees its record; returns what was left of it. */
  private unlink(slot: number): number {
    const { records } = this;
    const at = slot * 8;
    const next = records[at + NEXT]!;
    const previous = records[at + PREVIOUS]!;
    const level = records[at + LEVEL]!;
    const quantity = records[at + QUANTITY]!;
    const ladder = records[at + SIDE] === Side.buy ? this.bids : this.asks;
    if (previous !== END) records[previous * 8 + NEXT] = next;
    else ladder.queues[2 * level] = next;
    if (next !== END) records[next * 8 + PREVIOUS] = previous;
    else ladder.queues[2 * level + 1] = previous;
    ladder.quantities[level]! -= quantity;
    if (previous === END && next === END) ladder.vacate(records[at + RANK]!, level);
    records[at + NEXT] = this.free;
    this.free = slot;
    this.live--;
    return quantity;
  }
}

import { Side } from '../domain';
import { IdTable } from './id-table';
import { LEVEL_STRIDE, NO_LEVEL, PAGE_STRIDE, PriceLadder } from './price-ladder';
import { Reject } from './reject';
import { StateHash } from './state-hash';

export const ORDER_SHIFT = 3;
/** Integers of an order's record: half a cache line. Its index is a multiple of them, so that `at | PRICE` is a field's. */
export const ORDER_STRIDE = 1 << ORDER_SHIFT;
export const PRICE = 0;
export const QUANTITY = 1;
/** A level's record has these two at the same places: it closes its queue to a ring, which so has no ends. */
export const NEXT = 2;
const PREVIOUS = 3;
export const ID = 4;
const LEVEL = 5;
export const RANK = 6;
export const SIDE = 7;
/** No order, where the index of its record is expected. */
export const END = -1;

export interface OrderBookOptions {
  /** Most orders that can rest at a time; everything is allocated for that many, about 70 bytes each. */
  readonly capacity: number;
  /** Price units in one step of the price; prices are multiples of it. @default 1 */
  readonly increment?: number;
  /** Pages of 256 price levels to allocate beforehand, 4 KiB each. @default 128 */
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
 * Orders that rest in price-time priority, and the questions that one may ask about them; it matches nothing.
 *
 * The records of all orders stand in one typed array, and an order is known by the index of its record as long as it
 * rests. The price levels stand behind them in the same array: a level's record is first and last in the ring of its
 * orders, and so an order leaves it in the same way whether it is the first, the last or between others. The methods
 * that take the index of a record are for the books of this folder: they check nothing.
 */
export class RestingOrders {
  readonly capacity: number;
  readonly increment: number;
  /** Orders, then levels. Another array after a call that needed more pages of levels than any before. */
  records: Int32Array;
  /** The same memory, where half of a level's index is its quantity: a sum of 32-bit quantities may need more bits. */
  quantities: Float64Array;
  readonly ids: IdTable;
  readonly ladder: PriceLadder;
  /** First of the unused records; NEXT of each is the distance to the next one less one record, 0 in untouched memory. */
  private free = 0;
  /** Levels from here on have never been used. */
  private untouched: number;
  private readonly inverse: number;
  private live = 0;

  constructor({ capacity, increment = 1, pages = 128 }: OrderBookOptions) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 1 << 26)
      throw new RangeError(`capacity of an order book is ${capacity}; allowed: an integer from 1 to ${1 << 26}`);
    if (!Number.isInteger(increment) || increment < 1 || increment > 0x7fffffff)
      throw new RangeError(`increment of an order book is ${increment}; allowed: an integer from 1 to ${0x7fffffff}`);
    if (!Number.isInteger(pages) || pages < 1 || pages > 1 << 16)
      throw new RangeError(`pages of an order book is ${pages}; allowed: an integer from 1 to ${1 << 16}`);
    this.capacity = capacity;
    this.increment = increment;
    this.inverse = 1 / increment;
    this.untouched = capacity * ORDER_STRIDE;
    this.records = new Int32Array(this.untouched + pages * PAGE_STRIDE);
    this.quantities = new Float64Array(this.records.buffer);
    this.ids = new IdTable(capacity);
    this.ladder = new PriceLadder(this.untouched, pages);
  }

  /** Orders that rest now. */
  get size(): number {
    return this.live;
  }

  /** Is there no room for another order? */
  get isFull(): boolean {
    return this.live === this.capacity;
  }

  /** Best price of the buyers in price units, or undefined when there is none. */
  bestBid(): number | undefined {
    const { bestRank, bestLevel } = this.ladder;
    return bestLevel[Side.buy] === NO_LEVEL ? undefined : ~bestRank[Side.buy]! * this.increment;
  }

  /** Best price of the sellers in price units, or undefined when there is none. */
  bestAsk(): number | undefined {
    const { bestRank, bestLevel } = this.ladder;
    return bestLevel[Side.sell] === NO_LEVEL ? undefined : bestRank[Side.sell]! * this.increment;
  }

  /** Quantity at the best price of a side, 0 when the side is empty. */
  bestQuantity(side: number): number {
    const level = this.ladder.bestLevel[side]!;
    return level === NO_LEVEL ? 0 : this.quantities[level >> 1]!;
  }

  /** Id of the order of a side that trades first, 0 when the side is empty. */
  firstOrder(side: number): number {
    const at = this.first(side);
    return at === END ? 0 : this.records[at | ID]!;
  }

  /** Quantity of a side at exactly this price. */
  quantityAt(side: number, price: number): number {
    const tick = this.tickOf(price);
    return Math.imul(tick, this.increment) === price ? this.quantityOfRank(side, rankOf(side, tick)) : 0;
  }

  /**
   * Writes price and quantity of the best `levels` of a side to `into`, [price, quantity, price, quantity …], without
   * allocating; returns how many levels there were.
   */
  readDepth(side: number, levels: number, into: Int32Array | Float64Array): number {
    const { ladder } = this;
    let count = 0;
    let rank = ladder.bestRank[side]!;
    let level = ladder.bestLevel[side]!;
    while (level !== NO_LEVEL && count < levels) {
      into[2 * count] = this.priceOf(side, rank);
      into[2 * count + 1] = this.quantities[level >> 1]!;
      count++;
      level = ladder.after(side, rank);
      rank = ladder.foundRank;
    }
    return count;
  }

  /** The best `levels` prices of a side as objects. Allocates: not for the path. */
  depth(side: number, levels = Number.POSITIVE_INFINITY): DepthLevel[] {
    const { ladder, records } = this;
    const result: DepthLevel[] = [];
    let rank = ladder.bestRank[side]!;
    for (let level = ladder.bestLevel[side]!; level !== NO_LEVEL && result.length < levels; ) {
      let orders = 0;
      for (let at = records[level | NEXT]!; at !== level; at = records[at | NEXT]!) orders++;
      result.push({ price: this.priceOf(side, rank), quantity: this.quantities[level >> 1]!, orders });
      level = ladder.after(side, rank);
      rank = ladder.foundRank;
    }
    return result;
  }

  /** All orders in priority order: buyers from the best price, then sellers from the best price. */
  forEachOrder(visit: OrderVisitor): void {
    const { records } = this;
    const each = (at: number) =>
      visit(records[at | ID]!, records[at | SIDE]!, records[at | PRICE]!, records[at | QUANTITY]!);
    this.forEachOf(Side.buy, each);
    this.forEachOf(Side.sell, each);
  }

  /** What is left of an order, 0 when it does not rest. */
  quantityOf(id: number): number {
    const at = this.find(id);
    return at < 0 ? 0 : this.records[at | QUANTITY]!;
  }

  /** Price of a resting order in price units, or undefined. */
  priceOfOrder(id: number): number | undefined {
    const at = this.find(id);
    return at < 0 ? undefined : this.records[at | PRICE]!;
  }

  /** Quantity that trades before a resting order at its own price, or `unknownOrder`. Walks the queue. */
  quantityAhead(id: number): number {
    const at = this.find(id);
    if (at < 0) return Reject.unknownOrder;
    let ahead = 0;
    const { records } = this;
    const level = records[at | LEVEL]!;
    for (let other = records[at | PREVIOUS]!; other !== level; other = records[other | PREVIOUS]!)
      ahead += records[other | QUANTITY]!;
    return ahead;
  }

  /** Fingerprint of all orders in priority order. Depends on nothing else: not on capacity, places or history. */
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

  private priceOf(side: number, rank: number): number {
    return rankOf(side, rank) * this.increment;
  }

  /** Quantity of the level of a rank, 0 when nothing rests there. */
  quantityOfRank(side: number, rank: number): number {
    const level = this.ladder.find(side, rank);
    return level === NO_LEVEL ? 0 : this.quantities[level >> 1]!;
  }

  /** Every order of a side in priority order. */
  forEachOf(side: number, visit: (at: number) => void): void {
    const { ladder, records } = this;
    let rank = ladder.bestRank[side]!;
    for (let level = ladder.bestLevel[side]!; level !== NO_LEVEL; rank = ladder.foundRank) {
      for (let at = records[level | NEXT]!; at !== level; at = records[at | NEXT]!) visit(at);
      level = ladder.after(side, rank);
    }
  }

  /** The order of a side that trades first, or END. */
  first(side: number): number {
    const level = this.ladder.bestLevel[side]!;
    return level === NO_LEVEL ? END : this.records[level | NEXT]!;
  }

  /** Does a side have an order of this rank or a better one? */
  reaches(side: number, rank: number): boolean {
    const { bestRank, bestLevel } = this.ladder;
    return bestRank[side]! <= rank && bestLevel[side] !== NO_LEVEL;
  }

  /** The nearest tick: the price's own when tick × increment gives the price again. */
  tickOf(price: number): number {
    if (this.increment === 1) return price | 0;
    return (price * this.inverse + (price < 0 ? -0.5 : 0.5)) | 0;
  }

  /** Can `quantity` be bought from, or sold to, this side without a rank above `limit`? Looks at what is displayed. */
  fillable(side: number, limit: number, quantity: number): boolean {
    const { ladder } = this;
    let rank = ladder.bestRank[side]!;
    let left = quantity;
    for (let level = ladder.bestLevel[side]!; level !== NO_LEVEL && rank <= limit; rank = ladder.foundRank) {
      left -= this.quantities[level >> 1]!;
      if (left <= 0) return true;
      level = ladder.after(side, rank);
    }
    return false;
  }

  /** Appends an order to its level and returns the index of its record. There must be room and the id must be new. */
  add(id: number, side: number, price: number, rank: number, quantity: number): number {
    return this.append(~this.ids.find(id), id, side, price, rank, quantity);
  }

  /**
   * The same for who has looked for the id already.
   * @param place where the id goes, as `ids.find` told
   */
  append(place: number, id: number, side: number, price: number, rank: number, quantity: number): number {
    const at = this.link(id, side, price, rank, quantity);
    this.ids.insertAt(place, id, at);
    return at;
  }

  /** Takes an order out of the book, its id excepted; returns what was left of it. */
  unlink(at: number): number {
    const { records } = this;
    const next = records[at | NEXT]!;
    const previous = records[at | PREVIOUS]!;
    const level = records[at | LEVEL]!;
    const quantity = records[at | QUANTITY]!;
    records[previous | NEXT] = next;
    records[next | PREVIOUS] = previous;
    records[at | NEXT] = this.free - at - ORDER_STRIDE;
    this.free = at;
    this.quantities[level >> 1]! -= quantity;
    this.live--;
    if (next === previous) this.ladder.vacate(records[at | SIDE]!, records[at | RANK]!, level);
    return quantity;
  }

  /** Takes an order and its id out of the book; returns what was left of it. */
  remove(at: number): number {
    this.ids.removeAt(this.ids.find(this.records[at | ID]!));
    return this.unlink(at);
  }

  /** Puts an order behind all others of a price, which may be its own. Its record stays: the last one unlinked is used first. */
  requeue(at: number, price: number, rank: number, quantity: number): void {
    this.unlink(at);
    this.link(this.records[at | ID]!, this.records[at | SIDE]!, price, rank, quantity);
  }

  /** Takes less than everything off an order. */
  takeOff(at: number, quantity: number): void {
    const { records } = this;
    records[at | QUANTITY]! -= quantity;
    this.quantities[records[at | LEVEL]! >> 1]! -= quantity;
  }

  /** Takes the first unused record for an order, and puts it at the end of its level. */
  private link(id: number, side: number, price: number, rank: number, quantity: number): number {
    const { ladder, free: at } = this;
    let level = ladder.find(side, rank);
    if (level === NO_LEVEL) level = this.addLevel(side, rank);
    const { records } = this;
    const last = records[level | PREVIOUS]!;
    this.free = (at + ORDER_STRIDE + records[at | NEXT]!) | 0;
    records[last | NEXT] = at;
    records[level | PREVIOUS] = at;
    records[at | PRICE] = price;
    records[at | QUANTITY] = quantity;
    records[at | NEXT] = level;
    records[at | PREVIOUS] = last;
    records[at | ID] = id;
    records[at | LEVEL] = level;
    records[at | RANK] = rank;
    records[at | SIDE] = side;
    this.quantities[level >> 1]! += quantity;
    this.live++;
    if (last === level) ladder.occupy(side, rank, level);
    return at;
  }

  /** A level whose page is not there yet. The rings of a page that is used for the first time are closed here. */
  private addLevel(side: number, rank: number): number {
    const level = this.ladder.add(side, rank);
    if (level < this.untouched) return level;
    const end = this.untouched + PAGE_STRIDE;
    if (end > this.records.length) this.grow();
    const { records } = this;
    for (let each = this.untouched; each < end; each += LEVEL_STRIDE) {
      records[each | NEXT] = each;
      records[each | PREVIOUS] = each;
    }
    this.untouched = end;
    return level;
  }

  /** Twice as many pages of levels. */
  private grow(): void {
    const { records } = this;
    this.records = new Int32Array(2 * records.length - this.capacity * ORDER_STRIDE);
    this.records.set(records);
    this.quantities = new Float64Array(this.records.buffer);
  }

  /** Index of an order's record, or END. */
  find(id: number): number {
    const place = this.ids.find(id);
    return place < 0 ? END : this.ids.valueAt(place);
  }
}

/**
 * The rank of a tick, and the tick of a rank: buyers' ranks fall as prices rise. A branch would do, but sides come at
 * random, and the processor would predict it wrongly half of the time.
 */
export function rankOf(side: number, tick: number): number {
  return tick ^ (side - 1);
}

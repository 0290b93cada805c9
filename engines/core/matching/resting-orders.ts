import { Side } from '../domain';
import { IdTable } from './id-table';
import { PriceLadder } from './price-ladder';
import { Reject } from './reject';
import { StateHash } from './state-hash';

/** Fields of an order's record, eight integers: half a cache line. */
export const PRICE = 0;
export const QUANTITY = 1;
export const NEXT = 2;
const PREVIOUS = 3;
export const ID = 4;
const LEVEL = 5;
export const RANK = 6;
export const SIDE = 7;
/** No order, where a slot is expected. */
export const END = -1;

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
 * Orders that rest in price-time priority, and the questions that one may ask about them; it matches nothing.
 *
 * The records of all orders stand in one typed array, and a record's place in it, its *slot*, stays the same as long
 * as the order rests. Time priority is an intrusive list a price level. The methods that take a slot or an index of a
 * record are for the books of this folder: they check nothing.
 */
export class RestingOrders {
  readonly capacity: number;
  readonly increment: number;
  readonly records: Int32Array;
  readonly ids: IdTable;
  readonly bids: PriceLadder;
  readonly asks: PriceLadder;
  /** First of the unused records, linked by NEXT; END when the book is full. */
  free = 0;
  private readonly inverse: number;
  private live = 0;

  constructor({ capacity, increment = 1, pages = 64 }: OrderBookOptions) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 1 << 26)
      throw new RangeError(`capacity of an order book is ${capacity}; allowed: an integer from 1 to ${1 << 26}`);
    if (!Number.isInteger(increment) || increment < 1 || increment > 0x7fffffff)
      throw new RangeError(`increment of an order book is ${increment}; allowed: an integer from 1 to ${0x7fffffff}`);
    this.capacity = capacity;
    this.increment = increment;
    this.inverse = 1 / increment;
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
    const { records } = this;
    const each = (slot: number) => {
      const at = slot * 8;
      visit(records[at + ID]!, records[at + SIDE]!, records[at + PRICE]!, records[at + QUANTITY]!);
    };
    this.forEachSlotOf(Side.buy, each);
    this.forEachSlotOf(Side.sell, each);
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

  private priceOf(side: number, rank: number): number {
    return (side === Side.buy ? ~rank : rank) * this.increment;
  }

  /** Slot of an order, or END. */
  slotOf(id: number): number {
    const place = this.ids.find(id);
    return place < 0 ? END : this.ids.slotAt(place);
  }

  /** Every slot of a side in priority order. */
  forEachSlotOf(side: number, visit: (slot: number) => void): void {
    const ladder = side === Side.buy ? this.bids : this.asks;
    let rank = ladder.bestRank;
    for (let level = ladder.bestLevel; level >= 0; level = ladder.after(rank), rank = ladder.foundRank)
      for (let slot = ladder.queues[2 * level]!; slot !== END; slot = this.records[slot * 8 + NEXT]!) visit(slot);
  }

  /** Slot of the order of a side that trades first, or END. */
  firstSlot(side: number): number {
    const ladder = side === Side.buy ? this.bids : this.asks;
    return ladder.bestLevel < 0 ? END : ladder.queues[2 * ladder.bestLevel]!;
  }

  /** The nearest tick: the price's own when tick × increment gives the price again. */
  tickOf(price: number): number {
    if (this.increment === 1) return price | 0;
    return (price * this.inverse + (price < 0 ? -0.5 : 0.5)) | 0;
  }

  /** Can `quantity` be bought from, or sold to, this side without a rank above `limit`? Looks at what is displayed. */
  fillable(ladder: PriceLadder, limit: number, quantity: number): boolean {
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

  /** Appends an order to its level and returns its slot. There must be a free record and the id must be new. */
  append(id: number, side: number, price: number, rank: number, quantity: number): number {
    const { records } = this;
    const slot = this.free;
    const at = slot * 8;
    this.free = records[at + NEXT]!;
    records[at + ID] = id;
    records[at + SIDE] = side;
    this.attach(slot, price, rank, quantity);
    this.ids.insert(id, slot);
    this.live++;
    return slot;
  }

  /** Takes an order out of the book, its id excepted; returns what was left of it. */
  unlink(slot: number): number {
    const quantity = this.detach(slot);
    this.records[slot * 8 + NEXT] = this.free;
    this.free = slot;
    this.live--;
    return quantity;
  }

  /** Takes an order and its id out of the book; returns what was left of it. */
  remove(slot: number): number {
    this.ids.removeAt(this.ids.find(this.records[slot * 8 + ID]!));
    return this.unlink(slot);
  }

  /** Puts an order behind all others of a price, which may be its own. */
  requeue(slot: number, price: number, rank: number, quantity: number): void {
    this.detach(slot);
    this.attach(slot, price, rank, quantity);
  }

  /** Takes less than everything off the order whose record begins at `at`. */
  takeOff(at: number, quantity: number): void {
    const { records } = this;
    const ladder = records[at + SIDE] === Side.buy ? this.bids : this.asks;
    records[at + QUANTITY]! -= quantity;
    ladder.quantities[records[at + LEVEL]!]! -= quantity;
  }

  private attach(slot: number, price: number, rank: number, quantity: number): void {
    const { records } = this;
    const at = slot * 8;
    const ladder = records[at + SIDE] === Side.buy ? this.bids : this.asks;
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
    records[at + LEVEL] = level;
    records[at + RANK] = rank;
  }

  private detach(slot: number): number {
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
    return quantity;
  }

  /** Index of an order's record, or -1. */
  private find(id: number): number {
    const place = this.ids.find(id);
    return place < 0 ? -1 : this.ids.slotAt(place) * 8;
  }
}

import { Side } from '../../engines/core/domain';
import {
  BandPolicy,
  EndReason,
  EngineEvent,
  type NewOrder,
  Phase,
  Reject,
  SelfTradePrevention as Stp,
  MatchingTimeInForce as Tif,
  MatchingOrderType as Type,
} from '../../engines/core/matching';

interface Order {
  readonly id: number;
  readonly side: number;
  type: number;
  price: number;
  readonly stopPrice: number;
  shown: number;
  hidden: number;
  readonly display: number;
  readonly timeInForce: number;
  readonly postOnly: boolean;
  readonly owner: number;
  readonly selfTrade: number;
  readonly expiry: number;
}

/** What a test compares with the events of the fast engine. */
export interface Told {
  readonly kind: number;
  readonly id: number;
  readonly otherId: number;
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
  readonly left: number;
  readonly reason: number;
}

export interface NaiveEngineOptions {
  readonly capacity: number;
  readonly stops: number;
  readonly increment: number;
  readonly collectInHalt: boolean;
  readonly bandPolicy: number;
  readonly icebergParts: number;
  readonly cascade: number;
  readonly referencePrice?: number;
}

const isPositive32 = (value: number) => Number.isInteger(value) && value >= 1 && value <= 0x7fffffff;
const isBetween = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const open = (order: Order) => order.shown + order.hidden;

/**
 * The obviously right matching engine: every side is one array in priority order, and each question is answered by going
 * through it. It shares no code with the fast one but the names of codes.
 */
export class NaiveEngine {
  told: Told[] = [];
  phase: number = Phase.continuous;
  /** Buyers and sellers, who trades first standing first. */
  book: [Order[], Order[]] = [[], []];
  /** Stop orders to buy and to sell, who is elected first standing first. */
  stops: [Order[], Order[]] = [[], []];
  last: number | undefined;
  high = 0;
  low = 0;
  now = -Number.MAX_SAFE_INTEGER;
  bands: [number, number] | undefined;
  private touched: [side: number, price: number] | undefined;
  private readonly highest: number;
  private readonly lowest: number;

  constructor(private readonly options: NaiveEngineOptions) {
    const { increment } = options;
    for (this.highest = 0x7fffffff; this.highest % increment !== 0; ) this.highest--;
    for (this.lowest = -0x80000000; this.lowest % increment !== 0; ) this.lowest++;
  }

  submit(order: NewOrder): number {
    this.told = [];
    const refused = this.refuse(order);
    if (refused !== 0) return refused;
    const entered: Order = {
      id: order.id,
      side: order.side,
      type: order.type,
      price: order.price,
      stopPrice: order.stopPrice,
      shown: order.quantity,
      hidden: 0,
      display: order.display,
      timeInForce: order.timeInForce === Tif.postOnly ? Tif.day : order.timeInForce,
      postOnly: order.postOnly || order.timeInForce === Tif.postOnly,
      owner: order.owner,
      selfTrade: order.selfTrade,
      expiry: order.timeInForce === Tif.gtd ? order.expiry : 0,
    };
    if (order.type === Type.stop || order.type === Type.stopLimit) {
      const waiting = { ...entered, price: order.type === Type.stop ? 0 : order.price };
      const side = this.stops[order.side]!;
      const later = (other: Order) =>
        order.side === Side.buy ? other.stopPrice > order.stopPrice : other.stopPrice < order.stopPrice;
      const at = side.findIndex(later);
      side.splice(at < 0 ? side.length : at, 0, waiting);
      return this.done(0);
    }
    return this.done(this.phase === Phase.continuous ? this.execute(entered) : this.collect(entered));
  }

  cancel(id: number): number {
    this.told = [];
    const order = this.find(id);
    if (!order) return Reject.unknownOrder;
    this.end(order, EndReason.cancelled);
    return this.done(open(order));
  }

  reduce(id: number, by: number): number {
    this.told = [];
    const order = this.find(id);
    if (!order) return Reject.unknownOrder;
    if (!isPositive32(by)) return Reject.quantity;
    if (by >= open(order)) {
      this.end(order, EndReason.cancelled);
      return this.done(open(order));
    }
    if (this.isStop(order)) {
      order.shown -= by;
      this.tell(EngineEvent.dropped, order, order.stopPrice, by, order.shown, EndReason.cancelled);
    } else this.takeOff(order, by);
    return this.done(by);
  }

  replace(id: number, price: number, quantity: number): number {
    this.told = [];
    const order = this.find(id);
    if (!order) return Reject.unknownOrder;
    if (this.isStop(order)) return Reject.notReplaceable;
    if (!this.takesOrders()) return Reject.phase;
    if (order.type === Type.market) return Reject.notReplaceable;
    if (!isPositive32(quantity)) return Reject.quantity;
    const refused = this.refusePrice(price);
    if (refused !== 0) return refused;
    if (this.clip(order.side, price) === order.price && quantity <= open(order)) {
      if (quantity < open(order)) this.takeOff(order, open(order) - quantity);
      return this.done(0);
    }
    if (order.display > 0 && Math.ceil(quantity / order.display) > this.options.icebergParts) return Reject.display;
    const changed = { ...order, price, shown: quantity, hidden: 0 };
    if (order.postOnly && this.phase === Phase.continuous && this.reachable(changed).length > 0)
      return Reject.wouldTake;
    this.end(order, EndReason.replaced);
    return this.done(this.phase === Phase.continuous ? this.execute(changed) : this.collect(changed));
  }

  advanceTime(time: number): number {
    this.told = [];
    if (!Number.isSafeInteger(time) || time <= this.now) return 0;
    this.now = time;
    const ending = this.all().filter((order) => order.timeInForce === Tif.gtd && order.expiry <= time);
    ending.sort((a, b) => a.expiry - b.expiry || a.id - b.id);
    for (const order of ending) this.end(order, EndReason.expired);
    return this.done(ending.length);
  }

  setPhase(phase: number): number {
    this.told = [];
    if (!isBetween(phase, 0, 4)) return Reject.phase;
    if (phase === this.phase) return 0;
    const fromAuction = this.phase === Phase.openingAuction || this.phase === Phase.closingAuction;
    let volume = 0;
    if (phase === Phase.continuous || (phase === Phase.closed && fromAuction)) volume = this.uncross();
    this.phase = phase;
    this.told.push({
      kind: EngineEvent.phase,
      id: phase,
      otherId: 0,
      side: 0,
      price: 0,
      quantity: 0,
      left: 0,
      reason: 0,
    });
    if (phase === Phase.closed)
      for (const order of this.all()) if (order.timeInForce === Tif.day) this.end(order, EndReason.expired);
    return this.done(volume);
  }

  setBands(lower: number, upper: number): number {
    this.told = [];
    if (!this.isLimitPrice(lower) || !this.isLimitPrice(upper) || lower > upper) return Reject.price;
    this.bands = [lower, upper];
    const above = this.book[Side.buy].filter((order) => order.type === Type.limit && order.price > upper);
    const below = this.book[Side.sell].filter((order) => order.type === Type.limit && order.price < lower);
    for (const order of [...above, ...below]) {
      this.end(order, EndReason.band);
      if (this.options.bandPolicy === BandPolicy.slide) {
        order.price = order.side === Side.buy ? upper : lower;
        this.enqueue(order);
      }
    }
    return this.done(above.length + below.length);
  }

  clearBands(): number {
    this.told = [];
    this.bands = undefined;
    return this.done(0);
  }

  quantityOf(id: number): number {
    const order = this.find(id);
    return order ? open(order) : 0;
  }

  /** Price, volume and imbalance of an auction: every candidate is tried. */
  indicative(): { price: number; volume: number; imbalance: number } | undefined {
    const inBands = (price: number) => !this.bands || (price >= this.bands[0] && price <= this.bands[1]);
    const at = (price: number) => {
      const bought = sum(this.book[Side.buy].filter((order) => order.price >= price).map(open));
      const sold = sum(this.book[Side.sell].filter((order) => order.price <= price).map(open));
      return { price, volume: Math.min(bought, sold), imbalance: bought - sold };
    };
    const reference = this.last ?? this.options.referencePrice;
    const limits = this.book
      .flat()
      .filter((order) => order.type === Type.limit)
      .map((order) => order.price);
    let candidates = limits.filter(inBands);
    if (candidates.length === 0 && reference !== undefined && inBands(reference)) candidates = [reference];
    let choices = candidates.map(at);
    choices = choices.filter(({ volume }) => volume > 0 && volume === Math.max(...choices.map((each) => each.volume)));
    if (choices.length === 0) return undefined;
    const least = Math.min(...choices.map(({ imbalance }) => Math.abs(imbalance)));
    choices = choices.filter(({ imbalance }) => Math.abs(imbalance) === least);
    const prices = choices.map(({ price }) => price);
    const [low, high] = [Math.min(...prices), Math.max(...prices)];
    if (choices.every(({ imbalance }) => imbalance > 0)) return at(high);
    if (choices.every(({ imbalance }) => imbalance < 0)) return at(low);
    if (low === high) return at(low);
    if (reference !== undefined) return at(Math.min(Math.max(reference, low), high));
    let middle = Math.floor((low + high) / 2);
    while (middle % this.options.increment !== 0) middle--;
    return at(middle);
  }

  /** Everything that the hash covers, in its order. */
  image(): number[] {
    const halves = (value: number) => [Math.floor(value / 2 ** 32), value % 2 ** 32];
    const { increment } = this.options;
    return [
      this.phase,
      this.last === undefined ? 0 : 1,
      this.last ?? 0,
      this.high,
      this.low,
      this.bands ? this.bands[0] / increment : -0x80000000,
      this.bands ? this.bands[1] / increment : 0x7fffffff,
      ...halves(this.now),
      this.book.flat().length,
      this.stops.flat().length,
      ...this.all().flatMap((order) => [
        order.id,
        order.side,
        order.type,
        order.price,
        this.isStop(order) ? order.stopPrice : 0,
        order.shown,
        open(order),
        order.display,
        order.timeInForce,
        order.postOnly ? 1 : 0,
        order.owner,
        order.selfTrade,
        ...halves(order.expiry),
      ]),
    ];
  }

  private refuse(order: NewOrder): number {
    const { id, side, quantity, type, timeInForce, display } = order;
    if (!isPositive32(id)) return Reject.orderId;
    if (side !== Side.buy && side !== Side.sell) return Reject.side;
    if (!isPositive32(quantity)) return Reject.quantity;
    if (!isBetween(order.owner, 0, 0x7fffffff)) return Reject.owner;
    if (!isBetween(order.selfTrade, 0, 4)) return Reject.selfTrade;
    if (!isBetween(type, 0, 3)) return Reject.orderType;
    if (!this.takesOrders()) return Reject.phase;
    if (this.find(id)) return Reject.duplicateOrder;
    const postOnly = order.postOnly || timeInForce === Tif.postOnly;
    const immediate = timeInForce === Tif.ioc || timeInForce === Tif.fok;
    const lasting = timeInForce === Tif.gtc || timeInForce === Tif.gtd;
    if (!isBetween(timeInForce, 0, 5)) return Reject.timeInForce;
    if (type === Type.limit && postOnly && immediate) return Reject.timeInForce;
    if (type === Type.market && (postOnly || lasting)) return Reject.timeInForce;
    if ((type === Type.stop || type === Type.stopLimit) && (postOnly || immediate)) return Reject.timeInForce;
    if (timeInForce === Tif.gtd && !(Number.isSafeInteger(order.expiry) && order.expiry > this.now))
      return Reject.expiry;
    if (display !== 0) {
      const fits = isBetween(display, 1, quantity) && Math.ceil(quantity / display) <= this.options.icebergParts;
      if (!fits || type !== Type.limit || immediate) return Reject.display;
    }
    if (type === Type.stop || type === Type.stopLimit) {
      if (!this.isMultiple(order.stopPrice)) return Reject.stopPrice;
      if (type === Type.stopLimit && !this.isLimitPrice(order.price)) return Reject.price;
      if (this.elects(side, order.stopPrice)) return Reject.wouldTrigger;
      return this.stops.flat().length === this.options.stops ? Reject.full : 0;
    }
    const badPrice = type === Type.limit ? this.refusePrice(order.price) : 0;
    if (badPrice !== 0) return badPrice;
    const full = this.book.flat().length === this.options.capacity;
    if (this.phase !== Phase.continuous) return immediate || postOnly ? Reject.phase : full ? Reject.full : 0;
    const reachable = this.reachable({ type, side, price: order.price }).length > 0;
    if (postOnly && reachable) return Reject.wouldTake;
    return full && !reachable && type === Type.limit && !immediate ? Reject.full : 0;
  }

  /** Continuous trading. */
  private execute(order: Order): number {
    if (order.timeInForce === Tif.fok && !this.wouldFill(order)) {
      this.drop(order, order.shown, EndReason.unfilled);
      return 0;
    }
    let filled = 0;
    let left = order.shown;
    const prevents = order.owner !== 0 && order.selfTrade !== Stp.allow;
    while (left > 0) {
      const maker = this.reachable(order)[0];
      if (!maker) break;
      if (prevents && maker.owner === order.owner) {
        const both = Math.min(left, open(maker));
        if (order.selfTrade === Stp.cancelOldest || order.selfTrade === Stp.cancelBoth)
          this.end(maker, EndReason.selfTrade);
        if (order.selfTrade === Stp.cancelNewest || order.selfTrade === Stp.cancelBoth) {
          this.drop(order, left, EndReason.selfTrade);
          left = 0;
        }
        if (order.selfTrade === Stp.decrementAndCancel) {
          if (both === open(maker)) this.end(maker, EndReason.selfTrade);
          else this.takeOff(maker, both);
          this.drop(order, both, EndReason.selfTrade);
          left -= both;
        }
        continue;
      }
      const traded = Math.min(left, maker.shown);
      left -= traded;
      filled += traded;
      this.tell(EngineEvent.executed, maker, maker.price, traded, maker.shown - traded, 0, order.id);
      this.note(maker.price);
      this.fill(maker, traded);
    }
    if (left === 0) return filled;
    const rests = order.type === Type.limit && order.timeInForce !== Tif.ioc && order.timeInForce !== Tif.fok;
    const full = this.book.flat().length === this.options.capacity;
    if (rests && full && filled === 0) return Reject.full;
    if (rests) this.rest(order, this.clip(order.side, order.price), left);
    else this.drop(order, left, EndReason.unfilled);
    return filled;
  }

  private collect(order: Order): number {
    const any = order.side === Side.buy ? this.highest : this.lowest;
    this.rest(order, order.type === Type.market ? any : this.clip(order.side, order.price), order.shown);
    return 0;
  }

  /** Tries it on a copy. */
  private wouldFill(order: Order): boolean {
    const copy = new NaiveEngine(this.options);
    copy.book = this.book.map((side) => side.map((each) => ({ ...each }))) as [Order[], Order[]];
    copy.bands = this.bands;
    return copy.execute({ ...order, timeInForce: Tif.ioc }) === order.shown;
  }

  private uncross(): number {
    const found = this.indicative();
    let left = found?.volume ?? 0;
    while (found && left > 0) {
      const [buyer, seller] = [this.book[Side.buy][0]!, this.book[Side.sell][0]!];
      const traded = Math.min(left, buyer.shown, seller.shown);
      left -= traded;
      this.tell(EngineEvent.crossed, buyer, found.price, traded, buyer.shown - traded, 0, seller.id);
      this.fill(buyer, traded);
      this.fill(seller, traded);
    }
    if (found) this.note(found.price);
    for (const order of this.book.flat()) if (order.type === Type.market) this.end(order, EndReason.unfilled);
    return found?.volume ?? 0;
  }

  /** The end of a call: elected stop orders, then the level that changed last. */
  private done(result: number): number {
    if (result < 0) return result;
    if (this.phase === Phase.continuous) this.electStops();
    this.flush();
    return result;
  }

  private electStops(): void {
    for (let elected = 0; elected < this.options.cascade; elected++) {
      const next = this.stops.flat().find((stop) => this.elects(stop.side, stop.stopPrice));
      if (!next) {
        this.high = this.last ?? 0;
        this.low = this.last ?? 0;
        return;
      }
      this.stops[next.side]!.shift();
      this.tell(EngineEvent.triggered, next, next.stopPrice, next.shown, 0, 0);
      const order = { ...next, type: next.type === Type.stop ? Type.market : Type.limit, stopPrice: 0 };
      const limited = order.type === Type.limit;
      if (limited && this.refusePrice(order.price) !== 0) this.drop(order, order.shown, EndReason.band);
      else if (this.execute(order) === Reject.full) this.drop(order, order.shown, EndReason.full);
    }
  }

  private takesOrders(): boolean {
    if (this.phase === Phase.halted) return this.options.collectInHalt;
    return this.phase !== Phase.closed;
  }

  private elects(side: number, stopPrice: number): boolean {
    if (this.last === undefined) return false;
    return side === Side.buy ? this.high >= stopPrice : this.low <= stopPrice;
  }

  private note(price: number): void {
    this.high = this.last === undefined ? price : Math.max(this.high, price);
    this.low = this.last === undefined ? price : Math.min(this.low, price);
    this.last = price;
  }

  private isMultiple(price: number): boolean {
    return isBetween(price, -0x80000000, 0x7fffffff) && price % this.options.increment === 0;
  }

  private isLimitPrice(price: number): boolean {
    return this.isMultiple(price) && price !== this.highest && price !== this.lowest;
  }

  private refusePrice(price: number): number {
    if (!this.isLimitPrice(price)) return Reject.price;
    if (!this.bands || this.options.bandPolicy === BandPolicy.slide) return 0;
    return price < this.bands[0] || price > this.bands[1] ? Reject.band : 0;
  }

  private clip(side: number, price: number): number {
    if (!this.bands) return price;
    return side === Side.buy ? Math.min(price, this.bands[1]) : Math.max(price, this.bands[0]);
  }

  /** The resting orders that an order may trade with, first one first. */
  private reachable({ type, side, price }: { type: number; side: number; price: number }): Order[] {
    const worst = side === Side.buy ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const limit = this.clip(side, type === Type.market ? worst : price);
    return this.book[1 - side]!.filter((maker) => (side === Side.buy ? maker.price <= limit : maker.price >= limit));
  }

  private rest(order: Order, price: number, quantity: number): void {
    const shown = order.display > 0 ? Math.min(order.display, quantity) : quantity;
    this.enqueue({ ...order, price, shown, hidden: quantity - shown, stopPrice: 0 });
  }

  private enqueue(order: Order): void {
    const side = this.book[order.side]!;
    const at = side.findIndex((other) =>
      order.side === Side.buy ? other.price < order.price : other.price > order.price,
    );
    this.touch(order);
    side.splice(at < 0 ? side.length : at, 0, order);
    this.tell(EngineEvent.added, order, order.price, order.shown, 0, 0);
  }

  private fill(order: Order, quantity: number): void {
    this.touch(order);
    order.shown -= quantity;
    if (order.shown > 0) return;
    this.unqueue(order);
    if (order.hidden === 0) return;
    order.shown = Math.min(order.display, order.hidden);
    order.hidden -= order.shown;
    this.enqueue(order);
  }

  private takeOff(order: Order, by: number): void {
    const unseen = Math.min(by, order.hidden);
    order.hidden -= unseen;
    if (unseen > 0) this.tell(EngineEvent.reserve, order, order.price, unseen, order.hidden, 0);
    if (by === unseen) return;
    this.touch(order);
    order.shown -= by - unseen;
    this.tell(EngineEvent.reduced, order, order.price, by - unseen, order.shown, 0);
  }

  private end(order: Order, reason: number): void {
    if (this.isStop(order)) {
      this.stops[order.side]!.splice(this.stops[order.side]!.indexOf(order), 1);
      this.tell(EngineEvent.dropped, order, order.stopPrice, order.shown, 0, reason);
      return;
    }
    this.touch(order);
    this.unqueue(order);
    this.tell(EngineEvent.deleted, order, order.price, order.shown, order.hidden, reason);
  }

  private unqueue(order: Order): void {
    this.book[order.side]!.splice(this.book[order.side]!.indexOf(order), 1);
  }

  private drop(order: Order, quantity: number, reason: number): void {
    this.tell(EngineEvent.dropped, order, order.type === Type.market ? 0 : order.price, quantity, 0, reason);
  }

  private tell(
    kind: number,
    { id, side }: Order,
    price: number,
    quantity: number,
    left: number,
    reason: number,
    otherId = 0,
  ): void {
    this.told.push({ kind, id, otherId, side, price, quantity, left, reason });
  }

  /** A level is told when another one changes, or the call ends. */
  private touch({ side, price }: Order): void {
    if (this.touched?.[0] === side && this.touched[1] === price) return;
    this.flush();
    this.touched = [side, price];
  }

  private flush(): void {
    if (!this.touched) return;
    const [side, price] = this.touched;
    const quantity = sum(this.book[side]!.filter((order) => order.price === price).map((order) => order.shown));
    this.told.push({ kind: EngineEvent.level, id: 0, otherId: 0, side, price, quantity, left: 0, reason: 0 });
    this.touched = undefined;
  }

  private all(): Order[] {
    return [...this.book.flat(), ...this.stops.flat()];
  }

  private find(id: number): Order | undefined {
    for (const queue of [this.book[0], this.book[1], this.stops[0], this.stops[1]])
      for (const order of queue) if (order.id === id) return order;
    return undefined;
  }

  private isStop(order: Order): boolean {
    return this.stops[order.side]!.includes(order);
  }
}

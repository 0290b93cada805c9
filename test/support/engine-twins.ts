import assert from 'node:assert/strict';
import { Side } from '../../engines/core/domain';
import {
  BandPolicy,
  EngineEvent,
  MatchingEngine,
  MatchingOrderType,
  MatchingTimeInForce,
  NewOrder,
  OrderBook,
  Phase,
  StateHash,
} from '../../engines/core/matching';
import { NaiveEngine, type NaiveEngineOptions } from './naive-engine';

/** One call of an engine. */
export type EngineCommand =
  | { kind: 'submit'; order: NewOrder }
  | { kind: 'cancel'; id: number }
  | { kind: 'reduce'; id: number; by: number }
  | { kind: 'replace'; id: number; price: number; quantity: number }
  | { kind: 'time'; time: number }
  | { kind: 'phase'; phase: number }
  | { kind: 'bands'; lower: number; upper: number }
  | { kind: 'noBands' };

/** A random number from 0 to below `limit`. */
export type Draw = (limit: number) => number;

/** The same numbers for the same seed: George Marsaglia's xorshift, 32 bits. */
export function seededDraw(seed: number): Draw {
  let state = seed | 0;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const MIDDLE = 1000;
const BAD_NUMBERS = [0, -1, 1.5, 2 ** 31, Number.NaN, -(2 ** 31)];

function pick<T>(draw: Draw, choices: readonly (readonly [weight: number, choice: T])[]): T {
  let left = draw(choices.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, choice] of choices) if ((left -= weight) < 0) return choice;
  throw new RangeError('weights are positive');
}

/** Some market's options, mostly narrow ones: full books and bounded cascades are to be met. */
export function drawOptions(draw: Draw): NaiveEngineOptions {
  return {
    capacity: pick(draw, [
      [1, 1],
      [1, 3],
      [2, 12],
      [6, 100],
    ]),
    stops: pick(draw, [
      [1, 1],
      [1, 4],
      [3, 40],
    ]),
    increment: pick(draw, [
      [2, 1],
      [1, 7],
      [1, 100],
    ]),
    collectInHalt: draw(2) === 0,
    bandPolicy: draw(2) === 0 ? BandPolicy.reject : BandPolicy.slide,
    icebergParts: pick(draw, [
      [1, 2],
      [3, 40],
    ]),
    cascade: pick(draw, [
      [1, 1],
      [1, 3],
      [3, 1000],
    ]),
    referencePrice: undefined,
  };
}

/**
 * A random command of any kind; most are valid. `now` is the engine's time, and ids are few, so that orders are met again.
 */
export function drawCommand(draw: Draw, increment: number, now: number): EngineCommand {
  const wrong = (value: number) => (draw(400) === 0 ? BAD_NUMBERS[draw(BAD_NUMBERS.length)]! : value);
  const id = () => wrong(1 + draw(90));
  const price = () => {
    const tick = draw(40) === 0 ? draw(4000) - 2000 : MIDDLE - 12 + draw(25);
    const extreme = Math.floor(0x7fffffff / increment) * increment;
    return draw(500) === 0 ? (draw(2) === 0 ? extreme : -extreme) : wrong(tick * increment + (draw(300) === 0 ? 1 : 0));
  };
  const quantity = () => wrong(draw(200) === 0 ? 0x7fffffff - draw(2) : 1 + draw(40));
  const later = () => Math.max(0, now) + draw(60) - 2;
  const kind = pick(draw, [
    [64, 'submit'],
    [8, 'cancel'],
    [7, 'reduce'],
    [9, 'replace'],
    [5, 'time'],
    [2, 'phase'],
    [1, 'bands'],
    [1, 'noBands'],
  ] as const);
  switch (kind) {
    case 'cancel':
      return { kind, id: id() };
    case 'reduce':
      return { kind, id: id(), by: quantity() };
    case 'replace':
      return { kind, id: id(), price: price(), quantity: quantity() };
    case 'time':
      return { kind, time: wrong(draw(20) === 0 ? now - draw(50) : later()) };
    case 'phase':
      return { kind, phase: wrong(draw(2) === 0 ? Phase.continuous : draw(5)) };
    case 'bands': {
      const low = MIDDLE - 1 - draw(14);
      return { kind, lower: wrong(low * increment), upper: (low + draw(26)) * increment };
    }
    case 'noBands':
      return { kind };
  }
  const order = new NewOrder();
  const { limit, market, stop, stopLimit } = MatchingOrderType;
  const { day, ioc, fok, postOnly, gtc, gtd } = MatchingTimeInForce;
  order.id = id();
  order.side = draw(2);
  order.type = wrong(
    pick(draw, [
      [66, limit],
      [8, market],
      [12, stop],
      [14, stopLimit],
    ]),
  );
  order.price = price();
  order.stopPrice = price();
  order.quantity = quantity();
  order.timeInForce = wrong(
    order.type === limit || draw(40) === 0
      ? pick(draw, [
          [8, day],
          [2, ioc],
          [2, fok],
          [2, postOnly],
          [3, gtc],
          [6, gtd],
        ])
      : order.type === market
        ? pick(draw, [
            [3, day],
            [2, ioc],
            [1, fok],
          ])
        : pick(draw, [
            [3, day],
            [1, gtc],
            [2, gtd],
          ]),
  );
  order.display = order.type === limit && draw(3) === 0 ? wrong(1 + draw(Math.min(order.quantity, 12) || 1)) : 0;
  order.postOnly = draw(30) === 0;
  order.expiry = wrong(later());
  order.owner = wrong(draw(4));
  order.selfTrade = wrong(draw(5));
  return { kind, order };
}

export function applyTo(engine: MatchingEngine | NaiveEngine, command: EngineCommand): number {
  switch (command.kind) {
    case 'submit':
      return engine.submit(command.order);
    case 'cancel':
      return engine.cancel(command.id);
    case 'reduce':
      return engine.reduce(command.id, command.by);
    case 'replace':
      return engine.replace(command.id, command.price, command.quantity);
    case 'time':
      return engine.advanceTime(command.time);
    case 'phase':
      return engine.setPhase(command.phase);
    case 'bands':
      return engine.setBands(command.lower, command.upper);
    case 'noBands':
      return engine.clearBands();
  }
}

/** The fast engine, the naive one, and books built from nothing but the fast one's market data, side by side. */
export class EngineTwins {
  fast: MatchingEngine;
  readonly naive: NaiveEngine;
  /** Events by kind, so that a test can say what it has seen. */
  readonly seen = new Map<number, number>();
  private readonly byOrder: OrderBook;
  private readonly byPrice: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];

  constructor(private readonly options: NaiveEngineOptions) {
    this.fast = new MatchingEngine({ ...options, pages: 1 });
    this.naive = new NaiveEngine(options);
    this.byOrder = new OrderBook({ capacity: options.capacity, increment: options.increment, pages: 1 });
  }

  /** Gives both a command; they must answer and tell the same. */
  step(command: EngineCommand): void {
    const result = applyTo(this.fast, command);
    assert.equal(result, applyTo(this.naive, command), 'result');
    const { events } = this.fast;
    const told = result < 0 ? [] : this.naive.told;
    for (let i = 0; i < Math.max(events.count, told.length); i++) {
      const one = told[i];
      const same =
        one !== undefined &&
        i < events.count &&
        events.kind(i) === one.kind &&
        events.id(i) === one.id &&
        events.otherId(i) === one.otherId &&
        events.side(i) === one.side &&
        events.price(i) === one.price &&
        events.quantity(i) === one.quantity &&
        events.left(i) === one.left &&
        events.reason(i) === one.reason;
      if (!same) assert.deepEqual(this.events(), told, 'events');
    }
    this.mirror();
  }

  /** Compares everything that can be asked. */
  compare(): void {
    const { fast, naive } = this;
    const hash = new StateHash();
    for (const word of naive.image()) hash.add(word);
    assert.equal(fast.hash(), hash.hex(), 'hash');
    assert.deepEqual(fast.indicative(), naive.indicative(), 'indicative');
    assert.equal(fast.lastPrice, naive.last);
    assert.equal(this.byOrder.hash(), fast.book.hash(), 'market by order');
    for (const side of [Side.buy, Side.sell]) {
      const levels = [...this.byPrice[side]!].sort(([a], [b]) => (side === Side.buy ? b - a : a - b));
      const depth = fast.book.depth(side).map(({ price, quantity }) => [price, quantity]);
      assert.deepEqual(depth, levels, 'market by price');
    }
  }

  /** Goes on with an engine that was restored from a snapshot of the fast one, with room for more. */
  restore(): void {
    const { capacity, stops } = this.options;
    const larger = { ...this.options, capacity: capacity + 7, stops: stops + 3, pages: 2 };
    const snapshot = this.fast.snapshot();
    const copy = MatchingEngine.restore(larger, snapshot);
    assert.equal(copy.hash(), this.fast.hash(), 'hash of the restored engine');
    this.fast = MatchingEngine.restore({ ...this.options, pages: 1 }, copy.snapshot());
  }

  private events() {
    const { events } = this.fast;
    return Array.from({ length: events.count }, (_, i) => ({
      kind: events.kind(i),
      id: events.id(i),
      otherId: events.otherId(i),
      side: events.side(i),
      price: events.price(i),
      quantity: events.quantity(i),
      left: events.left(i),
      reason: events.reason(i),
    }));
  }

  /** Applies the public events to the mirror books, and to nothing else. */
  private mirror(): void {
    const { byOrder, byPrice, seen } = this;
    const { events } = this.fast;
    for (let i = 0; i < events.count; i++) {
      const kind = events.kind(i);
      const id = events.id(i);
      const quantity = events.quantity(i);
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      switch (kind) {
        case EngineEvent.added:
          assert.equal(byOrder.rest(id, events.side(i), events.price(i), quantity), 0);
          break;
        case EngineEvent.crossed:
          assert.equal(byOrder.reduce(events.otherId(i), quantity), quantity);
          assert.equal(byOrder.reduce(id, quantity), quantity);
          break;
        case EngineEvent.executed:
        case EngineEvent.reduced:
          assert.equal(byOrder.reduce(id, quantity), quantity);
          assert.equal(byOrder.quantityOf(id), events.left(i));
          break;
        case EngineEvent.deleted:
          assert.equal(byOrder.cancel(id), quantity);
          break;
        case EngineEvent.level: {
          const levels = byPrice[events.side(i)]!;
          if (quantity === 0) levels.delete(events.price(i));
          else levels.set(events.price(i), quantity);
        }
      }
    }
  }
}

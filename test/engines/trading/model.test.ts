import { setImmediate as turn } from 'node:timers/promises';
import {
  AckKind,
  Algorithm,
  CommandKind,
  Contingency,
  EVERY_VENUE,
  OrderType,
  Side,
  TimeInForce,
} from '@nautilus/core/domain';
import { type Draw, seededDraw } from '../../support/engine-twins';
import { INITIAL_CASH, TICK, TradingFloor, VENUES } from '../../support/trading-floor';

const ACCOUNTS = ['alpha', 'beta', 'gamma'];
const SYMBOLS = ['AAA', 'BBB', 'CCC'];
const MAX_POSITION = 6000;
const MAX_QUANTITY = 800;
const EVENTS = Number(process.env.NAUTILUS_MODEL_EVENTS ?? 1_000_000);

/** What a client knows of an order of his: all that he ever asked for. */
interface Order {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  /** The largest total, and the limit that is easiest to reach, that he asked for. */
  most: number;
  loosest: number;
  readonly limited: boolean;
  readonly strategy: number;
  /** The client's id of the care order that it is a child of; 0: none. */
  readonly parent: number;
  orderId: number;
  /** Of a care order: what its children have. */
  filled: number;
}

interface Fill {
  readonly sequence: number;
  readonly orderId: number;
  readonly account: number;
  readonly instrument: number;
  readonly strategy: number;
  readonly price: number;
  readonly quantity: number;
  readonly side: number;
  readonly fee: number;
}

const add = <K>(sums: Map<K, number>, key: K, value: number) => void sums.set(key, (sums.get(key) ?? 0) + value);

/** The books as a client would keep them: nothing but what he was told, added up. */
class Model {
  readonly orders = new Map<number, Order>();
  readonly byNumber = new Map<number, Order>();
  readonly positions = new Map<string, number>();
  /** Price units × shares, fees included. */
  readonly cash = new Map<number, number>();
  executions = 0;

  ack(clientOrderId: number, kind: number, orderId: number): void {
    const order = this.orders.get(clientOrderId);
    if (order === undefined || kind !== AckKind.accepted || order.orderId > 0) return;
    order.orderId = orderId;
    this.byNumber.set(orderId, order);
  }

  execution(fill: Fill): void {
    if (fill.sequence !== ++this.executions)
      throw new Error(`execution ${fill.sequence} came as number ${this.executions}`);
    const order = this.byNumber.get(fill.orderId);
    if (order === undefined) throw new Error(`a fill of order ${fill.orderId}, which was never accepted`);
    order.filled += fill.quantity;
    const parent = this.orders.get(order.parent);
    if (parent !== undefined) parent.filled += fill.quantity;
    const worse = fill.side === Side.buy ? fill.price > order.loosest : fill.price < order.loosest;
    const own = (['account', 'instrument', 'side', 'strategy'] as const).every((field) => fill[field] === order[field]);
    if (fill.quantity < 1 || order.filled > order.most || !own || (order.limited && worse))
      throw new Error(`a fill that cannot be: ${JSON.stringify(fill)} of ${JSON.stringify(order)}`);
    const signed = fill.side === Side.buy ? fill.quantity : -fill.quantity;
    const key = `${fill.account}/${fill.instrument}`;
    add(this.positions, key, signed);
    if (Math.abs(this.positions.get(key) as number) > MAX_POSITION)
      throw new Error(`account/instrument ${key} holds ${this.positions.get(key)}`);
    add(this.cash, fill.account, -signed * fill.price - fill.fee);
  }
}

type Terms = Parameters<TradingFloor['enter']>[0] & {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly quantity: number;
};

/** A client who does anything, over engines that are polled in any order. */
class Play {
  readonly model = new Model();
  readonly counts = { submits: 0, changes: 0, accepted: 0, refused: 0, executions: 0, restarts: 0 };
  private lastId = 0;

  constructor(
    readonly floor: TradingFloor,
    private readonly draw: Draw,
  ) {}

  readonly read = (): number =>
    this.floor.acks.poll(({ clientOrderId, kind, orderId }) => {
      this.counts[kind === AckKind.accepted ? 'accepted' : 'refused']++;
      this.model.ack(clientOrderId, kind, orderId);
    }) +
    this.floor.executions.poll((fill) => {
      this.counts.executions++;
      this.model.execution(fill.copy());
    });

  async step(): Promise<void> {
    const { draw, floor } = this;
    const choice = draw(1000);
    if (choice < 260) this.submit(this.single());
    else if (choice < 280) this.pair();
    else if (choice < 300) this.bracket();
    else if (choice < 310) this.careOrder();
    else if (choice < 420) this.change(CommandKind.cancel);
    else if (choice < 490) this.change(CommandKind.replace);
    else if (choice < 500) this.change(draw(2) === 0 ? CommandKind.suspend : CommandKind.resume);
    else if (choice < 978) floor.market(draw(SYMBOLS.length), draw(20_000_000));
    else if (choice < 980) this.stale();
    else if (choice < 997) floor.time(draw(2_000_000_000));
    else if (choice < 999) floor.allow(1 + draw(ACCOUNTS.length), draw(6) === 0);
    else this.cancelAll();
    for (let polls = draw(4); polls > 0; polls--) floor.poll((['oms', 'ems', 'pms'] as const)[draw(3)]!);
    this.checkExposure();
    if (draw(4) === 0) this.read();
    // Disks and sockets have their turn.
    if (draw(64) === 0) await turn();
  }

  /** Nobody could come to hold more than he may, whatever of his open orders trades. */
  private checkExposure(): void {
    const { exposure } = this.floor.oms.state;
    for (let account = 1; account <= ACCOUNTS.length; account++)
      for (let instrument = 1; instrument <= SYMBOLS.length; instrument++) {
        const held = exposure.position(account, instrument);
        const most = held + exposure.open(account, instrument, Side.buy);
        const least = held - exposure.open(account, instrument, Side.sell);
        if (most > MAX_POSITION || least < -MAX_POSITION)
          throw new Error(
            `account/instrument ${account}/${instrument} holds ${held} and could come to ${least} or ${most}`,
          );
      }
  }

  /** Market data has lost messages of a book, or of all of a symbol, or has found them. */
  private stale(): void {
    const { draw, floor } = this;
    const venue = draw(2) === 0 ? EVERY_VENUE : draw(VENUES.length);
    floor.stale(draw(SYMBOLS.length), venue, draw(4) === 0);
  }

  /** A price around the best one of the side. */
  private near(instrument: number, side: number): number {
    const market = this.floor.markets[instrument - 1]!;
    return Math.max(TICK, (market.best(side)?.price ?? market.last) + (this.draw(9) - 4) * TICK);
  }

  private single(): Terms {
    const { draw } = this;
    const type = ([0, 0, 0, 0, 0, 1, 2, 3] as const)[draw(8)]!;
    const account = 1 + draw(ACCOUNTS.length);
    const instrument = 1 + draw(SYMBOLS.length);
    const side = draw(2);
    const quantity = 1 + draw(draw(20) === 0 ? 2 * MAX_QUANTITY : 300);
    const limited = type === OrderType.limit || type === OrderType.stopLimit;
    const stop = type === OrderType.stop || type === OrderType.stopLimit;
    const terms = {
      account,
      instrument,
      side,
      type,
      quantity,
      strategy: draw(3),
      limitPrice: limited ? this.near(instrument, side) : 0,
      stopPrice: stop ? this.near(instrument, side) : 0,
    };
    if (!stop && draw(8) === 0) return { ...terms, ...this.schedule(quantity) };
    const timeInForce = [TimeInForce.day, TimeInForce.day, TimeInForce.ioc, TimeInForce.fok, TimeInForce.postOnly][
      draw(5)
    ]!;
    const shown = timeInForce === TimeInForce.day && draw(3) === 0 ? 1 + draw(quantity) : 0;
    return { ...terms, timeInForce: stop ? TimeInForce.day : timeInForce, displayQuantity: shown };
  }

  private schedule(quantity: number) {
    const { draw } = this;
    const algorithm = [Algorithm.twap, Algorithm.vwap, Algorithm.pov, Algorithm.is][draw(4)]!;
    return {
      algorithm,
      slices: 1 + draw(Math.min(5, quantity)),
      endNs: (1 + draw(20)) * 1e9,
      participation: algorithm === Algorithm.pov ? 500 + draw(4000) : 0,
      riskAversion: algorithm === Algorithm.is ? draw(100) * 1e-6 : 0,
    };
  }

  /** One takes from the other. */
  private pair(): void {
    const first = this.single();
    const group = this.lastId + 1;
    for (const terms of [
      first,
      { ...this.single(), account: first.account, instrument: first.instrument, side: first.side },
    ])
      this.submit({ ...terms, group, contingency: Contingency.oco });
  }

  /** An entry, and two exits that wait for it. */
  private bracket(): void {
    const primary = this.single();
    const { account, instrument, quantity } = primary;
    const group = this.lastId + 1;
    const exit = { account, instrument, quantity, side: 1 - primary.side, group, contingency: Contingency.exit };
    this.submit({ ...primary, group, contingency: Contingency.primary });
    this.submit({ ...exit, type: OrderType.limit, limitPrice: this.near(instrument, exit.side) });
    this.submit({ ...exit, type: OrderType.stop, stopPrice: this.near(instrument, exit.side) });
  }

  /** An order that is worked by hand, and some of its children. */
  private careOrder(): void {
    const { account, instrument, side } = this.single();
    const quantity = 100 + this.draw(400);
    const parent = this.lastId + 1;
    this.submit({
      account,
      instrument,
      side,
      quantity,
      type: OrderType.limit,
      limitPrice: this.near(instrument, side) + (side === Side.buy ? 10 : -10) * TICK,
      algorithm: Algorithm.care,
    });
    for (let children = this.draw(4); children > 0; children--)
      this.submit({ ...this.single(), account, instrument, side, quantity: 1 + this.draw(300), parent });
  }

  private submit(terms: Terms): void {
    const { draw, floor, model } = this;
    // Now and then an id that was used before.
    if (draw(200) === 0 && this.lastId > 0) {
      const clientOrderId = 1 + draw(this.lastId);
      const order = model.orders.get(clientOrderId);
      if (order !== undefined && order.orderId > 0 && order.account === terms.account)
        floor.enter({ ...terms, kind: CommandKind.submit, clientOrderId });
      return;
    }
    const clientOrderId = this.lastId + 1;
    if (!floor.enter({ ...terms, kind: CommandKind.submit, clientOrderId })) return;
    this.lastId = clientOrderId;
    this.counts.submits++;
    const { account, instrument, side, quantity: most, strategy = 0, limitPrice: loosest = 0, parent = 0 } = terms;
    model.orders.set(clientOrderId, {
      account,
      instrument,
      side,
      most,
      loosest,
      limited: loosest > 0,
      strategy,
      parent,
      orderId: 0,
      filled: 0,
    });
  }

  private change(kind: number): void {
    const { draw, floor, model } = this;
    const clientOrderId = this.lastId - draw(60);
    const order = model.orders.get(clientOrderId);
    if (order === undefined) return;
    const { account, instrument, side, limited } = order;
    const quantity = 1 + draw(400);
    const limitPrice = limited ? this.near(instrument, side) : 0;
    const stopPrice = draw(10) === 0 ? this.near(instrument, side) : 0;
    if (!floor.enter({ kind, clientOrderId, account, instrument, side, quantity, limitPrice, stopPrice })) return;
    this.counts.changes++;
    if (kind !== CommandKind.replace) return;
    order.most = Math.max(order.most, quantity);
    order.loosest = side === Side.buy ? Math.max(order.loosest, limitPrice) : Math.min(order.loosest, limitPrice);
  }

  private cancelAll(): void {
    const instrument = this.draw(SYMBOLS.length + 1);
    const account = 1 + this.draw(ACCOUNTS.length);
    this.floor.enter({ kind: CommandKind.cancelAll, clientOrderId: ++this.lastId, account, instrument });
  }

  /** Engines at rest: what they hold is what the client was told. */
  async compare(): Promise<void> {
    const { floor, model } = this;
    await floor.settle(this.read);
    const { positions } = await floor.get<{ positions: { account: string; symbol: string; quantity: number }[] }>(
      'pms',
      '/api/v1/positions',
    );
    const held = new Map<string, number>();
    for (const { account, symbol, quantity } of positions)
      add(held, `${ACCOUNTS.indexOf(account) + 1}/${SYMBOLS.indexOf(symbol) + 1}`, quantity);
    const open = (sums: Map<string, number>) => [...sums].filter(([, quantity]) => quantity !== 0).sort();
    expect(open(held)).toEqual(open(model.positions));
    const { cash } = await floor.get<{ cash: { account: string; balance: number }[] }>('pms', '/api/v1/cash');
    for (const { account, balance } of cash)
      expect(Math.round((balance - INITIAL_CASH) * 10_000)).toBe(model.cash.get(ACCOUNTS.indexOf(account) + 1) ?? 0);
    expect(await floor.get('pms', '/api/v1/ledger')).toMatchObject({ imbalance: 0 });
    for (const { orderId, filled } of model.byNumber.values())
      if (floor.filledOf(orderId) !== filled)
        throw new Error(`the client counted ${filled} of ${JSON.stringify(floor.describe(orderId - 1))}`);
  }

  /** Everything is cancelled: nobody has anything open. */
  async end(): Promise<void> {
    const { floor } = this;
    for (let account = 1; account <= ACCOUNTS.length; account++) floor.allow(account, false);
    for (let round = 0; round < 4; round++) {
      await floor.settle(this.read);
      for (let account = 1; account <= ACCOUNTS.length; account++)
        floor.enter({ kind: CommandKind.cancelAll, clientOrderId: ++this.lastId, account });
      await floor.settle(this.read);
      // What is on its way to a venue and back.
      floor.time(1e9);
    }
    await floor.settle(this.read);
    expect([...floor.oms.state.liveOrders()].map((index) => floor.describe(index))).toEqual([]);
    expect(floor.ems.desk.orders.working).toBe(0);
    for (let account = 1; account <= ACCOUNTS.length; account++)
      for (let instrument = 1; instrument <= SYMBOLS.length; instrument++)
        for (const side of [Side.buy, Side.sell])
          expect(floor.oms.state.exposure.open(account, instrument, side)).toBe(0);
    expect(floor.oms.state.refusedReports).toBe(0);
    await this.compare();
  }
}

test(`a client who does anything: over ${EVENTS} events quantities, money and limits hold`, async () => {
  const seed = Number(process.env.NAUTILUS_MODEL_SEED ?? 20120621);
  const draw = seededDraw(seed);
  const floor = await TradingFloor.open({
    draw,
    accounts: ACCOUNTS,
    symbols: SYMBOLS,
    maxPosition: MAX_POSITION,
    maxOrderQuantity: MAX_QUANTITY,
  });
  const play = new Play(floor, draw);
  try {
    for (let compared = 0, restarted = 0; floor.events < EVENTS; ) {
      await play.step();
      if (floor.events - compared >= 50_000) {
        compared = floor.events;
        await play.compare();
      }
      if (floor.events - restarted >= 20_000) {
        restarted = floor.events;
        const service = (['oms', 'ems', 'pms'] as const)[draw(3)]!;
        const before = floor.oms.state.hash();
        await floor.restart(service);
        if (service === 'oms') expect(floor.oms.state.hash()).toBe(before);
        play.counts.restarts++;
      }
    }
    await play.end();
    const { count } = floor.oms.state.orders;
    console.info(`${floor.events} events: ${JSON.stringify({ seed, ...play.counts, orders: count })}`);
  } catch (error) {
    throw new Error(`seed ${seed}, after ${floor.events} events: ${(error as Error).message}`, { cause: error });
  } finally {
    await floor.close();
  }
}, 600_000);

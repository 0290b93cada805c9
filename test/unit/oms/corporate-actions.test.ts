import {
  Algorithm,
  CommandKind,
  Contingency,
  CorporateActionKind,
  OrderType,
  Rejection,
  Side,
} from '@nautilus/core/domain';
import { SnapshotSink } from '../../../engines/core/journal/snapshot-sink';
import { orderStatuses } from '../../../engines/oms/api/views';
import { OrderState } from '../../../engines/oms/order-state';
import { rowOf } from '../../../engines/oms/order-store';
import { JournalRecord } from '../../../engines/oms/records';
import { restoreSnapshot, saveSnapshot } from '../../../engines/oms/snapshot';
import { ACCOUNT, INSTRUMENT, VenueModel } from './venue-model';

/** What corporate actions do to open orders: FINRA Rule 5330's cases with figures worked out by hand. */
const split = (over: number, under: number) => ({ action: CorporateActionKind.split, into: INSTRUMENT, over, under });
/** 1e-8 of the currency; a price unit is 10,000 of them. */
const dividend = (priceUnits: number) => ({ action: CorporateActionKind.cashDividend, amount: priceUnits * 10_000 });

/** An order's terms as they stand. */
function terms({ state }: VenueModel, orderId: number) {
  const chunk = state.orders.chunkOf(orderId - 1);
  const row = rowOf(orderId - 1);
  return {
    status: orderStatuses.name(chunk.status[row] as number),
    quantity: chunk.quantity[row],
    limit: chunk.limitPrice[row],
    stop: chunk.stopPrice[row],
    shown: chunk.displayQuantity[row],
    reason: chunk.reason[row],
  };
}

/** An order that its trader holds here. */
function held(model: VenueModel, change: object): number {
  const orderId = model.submit(change);
  model.settle();
  expect(model.change(orderId, CommandKind.suspend)).toBe(true);
  model.settle();
  return orderId;
}

const stop = (side: number, stopPrice: number, limitPrice?: number) => ({
  side,
  stopPrice,
  type: limitPrice === undefined ? OrderType.stop : OrderType.stopLimit,
  ...(limitPrice !== undefined && { limitPrice }),
});

describe('a cash dividend of 101.5', () => {
  test.each([
    ['the limit of a buy goes down to the tick below', { side: Side.buy, limitPrice: 1000 }, { limit: 898 }],
    ['the limit of a sell stays', { side: Side.sell, limitPrice: 1100 }, { limit: 1100 }],
    ['a sell stop goes down', stop(Side.sell, 900), { stop: 798 }],
    ['a sell stop limit goes down with its limit', stop(Side.sell, 900, 890), { stop: 798, limit: 788 }],
    ['a buy stop stays', stop(Side.buy, 1100), { stop: 1100 }],
    ['a buy stop limit stays', stop(Side.buy, 1100, 1110), { stop: 1100, limit: 1110 }],
  ])('%s', (_, change, expected) => {
    const model = new VenueModel();
    const isStop = 'stopPrice' in change;
    const orderId = isStop ? model.submit(change) : held(model, change);
    const before = terms(model, orderId);
    model.act({ ...dividend(101.5), amount: 1_015_000 });
    expect(terms(model, orderId)).toEqual({ ...before, ...expected });
  });

  test('what would be left of a price is nothing: it is cancelled', () => {
    const model = new VenueModel();
    const orderId = held(model, { limitPrice: 101 });
    model.act(dividend(101));
    expect(terms(model, orderId)).toMatchObject({ status: 'cancelled', reason: Rejection.corporateAction });
  });

  test('of less than a cent changes nothing', () => {
    const model = new VenueModel();
    const orderId = held(model, { limitPrice: 1000 });
    model.act(dividend(99));
    expect(terms(model, orderId)).toMatchObject({ status: 'suspended', limit: 1000 });
  });

  test('an exit of a bracket waits on with its new stop, and takes what the primary has traded', () => {
    const model = new VenueModel();
    const group = { group: 5 };
    const primary = model.submit({ ...group, contingency: Contingency.primary });
    const exit = model.submit({ ...group, contingency: Contingency.exit, ...stop(Side.sell, 900) });
    model.settle();
    model.trade(primary, 40);
    model.settle();
    model.act(dividend(100));
    model.settle();
    expect(terms(model, primary)).toMatchObject({ status: 'cancelled', reason: Rejection.corporateAction });
    expect(terms(model, exit)).toMatchObject({ status: 'suspended', stop: 800, quantity: 40 });
    model.trigger(exit);
    expect(model.commandsSent.at(-1)).toMatchObject({ kind: CommandKind.submit, orderId: exit, quantity: 40 });
  });
});

describe('a split', () => {
  test.each([
    ['3 for 2: quantity down, a buy down', 3, 2, { quantity: 101, limitPrice: 1000 }, { quantity: 151, limit: 666 }],
    ['3 for 2: a sell up', 3, 2, { quantity: 101, side: Side.sell, limitPrice: 1000 }, { quantity: 151, limit: 667 }],
    ['7 for 1', 7, 1, { quantity: 10, limitPrice: 1001 }, { quantity: 70, limit: 143 }],
    ['21 for 20, a stock dividend of 5 %', 21, 20, { quantity: 19, limitPrice: 1000 }, { quantity: 19, limit: 952 }],
    [
      'what is shown grows, too',
      2,
      1,
      { displayQuantity: 7, limitPrice: 1000 },
      { quantity: 200, limit: 500, shown: 14 },
    ],
    ['a buy stop goes no earlier', 3, 1, stop(Side.buy, 1001), { quantity: 300, stop: 334 }],
    ['a sell stop goes no earlier', 3, 1, stop(Side.sell, 901, 890), { quantity: 300, stop: 300, limit: 297 }],
  ])('%s', (_, over, under, change, expected) => {
    const model = new VenueModel();
    const orderId = 'stopPrice' in change ? model.submit(change) : held(model, change);
    const before = terms(model, orderId);
    model.act(split(over, under));
    expect(terms(model, orderId)).toEqual({ ...before, ...expected });
  });

  test('what has traded stays as it was, what is left grows, and goes to work with that', () => {
    const model = new VenueModel();
    const orderId = model.submit({ quantity: 100, limitPrice: 1000 });
    model.settle();
    model.trade(orderId, 30);
    model.settle();
    model.change(orderId, CommandKind.suspend);
    model.settle();
    model.act(split(2, 1));
    expect(terms(model, orderId)).toMatchObject({ status: 'suspended', quantity: 170, limit: 500 });
    model.change(orderId, CommandKind.resume, { limitPrice: 500 });
    expect(model.commandsSent.at(-1)).toMatchObject({ kind: CommandKind.resume, quantity: 140, filled: 30 });
  });

  test('reverse: all are cancelled, wherever they are, but for what ends already', () => {
    const model = new VenueModel();
    const [working, stopped, ending] = [model.submit({}), model.submit(stop(Side.sell, 900)), model.submit({})];
    model.settle();
    model.change(ending, CommandKind.cancel);
    model.act(split(1, 10));
    expect([working, stopped, ending].map((orderId) => terms(model, orderId))).toMatchObject([
      { status: 'pendingCancel', reason: Rejection.corporateAction },
      { status: 'cancelled', reason: Rejection.corporateAction },
      { status: 'pendingCancel', reason: Rejection.none },
    ]);
    model.settle();
    expect(terms(model, working)).toMatchObject({ status: 'cancelled' });
  });

  test('what is at a venue, or depends on others, is cancelled; other instruments are left alone', () => {
    const model = new VenueModel();
    const working = model.submit({});
    const linked = [1, 2].map(() => model.submit({ group: 9, contingency: Contingency.oco, ...stop(Side.sell, 900) }));
    const parent = model.submit({ algorithm: Algorithm.care });
    const child = model.submit({ parent });
    const alone = model.submit({ algorithm: Algorithm.care, quantity: 10 });
    model.settle();
    model.act({ ...split(2, 1), instrument: INSTRUMENT + 1 });
    expect(terms(model, working)).toMatchObject({ status: 'new', quantity: 100 });
    model.act(split(2, 1));
    model.settle();
    for (const orderId of [working, ...linked, parent, child])
      expect(terms(model, orderId)).toMatchObject({ status: 'cancelled' });
    expect(terms(model, alone)).toMatchObject({ status: 'new', quantity: 20, limit: 500 });
  });

  test('no stop goes by a trade of before it', () => {
    const { state } = new VenueModel();
    const record = new JournalRecord();
    record.begin(11);
    record.action.assign({
      ...split(2, 1),
      sequence: 1,
      instrument: INSTRUMENT,
      lastTrade: 1000,
      tickSize: 1,
    } as never);
    state.apply(record, 1);
    expect([state.actions.isOld(INSTRUMENT, 1000), state.actions.isOld(INSTRUMENT, 500)]).toEqual([true, false]);
  });
});

test.each([
  ['merger', CorporateActionKind.merger],
  ['spin-off', CorporateActionKind.spinOff],
])('a %s cancels all', (_, action) => {
  const model = new VenueModel();
  const orders = [model.submit({}), model.submit(stop(Side.buy, 1100)), held(model, { limitPrice: 900 })];
  model.act({ action, into: 3, over: 1, under: 2 });
  model.settle();
  for (const orderId of orders)
    expect(terms(model, orderId)).toMatchObject({ status: 'cancelled', reason: Rejection.corporateAction });
});

test('a change of symbol leaves orders as they are', () => {
  const model = new VenueModel();
  const orderId = model.submit({});
  model.settle();
  model.act({ action: CorporateActionKind.symbolChange });
  expect(terms(model, orderId)).toMatchObject({ status: 'new', quantity: 100, limit: 1000, reason: 0 });
});

test('what the account holds follows, so that limits count it; the same from a snapshot and from the journal', () => {
  const model = new VenueModel();
  const bought = (quantity: number, side: number = Side.buy) => {
    const orderId = model.submit({ quantity, side });
    model.settle();
    model.trade(orderId, quantity);
    model.settle();
  };
  const holds = (instrument: number, state: OrderState = model.state) => state.exposure.position(ACCOUNT, instrument);
  bought(101);
  model.act(split(3, 2));
  expect(holds(INSTRUMENT)).toBe(151);
  bought(10);
  model.act({ action: CorporateActionKind.spinOff, into: 3, over: 1, under: 4 });
  expect([holds(INSTRUMENT), holds(3)]).toEqual([161, 40]);
  bought(361, Side.sell);
  model.act(split(1, 3));
  expect(holds(INSTRUMENT)).toBe(-66);
  model.act({ action: CorporateActionKind.merger, into: 3, over: 2, under: 1 });
  expect([holds(INSTRUMENT), holds(3)]).toEqual([0, 40 - 132]);
  bought(5);
  const sink = new SnapshotSink();
  saveSnapshot(sink, model.state, { save: () => {}, restore: () => {} });
  const restored = new OrderState();
  restoreSnapshot(Buffer.concat(Array.from(sink.parts(), (part) => Buffer.from(part))), restored);
  expect(restored.hash()).toBe(model.state.hash());
  expect([holds(INSTRUMENT, restored), holds(3, restored)]).toEqual([5, -92]);
});

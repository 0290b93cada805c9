import {
  Algorithm,
  CommandKind,
  Contingency,
  CorporateActionKind,
  OrderType,
  ReportKind,
  Side,
} from '@nautilus/core/domain';
import * as fc from 'fast-check';
import { isLive, OrderStatus } from '../../../engines/oms/life-cycle';
import { OrderState } from '../../../engines/oms/order-state';
import { rowOf } from '../../../engines/oms/order-store';
import { JournalRecord } from '../../../engines/oms/records';
import { ACCOUNT, INSTRUMENT, openQuantity, VenueModel } from './venue-model';

const statusOf = ({ state }: VenueModel, orderId: number) =>
  Object.keys(OrderStatus)[state.orders.chunkOf(orderId - 1).status[rowOf(orderId - 1)] as number];
const filledOf = ({ state }: VenueModel, orderId: number) =>
  state.orders.chunkOf(orderId - 1).filled[rowOf(orderId - 1)];
const quantityOf = ({ state }: VenueModel, orderId: number) =>
  state.orders.chunkOf(orderId - 1).quantity[rowOf(orderId - 1)];

/** An order of 100 that works. */
function working() {
  const model = new VenueModel();
  model.submit({});
  model.settle();
  expect(statusOf(model, 1)).toBe('new');
  return model;
}

describe('a replace', () => {
  test('that a fill crosses is for what was asked in all', () => {
    const model = working();
    model.trade(1, 60);
    expect(model.change(1, CommandKind.replace, { quantity: 80 })).toBe(true);
    model.settle();
    expect([statusOf(model, 1), filledOf(model, 1), quantityOf(model, 1)]).toEqual(['partiallyFilled', 60, 80]);
    expect(model.worked.get(1)).toEqual({ total: 80, filled: 60, working: true });
  });

  test('down to what was filled meanwhile ends the order, and so does one to less', () => {
    for (const quantity of [60, 50]) {
      const model = working();
      model.trade(1, 60);
      model.change(1, CommandKind.replace, { quantity });
      model.settle();
      expect([statusOf(model, 1), filledOf(model, 1), quantityOf(model, 1)]).toEqual(['filled', 60, 60]);
    }
  });

  test('that comes after the last fill is refused by the venue and changes nothing', () => {
    const model = working();
    model.trade(1, 100);
    model.change(1, CommandKind.replace, { quantity: 140 });
    model.settle();
    expect([statusOf(model, 1), filledOf(model, 1), quantityOf(model, 1)]).toEqual(['filled', 100, 100]);
    expect(model.state.refusedReports).toBe(0);
  });

  test('waits for the one before it', () => {
    const model = working();
    expect(model.change(1, CommandKind.replace, { quantity: 140 })).toBe(true);
    expect(model.change(1, CommandKind.replace, { quantity: 150 })).toBe(false);
    model.settle();
    expect(model.change(1, CommandKind.replace, { quantity: 150 })).toBe(true);
    model.settle();
    expect(quantityOf(model, 1)).toBe(150);
  });

  test('is overtaken by a cancel', () => {
    const model = working();
    model.change(1, CommandKind.replace, { quantity: 140 });
    expect(model.change(1, CommandKind.cancel)).toBe(true);
    model.settle();
    expect([statusOf(model, 1), quantityOf(model, 1)]).toEqual(['cancelled', 140]);
  });
});

test('a cancel that comes after a fill ends what is left; after the last, nothing', () => {
  const partly = working();
  partly.trade(1, 30);
  partly.change(1, CommandKind.cancel);
  partly.settle();
  expect([statusOf(partly, 1), filledOf(partly, 1)]).toEqual(['cancelled', 30]);
  const wholly = working();
  wholly.trade(1, 100);
  wholly.change(1, CommandKind.cancel);
  wholly.settle();
  expect([statusOf(wholly, 1), filledOf(wholly, 1)]).toEqual(['filled', 100]);
});

test('a venue that answers twice: the second answer is refused or late, and moves nothing', () => {
  const model = working();
  model.trade(1, 100);
  model.settle();
  const before = model.state.exposure.position(ACCOUNT, INSTRUMENT);
  const order = model.worked.get(1);
  if (order !== undefined) Object.assign(order, { total: 200, filled: 100, working: true });
  model.trade(1, 100);
  model.end(1, ReportKind.cancelled);
  model.settle();
  expect(model.state.exposure.position(ACCOUNT, INSTRUMENT)).toBe(before);
  expect([statusOf(model, 1), model.state.refusedReports]).toEqual(['filled', 1]);
});

const pick = fc.nat(1000);
const quantity = fc.integer({ min: 1, max: 100 });
const side = fc.integer({ min: 0, max: 1 });
test('an exit that is filled while it is asked to do more goes on with that', () => {
  const model = new VenueModel();
  model.submit({ group: 1, contingency: Contingency.primary });
  model.submit({ group: 1, contingency: Contingency.exit, side: Side.sell });
  model.submit({ group: 1, contingency: Contingency.exit, side: Side.sell, type: OrderType.stop, stopPrice: 990 });
  model.settle();
  model.trade(1, 80);
  model.settle();
  expect(model.worked.get(2)).toEqual({ total: 80, filled: 0, working: true });
  model.trade(1, 20);
  model.trade(2, 80);
  model.settle();
  expect([statusOf(model, 2), filledOf(model, 2), quantityOf(model, 2)]).toEqual(['partiallyFilled', 80, 100]);
  expect(model.worked.get(2)).toEqual({ total: 100, filled: 80, working: true });
  model.trade(2, 20);
  model.settle();
  expect([statusOf(model, 2), statusOf(model, 3)]).toEqual(['filled', 'cancelled']);
});

test('what an exit takes from another counts at once, also while the other is asked to do more', () => {
  const model = new VenueModel();
  model.submit({ group: 1, contingency: Contingency.primary });
  model.submit({ group: 1, contingency: Contingency.exit, side: Side.sell });
  model.submit({ group: 1, contingency: Contingency.exit, side: Side.sell, type: OrderType.stop, stopPrice: 990 });
  model.settle();
  model.trade(1, 40);
  model.settle();
  model.trigger(3);
  model.settle();
  model.trade(1, 20);
  model.hear(1);
  expect([statusOf(model, 2), statusOf(model, 3)]).toEqual(['pendingReplace', 'pendingReplace']);
  // 60 of the first, and all that the second could still come to do.
  expect(model.state.exposure.open(ACCOUNT, INSTRUMENT, Side.sell)).toBe(160);
  model.trade(2, 10);
  model.hear(1);
  expect(model.state.exposure.open(ACCOUNT, INSTRUMENT, Side.sell)).toBe(140);
});

const trading = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('order' as const), quantity, side, stop: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bracket' as const), quantity, side, same: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('oco' as const), quantity, side, opposite: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('care' as const), quantity, side }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('child' as const), pick, quantity }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      pick,
      quantity,
      command: fc.constantFrom(CommandKind.cancel, CommandKind.replace, CommandKind.suspend, CommandKind.resume),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trigger' as const), pick }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('trade' as const), pick, quantity }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      pick,
      kind: fc.constantFrom(ReportKind.expired, ReportKind.rejected, ReportKind.cancelled),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), count: fc.nat(4) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('hear' as const), count: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const), side }) },
);
const corporateAction = fc.record({
  do: fc.constant('act' as const),
  kind: fc.constantFrom(...Object.values(CorporateActionKind)),
  over: fc.integer({ min: 1, max: 4 }),
  under: fc.integer({ min: 1, max: 4 }),
  amount: fc.integer({ min: 0, max: 2_000_000 }),
});
const step = fc.oneof({ weight: 47, arbitrary: trading }, { weight: 1, arbitrary: corporateAction });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(model: VenueModel, action: Step, groups: { next: number }): void {
  const orderOf = (n: number) => 1 + (n % Math.max(1, model.state.orders.count));
  switch (action.do) {
    case 'order':
      model.submit({
        quantity: action.quantity,
        side: action.side,
        ...(action.stop && { type: OrderType.stop, stopPrice: 1005 }),
      });
      break;
    case 'bracket': {
      const group = ++groups.next;
      const other = action.same ? action.side : 1 - action.side;
      const leg = action.same ? Contingency.oto : Contingency.exit;
      model.submit({ quantity: action.quantity, side: action.side, group, contingency: Contingency.primary });
      model.submit({ quantity: action.quantity, side: other, group, contingency: leg });
      const stop = { type: OrderType.stop, stopPrice: 990 };
      model.submit({ quantity: action.quantity, side: other, group, contingency: leg, ...stop });
      break;
    }
    case 'oco': {
      const group = ++groups.next;
      const contingency = Contingency.oco;
      model.submit({ quantity: action.quantity, side: action.side, group, contingency });
      const other = action.opposite ? 1 - action.side : action.side;
      model.submit({ quantity: action.quantity, side: other, group, contingency });
      break;
    }
    case 'care':
      model.submit({ quantity: action.quantity, side: action.side, algorithm: Algorithm.care });
      break;
    case 'child': {
      const parent = orderOf(action.pick);
      const of = model.state.orders.count === 0 ? 0 : model.state.orders.chunkOf(parent - 1).side[rowOf(parent - 1)];
      model.submit({ quantity: action.quantity, side: of as number, parent });
      break;
    }
    case 'change':
      model.change(
        orderOf(action.pick),
        action.command,
        action.command === CommandKind.replace ? { quantity: action.quantity } : {},
      );
      break;
    case 'trigger':
      model.trigger(orderOf(action.pick));
      break;
    case 'trade':
      model.trade(orderOf(action.pick), action.quantity);
      break;
    case 'end':
      model.end(orderOf(action.pick), action.kind);
      break;
    case 'deliver':
      model.deliver(action.count);
      break;
    case 'hear':
      model.hear(action.count);
      break;
    case 'act': {
      const { kind, over, under, amount } = action;
      model.act({ action: kind, over, under, amount, into: kind === CorporateActionKind.split ? INSTRUMENT : 7 });
      break;
    }
    case 'sweep':
      model.sweep({
        account: ACCOUNT,
        instrument: -1,
        side: action.side,
        strategy: -1,
        session: -1,
        dayOnly: 0,
        reason: 0,
      });
  }
}

function check(model: VenueModel): void {
  const { state } = model;
  const { orders, exposure } = state;
  for (const one of [Side.buy, Side.sell])
    expect(exposure.open(ACCOUNT, INSTRUMENT, one)).toBe(openQuantity(state, one));
  for (let index = 0; index < orders.count; index++) {
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    expect(chunk.filled[row]).toBeLessThanOrEqual(chunk.quantity[row] as number);
    if (chunk.algorithm[row] !== Algorithm.care) continue;
    const children = state.links.childrenOf(index);
    const sum = (column: 'filled' | 'reserved') =>
      children.reduce((total, child) => total + (orders.chunkOf(child)[column][rowOf(child)] as number), 0);
    expect(chunk.filled[row]).toBe(sum('filled'));
    expect(chunk.childOpen[row]).toBe(sum('reserved'));
    expect((chunk.filled[row] as number) + (chunk.childOpen[row] as number)).toBeLessThanOrEqual(
      chunk.quantity[row] as number,
    );
  }
}

/** When nothing is on its way both know the same, and linked orders are where they should be. */
function checkAtRest(model: VenueModel): void {
  const { state } = model;
  const { orders } = state;
  for (let index = 0; index < orders.count; index++) {
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const worked = model.worked.get(index + 1);
    if (chunk.algorithm[row] === Algorithm.care) {
      const lives = state.links
        .childrenOf(index)
        .some((child) => isLive(orders.chunkOf(child).status[rowOf(child)] as number));
      expect(status === OrderStatus.pendingCancel && !lives).toBe(false);
      continue;
    }
    expect([OrderStatus.pendingNew, OrderStatus.pendingCancel, OrderStatus.pendingReplace]).not.toContain(status);
    const works = status === OrderStatus.new || status === OrderStatus.partiallyFilled;
    expect([index + 1, worked?.working ?? false]).toEqual([index + 1, works]);
    expect(worked?.filled ?? 0).toBe(chunk.filled[row]);
    if (works) expect(worked?.total).toBe(chunk.quantity[row]);
    const primary = state.openQuantity.groupOf(index)?.primary ?? -1;
    if (primary < 0 || primary === index) continue;
    const first = orders.chunkOf(primary).filled[rowOf(primary)] as number;
    // A leg never works for more than its primary has,
    if (works) expect(chunk.quantity[row]).toBeLessThanOrEqual(Math.max(first, chunk.filled[row] as number));
    // and is not done before it has done that, unless somebody took it off its venue.
    const taken = model.commandsSent.some(({ kind, orderId }) => kind === CommandKind.cancel && orderId === index + 1);
    if (status === OrderStatus.filled && !taken)
      expect(Math.min(first, chunk.wanted[row] as number) - (chunk.taken[row] as number)).toBeLessThanOrEqual(
        chunk.filled[row] as number,
      );
  }
}

test('whatever crosses on its way: nothing is overfilled, counted wrongly, sent twice or left in between', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) => {
      const model = new VenueModel();
      const groups = { next: 0 };
      for (const action of steps) {
        take(model, action, groups);
        check(model);
      }
      model.settle();
      check(model);
      checkAtRest(model);
      expect(model.state.refusedReports).toBe(0);

      const again = new OrderState();
      const record = new JournalRecord();
      model.tape.forEach((bytes, i) => {
        record.load(bytes, i + 1);
        again.apply(record, i + 1);
      });
      expect(again.hash()).toBe(model.state.hash());
      expect(model.updates.sent.map(({ sequence }) => sequence)).toEqual(model.updates.sent.map((_, i) => i + 1));
    }),
    { numRuns: 300 },
  );
});

test('whatever crosses on its way: no account holds more than it may, nor could it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 200 }),
      fc.array(trading, { minLength: 20, maxLength: 150 }),
      (maxPosition, steps) => {
        const model = new VenueModel(maxPosition);
        const groups = { next: 0 };
        const { exposure } = model.state;
        for (const action of steps) {
          take(model, action, groups);
          const held = exposure.position(ACCOUNT, INSTRUMENT);
          expect(held + exposure.open(ACCOUNT, INSTRUMENT, Side.buy)).toBeLessThanOrEqual(maxPosition);
          expect(held - exposure.open(ACCOUNT, INSTRUMENT, Side.sell)).toBeGreaterThanOrEqual(-maxPosition);
        }
      },
    ),
    { numRuns: 300 },
  );
});

import {
  AckKind,
  Algorithm,
  CommandKind,
  Contingency,
  OrderType,
  Rejection,
  ReportKind,
  Side,
} from '@nautilus/core/domain';
import { orderHistory, replayJournal, type Touch } from '@nautilus/oms/replay';
import { Platform } from './platform';

/** Orders that depend on each other or on the market, and cancels of many: over HTTP and shared memory, with a real process. */
let platform: Platform;
const http = async (method: string, route: string, body?: object) => {
  const answer = await platform.oms.request(method, `/api/v1/${route}`, body);
  return { status: answer.status, body: answer.body as Record<string, never> };
};
const order = async (id: number | string) => (await http('GET', `orders/${id}`)).body as Record<string, unknown>;
const becomes = (id: number | string, expected: Record<string, unknown>) =>
  platform.around.until(`order ${id} is ${JSON.stringify(expected)}`, async () => {
    const now = await order(id);
    return Object.entries(expected).every(([key, value]) => JSON.stringify(now[key]) === JSON.stringify(value));
  });
const commandsOf = (orderId: number) =>
  platform.around.commands
    .filter((command) => command.orderId === orderId)
    .map(({ kind, quantity, filled, type }) => ({ kind, quantity, filled, type }));
const fill = (orderId: number, quantity: number) =>
  platform.around.report({ kind: ReportKind.fill, orderId, quantity, price: 5_859_000 });
const report = (orderId: number, kind: number, quantity = 0) => platform.around.report({ kind, orderId, quantity });

let id = 0;
const base = { account: 'main', symbol: 'AAPL', side: 'buy', quantity: 100, type: 'limit', limitPrice: 585.9 };
const exitTo = (type: 'limit' | 'stop', price: number) => ({
  ...base,
  clientOrderId: `order-${++id}`,
  side: 'sell',
  type,
  limitPrice: type === 'limit' ? price : undefined,
  stopPrice: type === 'stop' ? price : undefined,
});
const enter = async (change: object = {}) => {
  const { status, body } = await http('POST', 'orders', { ...base, clientOrderId: `order-${++id}`, ...change });
  return { status, body: body as unknown as { orderId: number; code: string; status: string } };
};
const bracket = async () => {
  const orders = [{ ...base, clientOrderId: `order-${++id}` }, exitTo('limit', 590), exitTo('stop', 580)];
  const { status, body } = await http('POST', 'order-lists', { contingency: 'bracket', orders });
  expect(status).toBe(201);
  const numbers = (body.orders as unknown as { orderId: number }[]).map(({ orderId }) => orderId);
  return { orders, numbers: numbers as [number, number, number] };
};

beforeAll(async () => {
  platform = new Platform();
  await platform.start();
  platform.around.startSession();
});
afterAll(() => platform.remove());

describe('stops', () => {
  test('a stop waits here, and goes as a market order when a trade reaches it', async () => {
    const { body } = await enter({ type: 'stop', limitPrice: undefined, stopPrice: 586.5 });
    expect(body).toMatchObject({ status: 'suspended', held: ['stop'], stopPrice: 586.5 });
    platform.around.trade(5_864_900);
    await enter();
    await becomes(body.orderId + 1, { status: 'pendingNew' });
    expect(commandsOf(body.orderId)).toEqual([]);
    platform.around.trade(5_865_000);
    await platform.around.until('it is sent', () => commandsOf(body.orderId).length > 0);
    expect(commandsOf(body.orderId)).toEqual([
      { kind: CommandKind.submit, quantity: 100, filled: 0, type: OrderType.market },
    ]);
    platform.around.trade(5_859_500);
  });

  test('a sell stop-limit with a new stop price goes by the new one', async () => {
    const { body } = await enter({ side: 'sell', type: 'stopLimit', limitPrice: 584, stopPrice: 585 });
    const moved = await http('PUT', `orders/${body.orderId}`, { stopPrice: 584.5 });
    expect(moved).toMatchObject({ status: 200, body: { status: 'suspended', stopPrice: 584.5 } });
    platform.around.trade(5_850_000);
    await enter();
    expect(await order(body.orderId)).toMatchObject({ status: 'suspended' });
    platform.around.trade(5_845_000);
    await platform.around.until('it is sent', () => commandsOf(body.orderId).length > 0);
    expect(commandsOf(body.orderId)).toMatchObject([{ kind: CommandKind.submit, type: OrderType.limit }]);
    const late = await http('PUT', `orders/${body.orderId}`, { stopPrice: 583 });
    expect(late).toMatchObject({ status: 422, body: { code: 'NAUT_ORDER_BAD_STOP_PRICE' } });
    platform.around.trade(5_859_500);
  });

  test.each([
    ['without a stop price', { type: 'stop', limitPrice: undefined }, 'NAUT_ORDER_BAD_STOP_PRICE'],
    [
      'with a stop price between ticks',
      { type: 'stop', limitPrice: undefined, stopPrice: 586.005 },
      'NAUT_ORDER_BAD_STOP_PRICE',
    ],
    ['with a limit on a stop', { type: 'stop', stopPrice: 587 }, 'NAUT_ORDER_BAD_PRICE'],
    ['with a stop on a limit', { stopPrice: 587 }, 'NAUT_ORDER_BAD_STOP_PRICE'],
    [
      'with a limit far from its stop',
      { type: 'stopLimit', stopPrice: 587, limitPrice: 620 },
      'NAUT_ORDER_PRICE_COLLAR',
    ],
  ])('%s it is refused', async (_, change, code) => {
    expect(await enter(change)).toMatchObject({ status: 422, body: { code } });
  });

  test('its cancel is done at once, and asks no venue', async () => {
    const { body } = await enter({ type: 'stop', limitPrice: undefined, stopPrice: 600 });
    expect(await http('DELETE', `orders/${body.orderId}`)).toMatchObject({ body: { status: 'cancelled' } });
    expect(commandsOf(body.orderId)).toEqual([]);
  });
});

describe('a bracket', () => {
  test('its exits follow what of the primary is filled, and shrink by what the other trades', async () => {
    const { around } = platform;
    const { orders, numbers } = await bracket();
    const [primary, target, stop] = numbers;
    expect(await order(target)).toMatchObject({ status: 'suspended', held: ['primary'], linked: [primary, stop] });
    expect(await http('POST', 'order-lists', { contingency: 'bracket', orders })).toMatchObject({ status: 200 });

    fill(primary, 40);
    await becomes(target, { status: 'pendingNew', quantity: 40 });
    await becomes(stop, { status: 'suspended', quantity: 40, held: ['stop'] });
    report(target, ReportKind.working);
    fill(primary, 60);
    await becomes(target, { status: 'pendingReplace' });
    await becomes(stop, { quantity: 100 });
    report(target, ReportKind.replaced, 100);
    fill(target, 30);
    await becomes(stop, { quantity: 70, leftQuantity: 70 });

    around.trade(5_800_000);
    await around.until('the stop is sent', () => commandsOf(stop).length > 0);
    fill(stop, 70);
    await becomes(stop, { status: 'filled' });
    await becomes(target, { status: 'pendingCancel', reason: 'filledByOther' });
    report(target, ReportKind.cancelled);
    await becomes(target, { status: 'cancelled', filledQuantity: 30 });
    around.trade(5_859_500);
  });

  test('an exit that has done all it may waits for more of the primary, and goes to work again', async () => {
    const [primary, target, stop] = (await bracket()).numbers;
    fill(primary, 40);
    await becomes(target, { status: 'pendingNew' });
    fill(target, 40);
    await becomes(target, { status: 'suspended', held: ['primary'], filledQuantity: 40 });
    expect(await order(stop)).toMatchObject({ status: 'suspended', leftQuantity: 0 });
    fill(primary, 60);
    await becomes(target, { status: 'partiallyFilled', quantity: 100 });
    await platform.around.until('it is sent again', () => commandsOf(target).length === 2);
    expect(commandsOf(target).at(-1)).toMatchObject({ kind: CommandKind.resume, quantity: 60, filled: 40 });
    await becomes(stop, { quantity: 60, held: ['stop'] });
    fill(target, 60);
    await becomes(stop, { status: 'cancelled', reason: 'filledByOther' });
  });

  test('ends with a primary that never traded', async () => {
    const [primary, target, stop] = (await bracket()).numbers;
    report(primary, ReportKind.rejected);
    for (const leg of [target, stop]) await becomes(leg, { status: 'cancelled', reason: 'primaryEnded' });
  });

  test('one order of a list that is refused refuses all', async () => {
    const before = (await http('GET', 'state')).body as unknown as { orders: number };
    const orders = [
      { ...base, clientOrderId: 'a' },
      { ...exitTo('limit', 590), quantity: 101 },
    ];
    expect(await http('POST', 'order-lists', { contingency: 'bracket', orders })).toMatchObject({
      status: 422,
      body: { code: 'NAUT_ORDER_BAD_GROUP' },
    });
    expect((await http('GET', 'state')).body).toMatchObject({ orders: before.orders });
  });
});

describe('one cancels the other', () => {
  test('over shared memory: what one trades is taken from the other, the last of it cancels', async () => {
    const { around } = platform;
    const group = { group: 7, contingency: Contingency.oco };
    const answered = around.acks.length;
    around.enter({ ...group, clientOrderId: 9001, quantity: 100, limitPrice: 5_850_000 });
    around.enter({ ...group, clientOrderId: 9002, quantity: 100, side: Side.sell, limitPrice: 5_870_000 });
    await around.until('both are answered', () => around.acks.length === answered + 2);
    const [first, second] = around.acks.slice(answered).map(({ orderId }) => orderId) as [number, number];
    report(second, ReportKind.working);
    fill(first, 30);
    await becomes(second, { status: 'pendingReplace' });
    // While that is on its way the first goes on: the second is asked for the rest once it has answered.
    fill(first, 20);
    await becomes(first, { filledQuantity: 50 });
    report(second, ReportKind.replaced, 70);
    await around.until('it is asked again', () => commandsOf(second).length === 3);
    expect(commandsOf(second).map(({ kind, quantity }) => [kind, quantity])).toEqual([
      [CommandKind.submit, 100],
      [CommandKind.replace, 70],
      [CommandKind.replace, 50],
    ]);
    report(second, ReportKind.replaced, 50);
    fill(first, 50);
    await becomes(second, { status: 'pendingCancel' });
    report(second, ReportKind.cancelled);
    await becomes(second, { status: 'cancelled', reason: 'filledByOther' });
  });

  test('a member that is refused refuses the group', async () => {
    const { around } = platform;
    const group = { group: 8, contingency: Contingency.oco };
    const answered = around.acks.length;
    around.enter({ ...group, clientOrderId: 9011 });
    around.enter({ ...group, clientOrderId: 9012, limitPrice: 5_860_001 });
    around.enter({ ...group, clientOrderId: 9013 });
    await around.until('three answers', () => around.acks.length === answered + 3);
    expect(around.acks.slice(answered)).toMatchObject([
      { kind: AckKind.accepted },
      { kind: AckKind.rejected, reason: Rejection.badPrice },
      { kind: AckKind.rejected, reason: Rejection.groupRefused },
    ]);
    await becomes(around.acks[answered]?.orderId as number, { status: 'pendingCancel', reason: 'groupRefused' });
  });
});

describe('a care order', () => {
  test('its children trade for it, never more than it has', async () => {
    const parent = (await enter({ care: true })).body.orderId;
    expect(commandsOf(parent)).toEqual([]);
    const child = (await enter({ quantity: 60, parent })).body.orderId;
    expect(await enter({ quantity: 41, parent })).toMatchObject({
      status: 422,
      body: { code: 'NAUT_ORDER_BAD_PARENT' },
    });
    expect(await enter({ quantity: 40, parent, limitPrice: 586 })).toMatchObject({
      body: { code: 'NAUT_ORDER_BAD_PARENT' },
    });
    const second = (await enter({ quantity: 40, parent })).body.orderId;
    fill(child, 60);
    await becomes(parent, {
      status: 'partiallyFilled',
      filledQuantity: 60,
      averagePrice: 585.9,
      children: [child, second],
    });
    expect(await order(child)).toMatchObject({ status: 'filled', parent });

    expect(await http('DELETE', `orders/${parent}`)).toMatchObject({ body: { status: 'pendingCancel' } });
    await becomes(second, { status: 'pendingCancel', reason: 'parentCancelled' });
    // It trades before the cancel reaches it.
    fill(second, 15);
    report(second, ReportKind.cancelled);
    await becomes(parent, { status: 'cancelled', filledQuantity: 75 });
  });

  test('over shared memory a child names its parent by its client order id', async () => {
    const { around } = platform;
    const answered = around.acks.length;
    around.enter({ clientOrderId: 9021, algorithm: Algorithm.care, quantity: 10 });
    around.enter({ clientOrderId: 9022, parent: 9021, quantity: 10 });
    around.enter({ clientOrderId: 9023, parent: 9099, quantity: 10 });
    await around.until('three answers', () => around.acks.length === answered + 3);
    const [parent, child, orphan] = around.acks.slice(answered);
    expect(orphan).toMatchObject({ kind: AckKind.rejected, reason: Rejection.badParent });
    fill(child?.orderId as number, 10);
    await becomes(parent?.orderId as number, { status: 'filled' });
  });
});

describe('suspended by its trader', () => {
  test('it leaves its venue with what it has traded, and goes on with the rest', async () => {
    const { orderId } = (await enter()).body;
    report(orderId, ReportKind.working);
    await becomes(orderId, { status: 'new' });
    expect(await http('POST', `orders/${orderId}/suspend`)).toMatchObject({ body: { status: 'pendingCancel' } });
    fill(orderId, 25);
    report(orderId, ReportKind.cancelled);
    await becomes(orderId, { status: 'suspended', held: ['trader'], leftQuantity: 75 });
    expect(await http('PUT', `orders/${orderId}`, { quantity: 80, limitPrice: 585 })).toMatchObject({
      body: { status: 'suspended', quantity: 80, limitPrice: 585 },
    });
    expect(await http('POST', `orders/${orderId}/resume`)).toMatchObject({ body: { status: 'partiallyFilled' } });
    await platform.around.until('it is sent again', () => commandsOf(orderId).length === 3);
    expect(commandsOf(orderId).at(-1)).toMatchObject({ kind: CommandKind.resume, quantity: 55, filled: 25 });
  });

  test('a fill of what is held is refused', async () => {
    const { orderId } = (await enter({ type: 'stop', limitPrice: undefined, stopPrice: 600 })).body;
    const before = (await http('GET', 'state')).body as unknown as { refusedReports: number };
    fill(orderId, 10);
    await platform.around.until('it is refused', async () => {
      const now = (await http('GET', 'state')).body as unknown as { refusedReports: number };
      return now.refusedReports === before.refusedReports + 1;
    });
    expect(await order(orderId)).toMatchObject({ status: 'suspended', filledQuantity: 0 });
  });
});

describe('many at once', () => {
  test('a cancel of one side cancels what lives of it', async () => {
    const buy = (await enter()).body.orderId;
    const sell = (await enter({ side: 'sell', limitPrice: 587 })).body.orderId;
    const stop = (await enter({ side: 'sell', type: 'stop', limitPrice: undefined, stopPrice: 560 })).body.orderId;
    const { body } = await http('DELETE', 'orders?account=main&side=sell');
    expect(body.cancelled as unknown as number).toBeGreaterThanOrEqual(2);
    expect(await order(sell)).toMatchObject({ status: 'pendingCancel', reason: 'bulkCancel' });
    expect(await order(stop)).toMatchObject({ status: 'cancelled' });
    expect(await order(buy)).toMatchObject({ status: 'pendingNew' });
    expect(await http('DELETE', 'orders')).toMatchObject({ status: 400 });
    expect(await http('DELETE', 'orders?account=nobody')).toMatchObject({ status: 404 });
  });

  test('over shared memory one entry cancels all of the account', async () => {
    const { around } = platform;
    const { orderId } = (await enter()).body;
    const answered = around.acks.length;
    around.enter({ kind: CommandKind.cancelAll, clientOrderId: 9100, instrument: 0 });
    await around.until('it is answered', () => around.acks.length > answered);
    expect(around.acks[answered]).toMatchObject({ kind: AckKind.accepted, clientOrderId: 9100, orderId: 0 });
    await becomes(orderId, { status: 'pendingCancel' });
    const { body } = await http('GET', 'orders?status=suspended');
    expect(body).toMatchObject({ total: 0 });
  });
});

describe('a session', () => {
  const session = 5;
  test('that falls silent loses its day orders, and no others', async () => {
    const { around } = platform;
    const answered = around.acks.length;
    around.enter({ clientOrderId: 9200, session });
    around.enter({ kind: CommandKind.logon, clientOrderId: 1, session, heartbeatMs: 300, cancelOnDisconnect: 1 });
    around.enter({ kind: CommandKind.logon, clientOrderId: 2, session, heartbeatMs: 300 });
    around.enter({ clientOrderId: 9201, session });
    await around.until('all are answered', () => around.acks.length === answered + 4);
    const [early, , twice, accepted] = around.acks.slice(answered);
    expect(early).toMatchObject({ kind: AckKind.rejected, reason: Rejection.badSession });
    expect(twice).toMatchObject({ kind: AckKind.rejected, reason: Rejection.badSession });
    const other = (await enter()).body.orderId;
    await becomes(accepted?.orderId as number, { status: 'pendingCancel', reason: 'sessionEnded' });
    expect(await order(other)).toMatchObject({ status: 'pendingNew' });
  });

  test('ends with its process: what it asked for is done by the next', async () => {
    const { around } = platform;
    const answered = around.acks.length;
    around.enter({ kind: CommandKind.logon, clientOrderId: 3, session: 6, cancelOnDisconnect: 1 });
    around.enter({ clientOrderId: 9210, session: 6 });
    around.enter({ kind: CommandKind.logon, clientOrderId: 4, session: 7 });
    around.enter({ clientOrderId: 9211, session: 7 });
    await around.until('all are answered', () => around.acks.length === answered + 4);
    await platform.kill();
    await platform.start();
    await becomes(around.acks[answered + 1]?.orderId as number, { status: 'pendingCancel', reason: 'sessionEnded' });
    await becomes(around.acks[answered + 3]?.orderId as number, { status: 'pendingNew' });
  });
});

test('every change was told, in its order and without a gap', async () => {
  const { updates } = platform.around;
  platform.around.listen();
  const numbers = updates.map(({ sequence }) => sequence);
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  // A fill is told with its execution.
  const fills = updates.filter(({ executionId }) => executionId > 0);
  expect(fills.map(({ executionId }) => executionId)).toEqual(
    platform.around.executions.map(({ sequence }) => sequence),
  );
  expect(fills.map(({ lastQuantity }) => lastQuantity)).toEqual(
    platform.around.executions.map(({ quantity }) => quantity),
  );
});

test('the journal replays to the state that was served', async () => {
  const { body } = await http('GET', 'state');
  await platform.stop();
  const { sequence, stateHash, orders, executions } = body as Record<string, unknown>;
  expect(replayJournal(platform.dataDirectory)).toMatchObject({ sequence, stateHash, orders, executions });
});

test('the journal says why an order is as it is: each record that touched it, before and after', () => {
  const history = (orderId: number) => {
    const touches: Touch[] = [];
    expect(orderHistory(platform.dataDirectory, orderId, (touch) => touches.push(touch))).toBe(true);
    return touches.map(({ events, before, after, by }) => [by.kind, events.join(' '), before?.status, after.status]);
  };
  // The first order of this file is a stop: entered, and let go by a trade.
  expect(history(1).slice(0, 2)).toEqual([
    ['order', 'held', undefined, 'suspended'],
    ['trigger', 'released', 'suspended', 'pendingNew'],
  ]);
  expect(orderHistory(platform.dataDirectory, 999_999, () => undefined)).toBe(false);
});

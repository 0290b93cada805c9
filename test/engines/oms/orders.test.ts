import { AckKind, CommandKind, Rejection, ReportKind } from '@nautilus/core/domain';
import { replayJournal } from '@nautilus/oms/replay';
import { Platform } from './platform';

const order = {
  clientOrderId: 'first',
  account: 'main',
  symbol: 'AAPL',
  side: 'buy',
  quantity: 100,
  type: 'limit',
  limitPrice: 586,
};

let platform: Platform;
beforeAll(async () => {
  platform = new Platform();
  await platform.start();
});
afterAll(() => platform.remove());

describe('over HTTP', () => {
  test('an order is entered once however often it is sent', async () => {
    const first = await platform.oms.request('POST', '/api/v1/orders', order);
    const second = await platform.oms.request('POST', '/api/v1/orders', order);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.body).toMatchObject({ orderId: 1, status: 'pendingNew', quantity: 100, limitPrice: 586 });
    expect(second.body).toEqual(first.body);
    await platform.around.until('the order is sent on', () => platform.around.commands.length > 0);
    expect(platform.around.commands).toHaveLength(1);
    expect(platform.around.commands[0]).toMatchObject({
      sequence: 1,
      orderId: 1,
      quantity: 100,
      limitPrice: 5_860_000,
    });
  });

  test('another order under the same id is a conflict, and journaled', async () => {
    const { status, body } = await platform.oms.request('POST', '/api/v1/orders', { ...order, quantity: 200 });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'NAUT_ORDER_DUPLICATE', value: 'first' });
    const { body: refusals } = await platform.oms.get('/api/v1/rejections');
    expect(refusals).toMatchObject({ rejections: [{ reason: 'duplicateClientOrderId', orderId: 1 }] });
  });

  test.each([
    ['a symbol that is not traded', { symbol: 'MSFT' }, 422, 'NAUT_ORDER_UNKNOWN_INSTRUMENT'],
    ['an account that does not exist', { account: 'nobody' }, 422, 'NAUT_ORDER_UNKNOWN_ACCOUNT'],
    ['no shares', { quantity: 0 }, 422, 'NAUT_ORDER_BAD_QUANTITY'],
    ['half a share', { quantity: 1.5 }, 422, 'NAUT_ORDER_BAD_QUANTITY'],
    ['a price between ticks', { limitPrice: 586.005 }, 422, 'NAUT_ORDER_BAD_PRICE'],
    ['a price of too many decimals', { limitPrice: 586.00001 }, 422, 'NAUT_ORDER_BAD_PRICE'],
    ['a negative price', { limitPrice: -1 }, 422, 'NAUT_ORDER_BAD_PRICE'],
    ['a limit order without a price', { limitPrice: undefined }, 422, 'NAUT_ORDER_BAD_PRICE'],
    ['a market order with a price', { type: 'market' }, 422, 'NAUT_ORDER_BAD_PRICE'],
    [
      'a market order that may not take',
      { type: 'market', limitPrice: undefined, timeInForce: 'postOnly' },
      422,
      'NAUT_ORDER_BAD_TIME_IN_FORCE',
    ],
    [
      'more slices than shares',
      { algorithm: { kind: 'twap', durationSeconds: 60, slices: 101 } },
      422,
      'NAUT_ORDER_BAD_ALGORITHM',
    ],
    [
      'a schedule of more than a day',
      { algorithm: { kind: 'twap', durationSeconds: 86_400.000000001, slices: 1 } },
      422,
      'NAUT_ORDER_BAD_ALGORITHM',
    ],
    [
      'a schedule past every integer',
      { algorithm: { kind: 'twap', durationSeconds: 1e300, slices: 1 } },
      422,
      'NAUT_ORDER_BAD_ALGORITHM',
    ],
    ['an id with blanks', { clientOrderId: 'not an id' }, 422, 'NAUT_ORDER_BAD_CLIENT_ORDER_ID'],
    ['more than the account may order', { quantity: 1_000_001 }, 422, 'NAUT_ORDER_MAX_ORDER_QUANTITY'],
    ['a price far above the market', { limitPrice: 700 }, 422, 'NAUT_ORDER_PRICE_COLLAR'],
  ])('%s is refused, and the refusal is journaled', async (_, change, status, code) => {
    const before = (await platform.oms.get('/api/v1/state')).body as { rejections: number };
    const answer = await platform.oms.request('POST', '/api/v1/orders', {
      ...order,
      clientOrderId: 'refused',
      ...change,
    });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body).toHaveProperty('fix');
    const after = (await platform.oms.get('/api/v1/state')).body as { rejections: number };
    expect(after.rejections).toBe(before.rejections + 1);
  });

  test.each([
    ['a buy above its collar', { side: 'buy', limitPrice: 615.31 }, 'at most 615.3'],
    ['a sell below its collar', { side: 'sell', limitPrice: 556.6 }, 'at least 556.61'],
    ['a price past what a message carries', { limitPrice: 1e10 }, 'a multiple of 0.01 from 0.01 to 214748.36'],
  ])('%s is told the price that would pass', async (_, change, allowed) => {
    const { body } = await platform.oms.request('POST', '/api/v1/orders', {
      ...order,
      clientOrderId: 'far',
      ...change,
    });
    expect(body).toMatchObject({ allowed });
  });

  test('a refused id is free: the corrected order may use it', async () => {
    const { status } = await platform.oms.request('POST', '/api/v1/orders', { ...order, clientOrderId: 'refused' });
    expect(status).toBe(201);
  });

  test('a body of the wrong shape is refused before it is an order', async () => {
    const { status } = await platform.oms.request('POST', '/api/v1/orders', { ...order, side: 'up' });
    expect(status).toBe(400);
  });

  test('an order that is worked, filled, enlarged and filled again has the average price of its fills', async () => {
    const { around, oms } = platform;
    around.startSession();
    around.report({ kind: ReportKind.working, orderId: 1 });
    around.report({ kind: ReportKind.fill, orderId: 1, quantity: 40, price: 5_859_000 });
    await around.until('the fill is an execution', () => around.executions.length === 1);
    const { body } = await oms.request('PUT', '/api/v1/orders/first', { quantity: 140 }).then(async (answer) => {
      await around.until('the replace is sent', () => around.commands.at(-1)?.kind === CommandKind.replace);
      return answer;
    });
    expect(body).toMatchObject({ orderId: 1, status: 'pendingReplace' });
    const replace = around.commands.at(-1);
    expect((replace?.quantity ?? 0) + (replace?.filled ?? 0)).toBe(140);
    around.report({ kind: ReportKind.replaced, orderId: 1, quantity: 100 });
    around.report({ kind: ReportKind.fill, orderId: 1, quantity: 100, price: 5_860_000 });
    await around.until('both fills are executions', () => around.executions.length === 2);
    const filled = await oms.get('/api/v1/orders/1');
    expect(filled.body).toMatchObject({
      status: 'filled',
      quantity: 140,
      filledQuantity: 140,
      averagePrice: 585.97142857, // (40 × 585.9 + 100 × 586) / 140
    });
    expect(await oms.request('DELETE', '/api/v1/orders/1')).toMatchObject({
      status: 409,
      body: { code: 'NAUT_ORDER_NOT_LIVE' },
    });
  });
});

test('the kill switch refuses new orders and cancels what lives, once', async () => {
  const { around, oms } = platform;
  const sent = around.commands.length;
  around.allow({ killSwitch: 1 });
  const refused = await oms.request('POST', '/api/v1/orders', { ...order, clientOrderId: 'killed' });
  expect(refused).toMatchObject({ status: 422, body: { code: 'NAUT_ORDER_KILL_SWITCH' } });
  await around.until('what lives is cancelled', () => around.commands.length > sent);
  expect(around.commands.slice(sent)).toMatchObject([{ kind: CommandKind.cancel, orderId: 2 }]);
  const asked = await oms.request('DELETE', '/api/v1/orders/refused');
  expect(asked).toMatchObject({ status: 200, body: { status: 'pendingCancel', reason: 'killSwitch' } });
  around.allow({});
});

describe('over shared memory', () => {
  test('an entry is answered with its order number, a second one of its id with that number again', async () => {
    const { around } = platform;
    around.enter({ clientOrderId: 77 });
    around.enter({ clientOrderId: 77 });
    around.enter({ clientOrderId: 78, limitPrice: 5_860_001 });
    around.enter({ clientOrderId: -1 });
    await around.until('four answers', () => around.acks.length === 4);
    const [accepted, duplicate, badPrice, badId] = around.acks;
    expect(accepted).toMatchObject({ sequence: 1, kind: AckKind.accepted, clientOrderId: 77 });
    expect(duplicate).toMatchObject({ kind: AckKind.duplicate, orderId: accepted?.orderId });
    expect(badPrice).toMatchObject({ kind: AckKind.rejected, reason: Rejection.badPrice });
    expect(badId).toMatchObject({ sequence: 4, kind: AckKind.rejected, reason: Rejection.badClientOrderId });
  });

  test('a cancel goes by the id of the order', async () => {
    const { around } = platform;
    around.enter({ clientOrderId: 77, kind: CommandKind.cancel });
    around.enter({ clientOrderId: 79, kind: CommandKind.cancel });
    await around.until('two answers', () => around.acks.length === 6);
    expect(around.acks[4]).toMatchObject({ kind: AckKind.accepted });
    expect(around.acks[5]).toMatchObject({ kind: AckKind.rejected, reason: Rejection.unknownOrder });
    await around.until('it is sent on', () => around.commands.at(-1)?.kind === CommandKind.cancel);
  });
});

describe('reports that cannot be true', () => {
  test.each([
    ['of an order that was never entered', { orderId: 999, quantity: 1 }],
    ['past the quantity of its order', { orderId: 2, quantity: 1_000_000 }],
    ['of an order that ended', { orderId: 1, quantity: 1 }],
  ])('a fill %s is refused loudly and moves nothing', async (_, fill) => {
    const state = async () =>
      (await platform.oms.get('/api/v1/state')).body as { refusedReports: number; executions: number };
    const before = await state();
    platform.around.report({ kind: ReportKind.fill, ...fill });
    await platform.around.until(
      'it is refused',
      async () => (await state()).refusedReports === before.refusedReports + 1,
    );
    expect((await state()).executions).toBe(before.executions);
    expect(platform.oms.log.filter(({ msg }) => msg === 'a report was refused').length).toBeGreaterThan(0);
  });
});

test('a schedule begins at the market’s time, however long its instrument has had no quote', async () => {
  const algorithm = { kind: 'twap', durationSeconds: 60, slices: 6 };
  const market = { ...order, clientOrderId: 'scheduled', type: 'market', limitPrice: undefined, algorithm };
  expect(await platform.oms.request('POST', '/api/v1/orders', market)).toMatchObject({
    status: 201,
    body: { algorithm: { ...algorithm, startNs: 34_200e9, endNs: 34_260e9 } },
  });
});

test('the journal replays to the state that was served', async () => {
  const { body } = await platform.oms.get('/api/v1/state');
  await platform.stop();
  const { sequence, stateHash, orders, executions } = body as Record<string, unknown>;
  expect(replayJournal(platform.dataDirectory)).toMatchObject({ sequence, stateHash, orders, executions });
});

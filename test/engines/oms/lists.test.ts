import { ReportKind } from '@nautilus/core/domain';
import { Platform } from './platform';

const order = { account: 'main', symbol: 'AAPL', side: 'buy', quantity: 10, type: 'limit', limitPrice: 586 };

interface Listed {
  readonly orders: readonly { readonly orderId: number; readonly status: string }[];
  readonly executions: readonly { readonly executionId: number }[];
  readonly total: number;
  readonly next: number | null;
}

let platform: Platform;
const list = async (route: string) => (await platform.oms.get(`/api/v1/${route}`)).body as Listed;
const enter = (clientOrderId: string) => platform.oms.request('POST', '/api/v1/orders', { ...order, clientOrderId });

beforeAll(async () => {
  platform = new Platform();
  await platform.start();
  const { around } = platform;
  around.startSession();
  for (const id of ['a', 'b', 'c', 'd', '2']) await enter(id);
  for (const orderId of [1, 2, 3]) around.report({ kind: ReportKind.working, orderId });
  for (const orderId of [1, 1, 1, 2]) around.report({ kind: ReportKind.fill, orderId, quantity: 2, price: 5_860_000 });
  await around.until('all is filled', async () => (await list('executions')).total === 4);
});
afterAll(() => platform.remove());

test('pages of orders follow each other to the last, whatever comes meanwhile', async () => {
  const first = await list('orders?limit=2');
  await enter('later');
  const second = await list(`orders?limit=2&before=${first.next}`);
  const third = await list(`orders?limit=2&before=${second.next}`);
  const numbers = [first, second, third].map(({ orders }) => orders.map(({ orderId }) => orderId));
  expect(numbers).toEqual([[5, 4], [3, 2], [1]]);
  expect([first.total, third.total, third.next]).toEqual([5, 6, null]);
});

test('a filter counts and pages what matches alone', async () => {
  const partly = await list('orders?status=partiallyFilled&account=main&limit=1');
  expect(partly).toMatchObject({ orders: [{ orderId: 2, status: 'partiallyFilled' }], total: 2, next: 2 });
  expect(await list('orders?status=partiallyFilled&before=2')).toMatchObject({ orders: [{ orderId: 1 }], next: null });
  const fills = await list('executions?orderId=1&limit=2');
  expect(fills).toMatchObject({ executions: [{ executionId: 3 }, { executionId: 2 }], total: 3, next: 2 });
});

test.each([
  ['orders?status=open', 400, 'NAUT_REQUEST_INVALID'],
  ['orders?acount=main', 400, 'NAUT_REQUEST_INVALID'],
  ['orders?account=nobody', 404, 'NAUT_ORDER_UNKNOWN_ACCOUNT'],
  ['orders/1?account=nobody', 404, 'NAUT_ORDER_UNKNOWN_ACCOUNT'],
  ['rejections?limit=1025', 400, 'NAUT_REQUEST_INVALID'],
])('GET %s is refused: a filter that cannot be meant is not an empty list', async (route, status, code) => {
  expect(await platform.oms.get(`/api/v1/${route}`)).toMatchObject({ status, body: { code } });
});

test('a client order id of digits hides no order of that number', async () => {
  expect(await platform.oms.get('/api/v1/orders/2')).toMatchObject({
    status: 409,
    body: { code: 'NAUT_ORDER_AMBIGUOUS' },
  });
  expect(await platform.oms.get('/api/v1/orders/2?by=orderId')).toMatchObject({
    body: { orderId: 2, clientOrderId: 'b' },
  });
  for (const which of ['by=clientOrderId', 'account=main'])
    expect(await platform.oms.get(`/api/v1/orders/2?${which}`)).toMatchObject({
      body: { orderId: 5, clientOrderId: '2' },
    });
  expect(await platform.oms.request('DELETE', '/api/v1/orders/2?by=orderId')).toMatchObject({
    body: { orderId: 2, status: 'pendingCancel' },
  });
});

test('a replace that names nothing is refused, and sends nothing', async () => {
  const sent = platform.around.commands.length;
  expect(await platform.oms.request('PUT', '/api/v1/orders/c', {})).toMatchObject({
    status: 400,
    body: { message: 'body: name a quantity, a limitPrice or a stopPrice' },
  });
  expect(await platform.oms.get('/api/v1/orders/c')).toMatchObject({ body: { status: 'new' } });
  expect(platform.around.commands).toHaveLength(sent);
});

test('a refusal of what named no account and no symbol names none', async () => {
  await platform.oms.request('DELETE', '/api/v1/orders/nowhere');
  const { body } = await platform.oms.get('/api/v1/rejections?limit=1');
  const [refusal] = (body as { rejections: object[] }).rejections;
  expect(refusal).toMatchObject({ clientOrderId: 'nowhere', reason: 'unknownOrder' });
  expect(refusal).not.toHaveProperty('account');
  expect(refusal).not.toHaveProperty('symbol');
});

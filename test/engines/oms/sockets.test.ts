import http from 'node:http';
import { ReportKind } from '@nautilus/core/domain';
import { replayJournal } from '@nautilus/oms/replay';
import { WebSocket } from 'ws';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';
import { clientProcess, SocketClient, urlOf } from './socket-client';

/** Orders over a WebSocket: with a real process, and clients that vanish, fall silent, or do not read. */
let platform: Platform;
const port = () => platform.oms.configuration.port;
const connect = (headers: Record<string, string> = {}) => SocketClient.connect(urlOf(port()), { headers });
const order = { account: 'main', symbol: 'AAPL', side: 'buy', quantity: 10, type: 'limit', limitPrice: 585.9 };
let id = 0;
const anOrder = (change: object = {}) => ({ ...order, clientOrderId: `order-${++id}`, ...change });
const status = async (orderId: unknown) => (await platform.oms.get(`/api/v1/orders/${orderId}?by=orderId`)).body;
const named = async (clientOrderId: unknown) =>
  (await platform.oms.get(`/api/v1/orders/${clientOrderId}`)).body as {
    orderId: number;
    status: string;
    session: number;
  };
const logon = { accounts: ['main'], cancelOnDisconnect: true };

jest.setTimeout(120_000);
beforeAll(async () => {
  platform = new Platform();
  await platform.start();
  platform.around.startSession();
});
afterAll(() => platform.remove());

describe('requests', () => {
  test('an order is entered, changed, suspended and cancelled as over HTTP, with the same answers', async () => {
    const client = await connect();
    const entered = anOrder();
    const placed = await client.ask('place', { order: entered });
    expect(placed).toMatchObject({ status: 201, body: { clientOrderId: entered.clientOrderId, status: 'pendingNew' } });
    const { orderId } = placed.body;
    expect(await client.ask('place', { order: entered })).toMatchObject({ status: 200, body: { orderId } });
    expect(await platform.oms.request('POST', '/api/v1/orders', entered)).toMatchObject({ status: 200 });
    platform.around.report({ kind: ReportKind.working, orderId: orderId as number });
    const replaced = await client.ask('replace', { order: entered.clientOrderId, change: { quantity: 8 } });
    expect(replaced).toMatchObject({ status: 200, body: { status: expect.stringMatching(/pending(Replace|New)/) } });
    platform.around.report({ kind: ReportKind.replaced, orderId: orderId as number, quantity: 8 });
    await platform.around.until('it is replaced', async () => {
      const { quantity } = (await status(orderId)) as { quantity: number };
      return quantity === 8;
    });
    const cancelled = await client.ask('cancel', { order: String(orderId), which: { by: 'orderId' } });
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'pendingCancel' } });
    const unknown = { order: 'nowhere' };
    expect(await client.ask('cancel', unknown)).toEqual(
      await platform.oms.request('DELETE', '/api/v1/orders/nowhere').then(({ status, body }) => ({
        id: expect.any(Number),
        status,
        body,
      })),
    );
    client.socket.close();
  });

  test('refusals are those of HTTP', async () => {
    const client = await connect();
    for (const change of [{ quantity: 0 }, { limitPrice: 585.905 }, { symbol: 'NONE' }, { account: 'nobody' }]) {
      const entered = anOrder(change);
      const { status, body } = await client.ask('place', { order: entered });
      expect({ status, body }).toEqual(await platform.oms.request('POST', '/api/v1/orders', entered));
    }
    client.socket.close();
  });

  test.each([
    ['an operation that is not there', { op: 'sell' }],
    ['a field too many', { op: 'cancel', order: '1', why: 'so' }],
    ['a body of another shape', { op: 'place', order: { ...order, clientOrderId: 5 } }],
    ['no object', 7],
    ['a cancel of nothing in particular', { op: 'cancelAll' }],
  ])('%s is refused, and the connection stays', async (_, request) => {
    const client = await connect();
    client.socket.send(JSON.stringify(request));
    await platform.around.until('it is answered', () => client.unasked.length === 1);
    expect(client.unasked).toMatchObject([{ status: 400, body: { code: 'NAUT_REQUEST_INVALID' } }]);
    expect(await client.ask('place', { order: anOrder() })).toMatchObject({ status: 201 });
    client.socket.close();
  });

  test('what is no JSON is answered; again and again it ends the connection', async () => {
    const client = await connect();
    client.socket.send('{ "op": ');
    client.socket.send(Buffer.from([1, 2, 3]));
    await platform.around.until('both are answered', () => client.unasked.length === 2);
    expect(client.unasked).toMatchObject([{ status: 400 }, { status: 400, body: { code: 'NAUT_JSON_MALFORMED' } }]);
    expect(await client.ask('place', { order: anOrder() })).toMatchObject({ status: 201 });
    for (let i = 0; i < 16; i++) client.socket.send('no');
    expect(await client.closed).toBe(4400);
  });

  test('a message past the limit ends its connection and no other', async () => {
    const [large, other] = [await connect(), await connect()];
    large.socket.send(JSON.stringify({ op: 'place', order: 'x'.repeat(300_000) }));
    expect(await large.closed).toBe(1009);
    expect(await other.ask('place', { order: anOrder() })).toMatchObject({ status: 201 });
    other.socket.close();
  });

  test('who may only read enters nothing', async () => {
    const client = await connect({ 'x-nautilus-access': 'read' });
    for (const [op, rest] of [
      ['place', { order: anOrder() }],
      ['cancelAll', { scope: { all: 'true' } }],
      ['logon', logon],
    ] as const)
      expect(await client.ask(op, rest)).toMatchObject({ status: 403, body: { code: 'NAUT_ORDER_READ_ONLY' } });
    expect(await client.ask('subscribe', { channel: 'orders' })).toMatchObject({ status: 200 });
    client.socket.close();
  });

  test('without a handshake, or elsewhere, there is no WebSocket', async () => {
    expect(await platform.oms.get('/api/v1/ws')).toMatchObject({
      status: 426,
      body: { code: 'NAUT_UPGRADE_REQUIRED' },
    });
    const elsewhere = new WebSocket(urlOf(port()).replace('/ws', '/orders'));
    const error = await new Promise<Error>((resolve) => elsewhere.once('error', resolve));
    expect(error.message).toContain('404');
  });
});

test('a request that offers HTTP/2, as Java’s client does, is answered like any other', async () => {
  const entered = anOrder();
  const ask = (method: string, path: string, body?: string) =>
    new Promise<{ status: number; body: object }>((resolve, reject) => {
      const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
      const request = http.request({ port: port(), method, path, headers: { ...headers, ...typeOf(body) } });
      request.once('error', reject);
      request.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as object }));
      });
      // The body comes after the headers, in two parts.
      request.flushHeaders();
      setTimeout(() => {
        if (body !== undefined) request.write(body.slice(0, 20));
        setTimeout(() => request.end(body?.slice(20)), 20);
      }, 20);
    });
  const typeOf = (body?: string) =>
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) };
  const { clientOrderId } = entered;
  expect(await ask('POST', '/api/v1/orders', JSON.stringify(entered))).toMatchObject({
    status: 201,
    body: { clientOrderId },
  });
  expect(await ask('GET', `/api/v1/orders/${clientOrderId}`)).toMatchObject({ status: 200, body: { quantity: 10 } });
  await platform.oms.request('DELETE', `/api/v1/orders/${clientOrderId}`);
});

describe('a session', () => {
  test('of a client that is killed leaves no order open, and others alone', async () => {
    const other = await connect();
    const kept = (await other.ask('place', { order: anOrder() })).body.orderId;
    const [single, ...listed] = [anOrder(), anOrder(), anOrder({ side: 'sell', limitPrice: 590 })];
    const child = await clientProcess(port(), [
      { op: 'logon', ...logon },
      { op: 'place', order: single },
      { op: 'placeList', list: { contingency: 'oco', orders: listed } },
    ]);
    const orders = await Promise.all([single, ...listed].map(async (one) => named(one?.clientOrderId)));
    expect(orders.map(({ status, session }) => [status, Math.sign(session)])).toEqual([
      ['pendingNew', -1],
      ['pendingNew', -1],
      ['pendingNew', -1],
    ]);
    child.kill('SIGKILL');
    for (const { orderId } of orders)
      await platform.around.until(`order ${orderId} is cancelled`, async () => {
        const now = (await status(orderId)) as { status: string; reason?: string };
        return now.status === 'pendingCancel' && now.reason === 'sessionEnded';
      });
    expect(await status(kept)).toMatchObject({ status: 'pendingNew' });
    other.socket.close();
  });
  test('of a client that is stopped ends with its heartbeat', async () => {
    const entered = anOrder();
    const child = await clientProcess(port(), [
      { op: 'logon', ...logon, heartbeatMs: 500 },
      { op: 'place', order: entered },
    ]);
    child.kill('SIGSTOP');
    await platform.around.until('it is cancelled', async () => {
      const now = await named(entered.clientOrderId);
      return now.status === 'pendingCancel';
    });
    child.kill('SIGKILL');
    const { body } = await platform.oms.get('/metrics');
    expect(body).toMatch(/nautilus_socket_drops_total\{.*why="silent".*\} [1-9]/);
  });

  test('that is logged off, or wanted no cancel, leaves what it should', async () => {
    const client = await connect();
    expect(await client.ask('logoff')).toMatchObject({ status: 200 });
    expect(await client.ask('subscribe', { channel: 'orders', session: 'own' })).toMatchObject({ status: 409 });
    const first = (await client.ask('logon', { accounts: ['main'] })).body.session as number;
    expect(await client.ask('logon', logon)).toMatchObject({ status: 409, body: { code: 'NAUT_ORDER_SESSION_OPEN' } });
    const stays = (await client.ask('place', { order: anOrder() })).body.orderId;
    await client.ask('logoff');
    expect((await client.ask('logon', logon)).body.session).toBe(first - 1);
    const goes = (await client.ask('place', { order: anOrder() })).body.orderId;
    await client.ask('cancelAll', { session: 'own' });
    expect([await status(stays), await status(goes)]).toMatchObject([
      { status: 'pendingNew' },
      { status: 'pendingCancel', reason: 'bulkCancel' },
    ]);
    expect(await client.ask('logon', { accounts: ['nobody'] })).toMatchObject({ status: 409 });
    client.socket.close();
  });
});

describe('subscriptions', () => {
  test('the state first, then every change of it in order, for many clients at once', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => connect()));
    const [first] = clients as [SocketClient];
    for (let i = 0; i < 300; i++) void first.ask('place', { order: anOrder() });
    const answers = await Promise.all(clients.map((client) => client.ask('subscribe', { channel: 'orders' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const desk = new ExecutionDesk(platform.around);
    desk.restart();
    const settled = async () => {
      desk.trade(50);
      const { body } = await platform.oms.get('/api/v1/orders?limit=1&status=pendingCancel');
      return desk.open === 0 && (body as { total: number }).total === 0;
    };
    await platform.around.until('all is filled', settled, desk.obey);
    await platform.around.until('all are told', () => clients.every(({ live }) => live.size === liveNow()));
    const sequences = (client: SocketClient) => client.of('change').map(({ change }) => change.sequence);
    const { updates } = platform.around;
    const last = updates.at(-1)?.sequence as number;
    for (const client of clients) {
      const told = sequences(client);
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(new Set(told).size).toBe(told.length);
      expect(told.at(-1)).toBe(last);
      expect(client.of('gap')).toEqual([]);
    }
    for (const client of clients) client.socket.close();
  });
  /** Orders that are still live, as the drop copy says. */
  const liveNow = () => {
    platform.around.listen();
    const ended = [6, 7, 8, 9];
    const last = new Map(platform.around.updates.map(({ orderId, status }) => [orderId, status]));
    return [...last.values()].filter((state) => !ended.includes(state)).length;
  };

  test('executions after a number come all and once, also over a kill of the order system', async () => {
    const { around } = platform;
    const before = around.executions.length;
    const client = await connect();
    expect(await client.ask('subscribe', { channel: 'executions', after: 0 })).toMatchObject({ body: { after: 0 } });
    await around.until('all are told', () => client.of('execution').length === before);
    const orders = await connect();
    await orders.ask('subscribe', { channel: 'orders' });
    const desk = new ExecutionDesk(around);
    for (let i = 0; i < 100; i++) void orders.ask('place', { order: anOrder() });
    await around.until('some are there', () => desk.open > 50, desk.obey);
    desk.trade(30);
    await platform.kill();
    expect([await client.closed, await orders.closed]).toEqual([1006, 1006]);
    desk.trade(30);
    await platform.start();

    const numbers = client.of('execution').map(({ execution }) => execution.executionId);
    const again = await connect();
    await again.ask('subscribe', { channel: 'executions', after: numbers.at(-1) });
    await again.ask('subscribe', { channel: 'orders' });
    await around.until(
      'all is filled',
      async () => {
        desk.trade(50);
        return desk.open === 0;
      },
      desk.obey,
    );
    await around.until('all are told', () => {
      const known = numbers.length + again.of('execution').length;
      return known === around.executions.length && again.live.size === liveNow();
    });
    const all = [...numbers, ...again.of('execution').map(({ execution }) => execution.executionId)];
    expect(all).toEqual(Array.from(all, (_, i) => i + 1));
    again.socket.close();
  });

  test('a client that does not read is dropped, and the others are told on', async () => {
    const [slow, reader] = [await connect(), await connect()];
    for (const client of [slow, reader]) await client.ask('subscribe', { channel: 'orders' });
    slow.socket.pause();
    const dropped = async () => /why="slow"[^\n]* [1-9]/.test((await platform.oms.get('/metrics')).body as string);
    while (!(await dropped())) {
      await Promise.all(Array.from({ length: 200 }, () => reader.ask('place', { order: anOrder() })));
      await reader.ask('cancelAll', { scope: { all: 'true' } });
      platform.around.listen();
    }
    const { length } = reader.of('change');
    await reader.ask('place', { order: anOrder() });
    await platform.around.until('the other is told', () => reader.of('change').length > length);
    slow.socket.resume();
    expect([1006, 4429]).toContain(await slow.closed);
    reader.socket.close();
  });
});

test('an orderly stop tells clients to go, and the journal replays to the state that was served', async () => {
  const client = await connect();
  await client.ask('logon', logon);
  await client.ask('place', { order: anOrder() });
  const { body } = await platform.oms.get('/api/v1/state');
  await platform.stop();
  expect(await client.closed).toBe(1001);
  const { sequence, stateHash } = body as Record<string, unknown>;
  expect(replayJournal(platform.dataDirectory)).toMatchObject({ sequence, stateHash });
});

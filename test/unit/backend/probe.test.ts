import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { probe as ask, ServiceReport } from '../../../engines/backend/probe';

/** Long enough for a machine that has other work. */
const probe = (service: Parameters<typeof ask>[0]) => ask(service, 30_000);

const servers: (http.Server | net.Server)[] = [];

async function addressOf(server: http.Server | net.Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Something that answers each path with a status and a JSON value, and others not at all. */
const answering = (answers: Record<string, [number, unknown]>) =>
  addressOf(
    http.createServer((request, response) => {
      const answer = answers[request.url!];
      if (!answer) return;
      response.writeHead(answer[0], { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer[1]));
    }),
  );

afterAll(() => {
  for (const server of servers) {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  }
});

const status = { version: '1.2.3', uptimeSeconds: 7, residentBytes: 4096 };
const engine = (address: string) => ({ name: 'oms', ask: 'engine' as const, address });

test('an engine is what it says it is', async () => {
  const address = await answering({ '/ready': [200, { ready: true }], '/m4-max/status': [200, status] });
  const report = await probe(engine(address));
  expect(ServiceReport.parse(report)).toEqual({
    name: 'oms',
    state: 'ready',
    reason: null,
    latencyMs: expect.any(Number),
    ...status,
    domain: true,
  });
});

test('one that is not ready gives its reason', async () => {
  const address = await answering({
    '/ready': [503, { ready: false, reason: 'no limits yet' }],
    '/m4-max/status': [200, status],
  });
  expect(await probe(engine(address))).toMatchObject({ state: 'not ready', reason: 'no limits yet' });
});

test('one without domain work says so', async () => {
  const own = { domain: null, reason: 'not written yet' };
  const address = await answering({
    '/ready': [200, { ready: true }],
    '/m4-max/status': [200, { ...status, engine: own }],
  });
  expect(await probe(engine(address))).toMatchObject({ state: 'ready', reason: 'not written yet', domain: false });
});

test('what it does not say stays unknown', async () => {
  const address = await answering({ '/ready': [200, { ready: true }], '/m4-max/status': [500, { code: 'NAUT_X' }] });
  expect(await probe(engine(address))).toMatchObject({
    state: 'ready',
    version: null,
    uptimeSeconds: null,
    residentBytes: null,
    domain: null,
  });
});

test('who does not answer in time is unreachable, not healthy', async () => {
  const report = await ask(engine(await answering({})), 50);
  expect(report).toMatchObject({ state: 'unreachable', latencyMs: null, reason: 'no answer within 50 ms' });
});

test('who is not there is unreachable, with the reason of the operating system', async () => {
  const server = net.createServer();
  const address = await addressOf(server);
  await new Promise((resolve) => server.close(resolve));
  for (const how of ['engine', 'connection'] as const)
    expect(await probe({ name: 'oms', ask: how, address })).toMatchObject({
      state: 'unreachable',
      reason: 'ECONNREFUSED',
    });
});

test('something else on an engine’s port is not taken for it', async () => {
  const address = await answering({ '/ready': [200, 'welcome'] });
  expect(await probe(engine(address))).toMatchObject({
    state: 'unreachable',
    reason: 'what answers there is no engine',
  });
});

test('of a server that is no engine only its connection is known', async () => {
  const address = await addressOf(net.createServer((socket) => socket.on('error', () => undefined)));
  expect(await probe({ name: 'postgres', ask: 'connection', address })).toEqual({
    name: 'postgres',
    state: 'listening',
    reason: null,
    latencyMs: expect.any(Number),
    version: null,
    uptimeSeconds: null,
    residentBytes: null,
    domain: null,
  });
});

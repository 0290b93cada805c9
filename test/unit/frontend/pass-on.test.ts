import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiRoute } from '../../../engines/frontend/config';
import { passOn, targetOf } from '../../../engines/frontend/pass-on';

const routes: ApiRoute[] = [
  { match: 'prefix', path: '/api/v1/oms/', target: 'http://oms/api/v1/' },
  { match: 'exact', path: '/api/v1/oms/ready', target: 'http://oms/ready' },
  { match: 'prefix', path: '/api/v1/risk', target: 'http://risk/api/v1/risk' },
  { match: 'prefix', path: '/api/v1/risk/', target: 'http://risk/own/' },
];

test.each([
  ['/api/v1/oms/orders/5', 'http://oms/api/v1/orders/5'],
  ['/api/v1/oms/ready', 'http://oms/ready'],
  ['/api/v1/oms/readyness', 'http://oms/api/v1/readyness'],
  ['/api/v1/risk/limits', 'http://risk/own/limits'],
  ['/api/v1/risk', 'http://risk/api/v1/risk'],
  ['/api/v1/nothing', undefined],
])('%s leads to %s', (path, target) => {
  expect(targetOf(routes, path)).toBe(target);
});

test('the order in which routes stand does not matter', () => {
  for (const path of ['/api/v1/oms/ready', '/api/v1/risk/limits'])
    expect(targetOf([...routes].reverse(), path)).toBe(targetOf(routes, path));
});

describe('a call that is passed on', () => {
  const seen: { method?: string; url?: string; body: string; type?: string }[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, body, type: request.headers['content-type'] });
      response.writeHead(request.url === '/none' ? 404 : 201, { 'content-type': 'application/json' });
      response.end('{"code":"NAUT_THERE"}');
    });
  });
  let engine: ApiRoute[];

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    engine = [{ match: 'prefix', path: '/', target }];
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('arrives with method, query and body, and its answer comes back with its status', async () => {
    const query = { limit: '5', tag: ['a b', 'c'] };
    const answer = await passOn(engine, { method: 'POST', path: '/orders', query, body: { quantity: 1 } });
    expect(answer).toEqual({ status: 201, body: { code: 'NAUT_THERE' } });
    expect(seen.at(-1)).toEqual({
      method: 'POST',
      url: '/orders?limit=5&tag=a+b&tag=c',
      body: '{"quantity":1}',
      type: 'application/json',
    });
  });

  test('a refusal comes back as it is', async () => {
    expect((await passOn(engine, { method: 'GET', path: '/none', query: {} })).status).toBe(404);
  });

  test('an engine that is gone is a bad gateway', async () => {
    const closed = http.createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const gone: ApiRoute[] = [{ match: 'prefix', path: '/', target: `http://127.0.0.1:${port}/` }];
    await expect(passOn(gone, { method: 'GET', path: '/orders', query: {} })).rejects.toMatchObject({
      code: 'NAUT_ENGINE_UNREACHABLE',
      status: 502,
    });
  });

  test('what nobody serves is not passed to anybody', async () => {
    await expect(passOn([], { method: 'GET', path: '/api/v1/orders', query: {} })).rejects.toMatchObject({
      code: 'NAUT_ROUTE_UNKNOWN',
      status: 404,
      fix: expect.stringContaining('gateway'),
    });
  });
});

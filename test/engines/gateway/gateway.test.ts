import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import { loadProfile, profileNames, type ServiceName } from '@nautilus/config';
import { gatewayInput, tuneNginx } from '@nautilus/constructs';
import { eventually } from '../../support/eventually';
import { check, missing, prepare, RunningGateway, writeCertificate, writeUsers } from './gateway';

if (missing) process.stderr.write(`the gateway cannot be tried here: ${missing}\n`);
const here = missing ? describe.skip : describe;

/** Tells back what reached it, whichever service it stands for. */
class Echo {
  readonly sockets = new Set<Socket>();
  hold = false;
  readonly held: (() => void)[] = [];
  readonly server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const { method, url, headers } = request;
      const answer = () => {
        response.writeHead(200, { 'content-type': 'application/json', 'x-frame-options': 'SAMEORIGIN' });
        response.end(JSON.stringify({ method, url, headers, length: Buffer.concat(parts).length }));
      };
      if (this.hold) this.held.push(answer);
      else answer();
    });
  });

  /** Answers everything that it held back. */
  release(): void {
    this.hold = false;
    for (const answer of this.held.splice(0)) answer();
  }

  async listen(port = 0): Promise<number> {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.on('data', (data: Buffer) => socket.write(data.toString().toUpperCase()));
      socket.on('error', () => undefined);
    });
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }
}

here('the configuration of every profile', () => {
  let folder: string;
  beforeAll(() => {
    folder = prepare();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(profileNames())('of %s is one that nginx accepts', (name) => {
    expect(check(loadProfile(name), folder)).toBe('');
  });
});

here('the gateway', () => {
  const profile = loadProfile('ci');
  const echo = new Echo();
  const gone = new Echo();
  let gateway: RunningGateway;
  let gonePort: number;

  beforeAll(async () => {
    const [port, free] = [await echo.listen(), await gone.listen()];
    await gone.close();
    gonePort = free;
    gateway = await RunningGateway.start(
      profile,
      (service: ServiceName) => `127.0.0.1:${service === 'pms' ? gonePort : port}`,
    );
  }, 30_000);
  afterAll(async () => {
    await gateway?.stop();
    await echo.close();
    await gone.close();
  });

  test('lets nobody in without a password, and asks a browser for one', async () => {
    const answer = await gateway.ask('/api/v1/orders');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="Nautilus"');
    expect(answer.json.code).toBe('NAUT_GATEWAY_UNAUTHENTICATED');
    expect(answer.headers['content-type']).toContain('application/json');
  });

  test.each([
    ['viewer', 'wrong', 'GET'],
    ['trader', 'wrong', 'POST'],
    ['trader', '', 'DELETE'],
    ['TRADER', 'may-trade', 'POST'],
    ['nobody', 'may-trade', 'GET'],
  ])('%s with the password "%s" does not get in by %s', async (user, password, method) => {
    const { status } = await gateway.ask('/api/v1/orders', { user, password, method });
    expect([401, 403]).toContain(status);
  });

  test.each(['GET', 'HEAD'])('a viewer may %s', async (method) => {
    expect((await gateway.ask('/api/v1/orders', { user: 'viewer', method })).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('a viewer may not %s', async (method) => {
    const answer = await gateway.ask('/api/v1/orders', { user: 'viewer', method });
    expect([answer.status, answer.json.code]).toEqual([403, 'NAUT_GATEWAY_FORBIDDEN']);
  });

  test.each(['GET', 'POST', 'PUT', 'DELETE'])('a trader may %s', async (method) => {
    const answer = await gateway.ask('/api/v1/orders', { user: 'trader', method });
    expect([answer.status, answer.json.method]).toEqual([200, method]);
  });

  test('a page of another site cannot trade with the password that the browser keeps', async () => {
    const order = { user: 'trader', method: 'POST', body: '{}' };
    const own = `https://127.0.0.1:${gateway.ports.tls}`;
    expect((await gateway.ask('/api/v1/orders', { ...order, headers: { origin: own } })).status).toBe(200);
    for (const origin of [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${gateway.ports.tls}`,
      `${own}.evil.example`,
    ])
      expect((await gateway.ask('/api/v1/orders', { ...order, headers: { origin } })).status).toBe(403);
  });

  test('a service learns who asks, and never the password', async () => {
    const { json } = await gateway.ask('/api/v1/orders', {
      user: 'trader',
      headers: { 'x-nautilus-user': 'somebody-else', 'x-forwarded-for': '1.2.3.4' },
    });
    const headers = json.headers as Record<string, string>;
    expect(headers.authorization).toBeUndefined();
    expect(headers['x-nautilus-user']).toBe('trader');
    expect(headers['x-forwarded-for']).toBe('127.0.0.1');
  });

  test.each([
    ['/api/v1/orders/5?by=orderId', '/api/v1/orders/5?by=orderId'],
    ['/api/v1/oms/orders/5', '/api/v1/orders/5'],
    ['/api/v1/risk/limits/main', '/api/v1/risk/limits/main'],
    ['/api/v1/risk/latency', '/api/v1/latency'],
    ['/api/v1/oms/m4-max/status', '/m4-max/status'],
    ['/api/v1/marketdata/snapshot/AAPL', '/api/v1/marketdata/snapshot/AAPL'],
    ['/api/v1/platform/services', '/api/v1/platform/services'],
    ['/m4-max/status', '/m4-max/status'],
    ['/page.js', '/page.js'],
  ])('%s arrives as %s', async (asked, arrived) => {
    expect((await gateway.ask(asked, { user: 'viewer' })).json.url).toBe(arrived);
  });

  test.each([
    '/metrics',
    '/api/v1/oms/../../../metrics',
    '/api/v1/orders/..%2f..%2f..%2fmetrics',
    '//metrics',
    '/%6detrics',
    '/api/v1/nonsense',
    '/api/',
  ])('%s leads nowhere', async (where) => {
    const answer = await gateway.ask(where, { user: 'trader' });
    expect([answer.status, answer.json.code]).toEqual([404, 'NAUT_GATEWAY_ROUTE_UNKNOWN']);
  });

  test('a service that is gone is told as such, by name of the fault, and is found again when it is back', async () => {
    const answer = await gateway.ask('/api/v1/positions', { user: 'viewer' });
    expect([answer.status, answer.json.code]).toEqual([502, 'NAUT_GATEWAY_SERVICE_UNREACHABLE']);
    const back = new Echo();
    await back.listen(gonePort);
    expect((await gateway.ask('/api/v1/positions', { user: 'viewer' })).status).toBe(200);
    await back.close();
  });

  test('a body past the limit is refused, one of almost the limit arrives whole', async () => {
    const limit = profile.gateway.bodySize.bytes;
    const send = (length: number) =>
      gateway.ask('/api/v1/orders', { user: 'trader', method: 'POST', body: 'x'.repeat(length) });
    expect((await send(limit - 1)).json.length).toBe(limit - 1);
    const refused = await send(limit + 1);
    expect([refused.status, refused.json.code]).toEqual([413, 'NAUT_GATEWAY_BODY_TOO_LARGE']);
  });

  test('an address past the limit is refused', async () => {
    const answer = await gateway.ask(`/${'x'.repeat(9000)}`, { user: 'viewer' });
    expect([answer.status, answer.json.code]).toEqual([414, 'NAUT_GATEWAY_URL_TOO_LONG']);
  });

  test('plain HTTP only says where to go', async () => {
    const get = (where: string) =>
      fetch(`http://127.0.0.1:${gateway.ports.plain}${where}`, { redirect: 'manual', headers: { authorization: 'x' } });
    const answer = await get('/api/v1/orders?limit=1');
    expect(answer.status).toBe(301);
    expect(answer.headers.get('location')).toBe(`https://127.0.0.1:${gateway.ports.tls}/api/v1/orders?limit=1`);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('plain HTTP on the port of TLS gets an answer that says so', async () => {
    const answer = await fetch(`http://127.0.0.1:${gateway.ports.tls}/`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'NAUT_GATEWAY_BAD_REQUEST' });
  });

  const handshake = (options: tls.ConnectionOptions) =>
    new Promise<string>((resolve) => {
      const socket = tls.connect({
        host: '127.0.0.1',
        port: gateway.ports.tls,
        rejectUnauthorized: false,
        // Old versions and ciphers are off in OpenSSL, too: the refusal has to be the server's.
        ciphers: 'ALL:@SECLEVEL=0',
        ...options,
      });
      socket.once('secureConnect', () => {
        resolve(socket.getProtocol() ?? 'none');
        socket.destroy();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });

  test('TLS 1.3 and 1.2 are spoken, older versions are not', async () => {
    const only = (version: tls.SecureVersion) => handshake({ minVersion: version, maxVersion: version });
    expect(await only('TLSv1.3')).toBe('TLSv1.3');
    expect(await only('TLSv1.2')).toBe('TLSv1.2');
    expect(await only('TLSv1.1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect(await only('TLSv1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  test('TLS 1.2 without forward secrecy is refused', async () => {
    expect(await handshake({ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' })).toMatch(/HANDSHAKE_FAILURE/);
  });

  test('every answer has the security headers once, its own refusals too, and no version', async () => {
    for (const answer of [await gateway.ask('/', { user: 'viewer' }), await gateway.ask('/')]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        server: 'nginx',
      });
      // 127.0.0.1 is everybody's: a browser that remembered it would refuse all other programs there.
      expect(answer.headers['strict-transport-security']).toBeUndefined();
    }
    const named = await gateway.ask('/healthz', { headers: { host: 'trading.example' } });
    expect(named.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test('a WebSocket goes through in both directions, not for a page of another site', async () => {
    const open = (headers: string) =>
      new Promise<string>((resolve) => {
        const socket = tls.connect({ host: '127.0.0.1', port: gateway.ports.tls, rejectUnauthorized: false }, () =>
          socket.write(
            `GET /ws/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${headers}\r\n`,
          ),
        );
        let text = '';
        socket.on('data', (data) => {
          text += data.toString();
          if (text.endsWith('\r\n\r\n') && text.includes(' 101 ')) socket.write('hello');
          if (text.endsWith('HELLO') || /^HTTP\/1.1 [45]/.test(text)) {
            socket.destroy();
            resolve(text);
          }
        });
      });
    const credentials = `Authorization: Basic ${Buffer.from('viewer:look-only').toString('base64')}\r\n`;
    expect(await open(credentials)).toMatch(/HELLO$/);
    expect(await open('')).toMatch(/^HTTP\/1.1 401/);
    expect(await open(`${credentials}Origin: https://evil.example\r\n`)).toMatch(/^HTTP\/1.1 403/);
  });

  test('Grafana decides itself who may enter, and never sees a password of the gateway', async () => {
    const asked = await gateway.ask('/grafana/api/user', { user: 'viewer', method: 'POST' });
    expect(asked.json).toMatchObject({ method: 'POST', url: '/grafana/api/user' });
    expect((asked.json.headers as Record<string, string>).authorization).toBeUndefined();
    const token = await gateway.ask('/grafana/api/user', { headers: { authorization: 'Bearer token' } });
    expect((token.json.headers as Record<string, string>).authorization).toBe('Bearer token');
  });

  test('its own measurements are Prometheus text', async () => {
    const text = await (await fetch(`http://127.0.0.1:${gateway.ports.metrics}/metrics`)).text();
    expect(text).toMatch(/^nautilus_gateway_connections\{state="active"\} \d+$/m);
    expect(text).toMatch(/^# TYPE nautilus_gateway_connections gauge$/m);
  });

  test('its log has a JSON line a request, without queries, passwords, or names that did not log in', async () => {
    await gateway.ask('/api/v1/orders?token=hidden-query', { user: 'viewer' });
    await gateway.ask('/api/v1/orders', { user: 'my-password-by-mistake', password: 'x' });
    await gateway.ask('/api/v1/orders/7', { user: 'viewer', method: 'DELETE' });
    const log = gateway.log();
    const lines = log
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ user: 'viewer', method: 'GET', path: '/api/v1/orders', status: 200 }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ user: 'viewer', method: 'DELETE', path: '/api/v1/orders/7', status: 403 }),
    );
    for (const secret of ['hidden-query', 'my-password-by-mistake', 'may-trade', 'look-only'])
      expect(log).not.toContain(secret);
  });

  test('new users are in force at once, a new certificate after SIGHUP, with no connection lost', async () => {
    const subject = () =>
      new Promise<string>((resolve, reject) => {
        const socket = tls.connect({ host: '127.0.0.1', port: gateway.ports.tls, rejectUnauthorized: false }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        });
        socket.on('error', reject);
      });
    writeUsers(gateway.secrets, { viewer: 'changed', trader: 'may-trade' });
    expect((await gateway.ask('/', { user: 'viewer', password: 'look-only' })).status).toBe(401);
    expect((await gateway.ask('/', { user: 'viewer', password: 'changed' })).status).toBe(200);
    writeUsers(gateway.secrets);

    expect(await subject()).toBe('first');
    writeCertificate(gateway.secrets, 'second');
    gateway.reload();
    for (let tries = 0; (await subject()) !== 'second'; tries++) {
      expect((await gateway.ask('/healthz')).status).toBe(200);
      if (tries > 200) throw new Error(`the certificate stays: ${gateway.errors()}`);
      await delay(25);
    }
  });

  test('nothing went wrong that only its log would tell', () => {
    expect(existsSync(gateway.folder)).toBe(true);
    expect(gateway.errors()).not.toMatch(/\[(emerg|alert|crit)\]/);
  });
});

here('a gateway that has little to give', () => {
  const ci = loadProfile('ci');
  const profile = { ...ci, gateway: { ...ci.gateway, requestsPerSecond: 1000 } };
  const places = tuneNginx(gatewayInput(profile), '443').requests.find(
    ({ name }) => name === 'limit_conn requests_of_client',
  )!.value as number;
  const echo = new Echo();
  let gateway: RunningGateway;

  beforeAll(async () => {
    const port = await echo.listen();
    gateway = await RunningGateway.start(profile, () => `127.0.0.1:${port}`);
  }, 30_000);
  afterAll(async () => {
    await gateway?.stop();
    await echo.close();
  });

  test('refuses a request for which it has no memory, and takes the next one when a place is free', async () => {
    echo.hold = true;
    const waiting = Array.from({ length: places }, () => gateway.ask('/page.js', { user: 'viewer' }));
    while (echo.held.length < places) await delay(10);
    const refused = await gateway.ask('/page.js', { user: 'viewer' });
    expect([refused.status, refused.json.code]).toEqual([503, 'NAUT_GATEWAY_BUSY']);
    expect((await gateway.ask('/healthz')).status).toBe(200);
    echo.release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 200));
    expect((await gateway.ask('/page.js', { user: 'viewer' })).status).toBe(200);
  }, 30_000);
});

here('a gateway for patient clients', () => {
  const ci = loadProfile('ci');
  const echo = new Echo();
  let gateway: RunningGateway;

  beforeAll(async () => {
    const port = await echo.listen();
    const profile = { ...ci, gateway: { ...ci.gateway, requestsPerSecond: 1 } };
    gateway = await RunningGateway.start(profile, () => `127.0.0.1:${port}`);
  }, 30_000);
  afterAll(async () => {
    await gateway?.stop();
    await echo.close();
  });

  test('refuses who asks more often than is allowed, with or without a password, and lets in who waits', async () => {
    const ask = () => gateway.ask('/page.js', { user: 'viewer' });
    const answers = [];
    for (let count = 0; count < 10; count++) answers.push(await ask());
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.json.code).toBe('NAUT_GATEWAY_TOO_MANY_REQUESTS');
    await eventually('a guess that is refused before its password is looked at', async () => {
      const { status } = await gateway.ask('/', { user: 'trader', password: 'guess' });
      return status === 429 ? true : undefined;
    });
    await eventually('an answer after waiting', async () => ((await ask()).status === 200 ? true : undefined));
  }, 60_000);
});

import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { SecretKeeper } from '../../../engines/secrets';
import { gatewayAt } from '../../../operations/verify/platform/gateway';
import { emptyVolume } from '../secrets/volume';

/** A certificate of the platform's making, and its key. */
async function certificate() {
  const { declaration, file } = emptyVolume();
  await new SecretKeeper(declaration).make();
  return { cert: readFileSync(file('gateway.crt'), 'utf8'), key: readFileSync(file('gateway.key'), 'utf8') };
}

const open: https.Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** What came in, as `method path user:password`; a path of /silent is never answered. */
async function gateway(shown: { cert: string; key: string }, given = shown) {
  const seen: string[] = [];
  const server = https.createServer(shown, ({ method, url, headers }, reply) => {
    const login = Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
    seen.push(`${method} ${url} ${login}`.trim());
    if (url !== '/silent') reply.writeHead(login ? 200 : 401).end('{}');
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const secrets = { certificate: given.cert, authority: undefined, viewer: 'hidden\n', trader: undefined };
  return { seen, asked: gatewayAt({ host: '127.0.0.1', port, secret: async (file) => secrets[file] }) };
}

test('a user is logged in with the platform’s password, nobody is not', async () => {
  const { asked, seen } = await gateway(await certificate());
  expect((await asked.ask('/a', 'viewer')).status).toBe(200);
  expect((await asked.ask('/a', undefined)).status).toBe(401);
  expect(seen).toEqual(['GET /a viewer:hidden', 'GET /a']);
});

test('who shows another certificate gets no password', async () => {
  const { asked, seen } = await gateway(await certificate(), await certificate());
  await expect(asked.ask('/a', 'viewer')).rejects.toThrow('no password was sent');
  expect(seen).toEqual([]);
});

test('who takes the request and says nothing has not answered', async () => {
  const { asked } = await gateway(await certificate());
  await expect(asked.ask('/silent', undefined, { timeoutMs: 200 })).rejects.toMatchObject({
    reading: 'no answer',
    message: expect.stringContaining('nothing within 200 ms'),
  });
});

test('nobody listening is no answer', async () => {
  const { cert } = await certificate();
  const asked = gatewayAt({ host: '127.0.0.1', port: 1, secret: async () => cert });
  await expect(asked.certificates()).rejects.toMatchObject({ reading: 'no answer' });
});

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerPaths, secretFiles } from '@nautilus/config';
import { adminPasswordChange } from '@nautilus/constructs';

const secrets = mkdtempSync(join(tmpdir(), 'nautilus-grafana-'));
afterAll(() => rmSync(secrets, { recursive: true, force: true }));
const old = 'the-old-password-0123';
const fresh = 'the-new-password-4567';
writeFileSync(join(secrets, secretFiles.grafana), old);
writeFileSync(join(secrets, `${secretFiles.grafana}.next`), fresh);

/** The part of Grafana's API that is asked; answers slowly enough to look at the processes meanwhile. */
let password = old;
let processes = '';
const server = createServer((request, reply) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    processes += spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout;
    const accepted = request.headers.authorization === `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    if (accepted && request.method === 'PUT' && request.url === '/grafana/api/user/password') {
      const change = JSON.parse(body) as { oldPassword: string; newPassword: string; confirmNew: string };
      expect(change).toEqual({ oldPassword: password, newPassword: fresh, confirmNew: fresh });
      password = change.newPassword;
    }
    reply.writeHead(accepted ? 200 : 401).end();
  });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** What Grafana's container would run, with this test's files and server for its own. */
function change(): Promise<number | null> {
  const { port } = server.address() as AddressInfo;
  const [shell, flag, script] = adminPasswordChange.argv;
  const here = script.replaceAll(containerPaths.secrets, secrets).replaceAll('127.0.0.1:3002', `127.0.0.1:${port}`);
  return new Promise((resolve) => spawn(shell, [flag, here], { stdio: 'ignore' }).on('close', resolve));
}

const curl = spawnSync('curl', ['--version']).status === 0;
if (!curl) process.stderr.write("the change of Grafana's password cannot be tried here: curl is not installed\n");
const withCurl = curl ? test : test.skip;

withCurl('the running server takes the new password, and a second run is content with it', async () => {
  expect(await change()).toBe(0);
  expect(password).toBe(fresh);
  expect(await change()).toBe(0);
});

withCurl('while it happens no list of processes has either password', () => {
  expect(processes).toContain('curl');
  expect(processes).not.toContain(old);
  expect(processes).not.toContain(fresh);
});

withCurl('a server that knows neither password fails the change', async () => {
  password = 'somebody-else-changed-it';
  expect(await change()).not.toBe(0);
});

import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Server } from 'node:tls';
import { DockerClient, forward, parseDockerHost } from '@nautilus/operations/docker';
import { certificates, fakeSsh, temporaryFolder, tlsBefore } from './remote';

const folder = temporaryFolder();
const socketPath = path.join(folder, 'engine.sock');
let engine: http.Server;
let requests = 0;

beforeAll(async () => {
  engine = http.createServer((request, reply) => {
    requests++;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => reply.end(JSON.stringify({ Version: '28.2.2', bytes })));
  });
  await new Promise<void>((resolve) => engine.listen(socketPath, resolve));
});
afterAll(() => {
  engine.closeAllConnections();
  engine.close();
});

describe('an engine behind mutual TLS', () => {
  const known = path.join(folder, 'known');
  const unknown = path.join(folder, 'unknown');
  let server: Server;
  let port: number;
  beforeAll(async () => {
    certificates(known, 'engine', 'operator');
    certificates(unknown, 'operator');
    server = await tlsBefore(socketPath, path.join(known, 'engine'));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());
  const client = (identity?: string) => new DockerClient(parseDockerHost(`tcp://127.0.0.1:${port}`, identity));

  test('answers whom its authority knows', async () => {
    expect(await client(path.join(known, 'operator')).version()).toMatchObject({ Version: '28.2.2' });
  });

  test('is not believed when another authority signed it, with the certificates in the fix', async () => {
    await expect(client(path.join(unknown, 'operator')).version()).rejects.toMatchObject({
      code: 'NAUT_DOCKER_UNREACHABLE',
      fix: expect.stringContaining(path.join(unknown, 'operator')),
    });
  });

  test('without certificates the fix names the setting', async () => {
    await expect(client().version()).rejects.toMatchObject({ fix: expect.stringContaining('docker.certificates') });
  });

  test('a folder without certificates is told before anything is tried', () => {
    expect(() => client(folder)).toThrow(expect.objectContaining({ code: 'NAUT_DOCKER_CERTIFICATES' }));
  });

  test('is a socket of this machine for child processes, gone when it is closed', async () => {
    const { environment, close } = await forward(client(path.join(known, 'operator')).endpoint);
    const local = new DockerClient(parseDockerHost(environment.DOCKER_HOST ?? ''));
    expect(environment).toMatchObject({ DOCKER_CERT_PATH: undefined, DOCKER_TLS_VERIFY: undefined });
    expect(await local.version()).toMatchObject({ Version: '28.2.2' });
    close();
    expect(await local.ping()).toBe(false);
  });
});

describe('an engine behind ssh', () => {
  const ssh = path.join(folder, 'ssh');
  const PATH = process.env.PATH;
  beforeAll(() => {
    fakeSsh(ssh, socketPath);
    process.env.PATH = `${ssh}${path.delimiter}${PATH}`;
  });
  afterAll(() => {
    process.env.PATH = PATH;
  });
  const calls = () => readFileSync(path.join(ssh, 'calls'), 'utf8').trim().split('\n');

  test('is asked through docker’s own command, one login for requests that follow each other', async () => {
    const client = new DockerClient(parseDockerHost('ssh://trader@mac:2222/run/docker.sock'));
    for (let i = 0; i < 3; i++) expect(await client.version()).toMatchObject({ Version: '28.2.2' });
    expect(calls()).toEqual([
      '-o ConnectTimeout=30 -o BatchMode=yes -T -l trader -p 2222 -- mac docker --host unix:///run/docker.sock system dial-stdio',
    ]);
  });

  test('takes a body as large as a build context whole', async () => {
    const client = new DockerClient(parseDockerHost('ssh://mac'));
    const text = 'x'.repeat(8 * 2 ** 20);
    expect(await client.post('/build', text)).toMatchObject({ bytes: text.length + 2 });
  });

  test('that lets nobody in is told in ssh’s own words, with the command that has to work', async () => {
    const client = new DockerClient(parseDockerHost('ssh://stranger@mac'));
    await expect(client.version()).rejects.toMatchObject({
      code: 'NAUT_DOCKER_UNREACHABLE',
      message: expect.stringContaining('Permission denied (publickey).'),
      fix: expect.stringContaining('ssh stranger@mac docker version'),
    });
  });

  test('is one socket of this machine for many child processes at once', async () => {
    const { environment, close } = await forward(parseDockerHost('ssh://mac'));
    try {
      const local = new DockerClient(parseDockerHost(environment.DOCKER_HOST ?? ''));
      const before = requests;
      await Promise.all(Array.from({ length: 7 }, () => local.version()));
      expect(requests - before).toBe(7);
    } finally {
      close();
    }
  });
});

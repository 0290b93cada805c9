import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import {
  DockerClient,
  DockerReader,
  findDockerEndpoint,
  parseDockerHost,
  toDockerHost,
} from '../../../operations/docker';

test.each([
  ['unix:///var/run/docker.sock', { kind: 'unix', socketPath: '/var/run/docker.sock' }],
  ['tcp://127.0.0.1:2376', { kind: 'tcp', host: '127.0.0.1', port: 2376 }],
  ['tcp://[::1]', { kind: 'tcp', host: '::1', port: 2375 }],
  ['ssh://mac', { kind: 'ssh', host: 'mac' }],
  ['ssh://trader@10.0.0.7:2222', { kind: 'ssh', user: 'trader', host: '10.0.0.7', port: 2222 }],
  ['ssh://mac/run/user/1/docker.sock', { kind: 'ssh', host: 'mac', socketPath: '/run/user/1/docker.sock' }],
])('DOCKER_HOST %s', (value, endpoint) => {
  expect(parseDockerHost(value)).toEqual(endpoint);
  expect(parseDockerHost(toDockerHost(parseDockerHost(value)))).toEqual(endpoint);
});

test.each([
  'ssh://-oProxyCommand=x',
  'ssh://',
  'npipe:////./pipe/docker',
  'docker.sock',
  'unix://',
])('DOCKER_HOST %s is refused', (value) => {
  expect(() => parseDockerHost(value)).toThrow(expect.objectContaining({ code: 'NAUT_DOCKER_HOST' }));
});

describe('an engine behind a socket', () => {
  let home: string;
  let server: http.Server;
  let docker: DockerClient;
  const seen: string[] = [];
  const replies: Record<string, [number, string | Buffer]> = {};

  beforeAll(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-'));
    fs.mkdirSync(path.join(home, '.orbstack', 'run'), { recursive: true });
    server = http.createServer((request, reply) => {
      seen.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
      const [status, body] = replies[(request.url ?? '').split('?')[0] ?? ''] ?? [404, '{"message":"no such thing"}'];
      reply.writeHead(status).end(body);
    });
    const socketPath = path.join(home, '.orbstack', 'run', 'docker.sock');
    await new Promise<void>((done) => server.listen(socketPath, done));
    docker = new DockerClient({ kind: 'unix', socketPath });
  });
  afterAll(() => {
    server.close();
    fs.rmSync(home, { recursive: true });
  });
  beforeEach(() => seen.splice(0));

  test('DOCKER_HOST goes before any socket that is found', () => {
    const env = { HOME: home, DOCKER_HOST: 'tcp://10.0.0.1:2375' };
    expect(findDockerEndpoint(env)).toEqual({ kind: 'tcp', host: '10.0.0.1', port: 2375 });
  });

  test('the profile’s engine goes before DOCKER_HOST, with its certificates or those of the environment', () => {
    const env = { HOME: home, DOCKER_HOST: 'tcp://10.0.0.1:2375' };
    expect(findDockerEndpoint(env, { host: 'ssh://mac' })).toEqual({ kind: 'ssh', host: 'mac' });
    expect(findDockerEndpoint(env, { host: 'tcp://mac', certificates: '/own' })).toEqual({
      kind: 'tcp',
      host: 'mac',
      port: 2376,
      certificates: '/own',
    });
    expect(findDockerEndpoint({ ...env, DOCKER_TLS_VERIFY: '1' })).toMatchObject({
      certificates: path.join(home, '.docker'),
    });
  });

  test('labels become the engine’s filter', async () => {
    replies['/containers/json'] = [200, '[]'];
    await docker.containers({ 'io.nautilus.project': 'nautilus' });
    expect(seen).toEqual(['GET /containers/json?all=true&filters={"label":["io.nautilus.project=nautilus"]}']);
  });

  test('no volumes are an empty list, though the engine says null', async () => {
    replies['/volumes'] = [200, '{"Volumes":null}'];
    expect(await docker.volumes()).toEqual([]);
  });

  test('what the engine refuses is told in its words', async () => {
    await expect(docker.container('gone')).rejects.toMatchObject({
      code: 'NAUT_DOCKER_REFUSED',
      status: 404,
      message: 'Docker refused GET /containers/gone/json: no such thing (HTTP 404)',
    });
  });

  test('a reader sends GET and nothing else, whatever is asked of it', async () => {
    const reader = new DockerReader(docker.endpoint);
    const about = (name: string) => (name === 'ping' ? 1_000 : '/containers/json');
    const methods = Object.getOwnPropertyNames(DockerReader.prototype).filter(
      (name) => !['constructor', 'host', 'isLocal'].includes(name),
    ) as 'container'[];
    for (const name of methods) await reader[name](about(name) as string).catch(() => undefined);
    expect(methods).toContain('read');
    expect(seen.length).toBeGreaterThanOrEqual(methods.length);
    expect(seen.filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test('a client’s own detect finds a client, a reader’s a reader', () => {
    const env = { DOCKER_HOST: 'tcp://10.0.0.1:2375' };
    expect(DockerClient.detect(env)).toBeInstanceOf(DockerClient);
    expect(DockerReader.detect(env)).not.toBeInstanceOf(DockerClient);
  });

  test('both streams of a command are read in the order in which they came', async () => {
    const frame = (stream: number, text: string) => {
      const header = Buffer.alloc(8);
      header.writeUInt8(stream, 0);
      header.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    replies['/containers/oms/exec'] = [201, '{"Id":"1"}'];
    replies['/exec/1/start'] = [200, Buffer.concat([frame(1, 'out '), frame(2, 'err '), frame(1, 'end')])];
    replies['/exec/1/json'] = [200, '{"ExitCode":3}'];
    expect(await docker.exec('oms', ['x'])).toEqual({ exitCode: 3, output: 'out err end' });
  });

  test.each([
    ['redis:7.4-bookworm', 'fromImage=redis&tag=7.4-bookworm'],
    ['mirror:5000/redis', 'fromImage=mirror:5000/redis&tag=latest'],
    ['redis@sha256:ab', 'fromImage=redis&tag=sha256:ab'],
  ])('a pull of %s asks for %s', async (reference, query) => {
    replies['/images/create'] = [200, '{"status":"Pulling"}\n{"error":"not found"}\n'];
    expect(await docker.pull(reference)).toBe('not found');
    expect(seen).toEqual([`POST /images/create?${query}`]);
  });

  test('an engine that is gone does not answer, with the fix', async () => {
    const gone = new DockerClient({ kind: 'unix', socketPath: path.join(home, 'gone.sock') });
    expect(await gone.ping()).toBe(false);
    await expect(gone.info()).rejects.toMatchObject({
      code: 'NAUT_DOCKER_UNREACHABLE',
      fix: expect.stringMatching(/start Docker/),
    });
  });
});

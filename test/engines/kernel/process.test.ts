import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

const scratch = scratchDirectory('kernel');
const tiny = bundle('test/engines/kernel/fixtures/tiny-engine.ts', scratch.path);
const running: EngineProcess[] = [];

async function start(engine: object = { step: 2 }, changes: object = {}): Promise<EngineProcess> {
  const directory = path.join(scratch.path, String(running.length));
  const configuration = {
    service: 'risk',
    profile: 'test',
    port: await freePort(),
    sharedMemory: path.join(directory, 'shm'),
    dataDirectory: path.join(directory, 'data'),
    engine,
    ...changes,
  };
  const process = new EngineProcess(tiny, configuration, directory);
  running.push(process);
  return process;
}

afterAll(async () => {
  for (const process of running) process.signal('SIGKILL');
  await Promise.all(running.map((process) => process.ended));
  scratch.remove();
});

test('debug logs tell each step and each request, but not the checks that come every few seconds', async () => {
  const steps = async (logLevel: string) => {
    const engine = await (await start({ step: 2, publishes: true }, { logLevel })).answers('/health');
    await engine.request('POST', '/api/v1/tiny/sum', { times: 3 });
    await engine.get('/ready');
    await engine.stop();
    return engine.log.filter(({ level }) => level === 'debug' || level === 'trace');
  };
  expect(await steps('info')).toEqual([]);
  const debug = await steps('debug');
  expect(debug).toContainEqual(expect.objectContaining({ msg: 'publishes', topic: 'marketdata.bars' }));
  expect(debug).toContainEqual(expect.objectContaining({ msg: 'started as', profile: 'test' }));
  expect(debug).toContainEqual(
    expect.objectContaining({ msg: 'answered', method: 'POST', url: '/api/v1/tiny/sum', status: 201 }),
  );
  expect(debug).not.toContainEqual(expect.objectContaining({ url: '/ready' }));
});

describe('a bundled engine answers', () => {
  let engine: EngineProcess;
  beforeAll(async () => {
    engine = await (await start()).answers('/health');
  });

  test('it is alive before it is ready, and says why it is not ready', async () => {
    expect(await engine.get('/ready')).toEqual({
      status: 503,
      body: { ready: false, reason: 'nothing was added yet' },
    });
    await engine.request('POST', '/api/v1/tiny/sum', { times: 3 });
    expect(await engine.get('/ready')).toEqual({ status: 200, body: { ready: true } });
  });

  test('a handler chooses the status of its success', async () => {
    const answer = await engine.request('POST', '/api/v1/tiny/sum', { times: 1 });
    expect(answer).toMatchObject({ status: 201, body: { sum: expect.any(Number) } });
  });

  test('a body that the schema refuses is told by path, value and what is allowed', async () => {
    const answer = await engine.request('POST', '/api/v1/tiny/sum', { times: 0 });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'NAUT_REQUEST_INVALID', value: 0, allowed: '>= 1', details: { issues: [{ path: 'body.times' }] } },
    });
  });

  test('malformed JSON, an unknown route and a typed error have codes and no stack', async () => {
    const malformed = await fetch(`http://127.0.0.1:${engine.configuration.port}/api/v1/tiny/sum`, {
      method: 'POST',
      body: '{"times":',
      headers: { 'content-type': 'application/json' },
    });
    expect(malformed.status).toBe(400);
    expect(await malformed.json()).toMatchObject({ code: 'NAUT_JSON_MALFORMED' });
    expect(await engine.get('/nowhere')).toMatchObject({ status: 404, body: { code: 'NAUT_ROUTE_UNKNOWN' } });
    expect(await engine.get('/api/v1/tiny/fail/sum')).toEqual({
      status: 409,
      body: { code: 'NAUT_TINY', message: 'no sum', value: 'sum', allowed: ['bug'], fix: 'ask for bug' },
    });
  });

  test.each([
    ['a body that is no JSON by its type', '/api/v1/tiny/sum', 415, 'NAUT_MEDIA_TYPE_UNSUPPORTED'],
    ['a path that cannot be decoded', '/%E6%9', 400, 'NAUT_URL_MALFORMED'],
  ])('%s is refused in the same shape as everything else', async (_, route, status, code) => {
    const answer = await fetch(`http://127.0.0.1:${engine.configuration.port}${route}`, { method: 'POST', body: '{}' });
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
  });

  test('a defect in a handler is logged with its stack and answered without one; the engine lives on', async () => {
    const answer = await engine.get('/api/v1/tiny/fail/bug');
    expect(answer).toMatchObject({ status: 500, body: { code: 'NAUT_INTERNAL' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret detail');
    expect(JSON.stringify(engine.log)).toContain('secret detail');
    expect((await engine.get('/health')).status).toBe(200);
  });

  test('its OpenAPI document names its routes with the limits of their fields', async () => {
    const { body } = await engine.get('/openapi.json');
    for (const route of ['/health', '/ready', '/metrics', '/m4-max/status', '/api/v1/latency']) {
      expect(body).toHaveProperty(['paths', route, 'get']);
    }
    const times = ['post', 'requestBody', 'content', 'application/json', 'schema', 'properties', 'times'];
    expect(body).toHaveProperty(
      ['paths', '/api/v1/tiny/sum', ...times],
      expect.objectContaining({ type: 'integer', minimum: 1 }),
    );
  });

  test('latency and metrics tell what was recorded', async () => {
    await engine.request('POST', '/api/v1/tiny/sum', { times: 1 });
    const { body } = await engine.get('/api/v1/latency');
    expect(body).toMatchObject({ hops: { 'client→tiny': { p50Ns: 1500, p99Ns: 1500, maxNs: 1500 } } });
    const metrics = (await engine.get('/metrics')).body;
    expect(metrics).toMatch(
      /nautilus_hop_latency_seconds\{hop="client→tiny",quantile="0.5",service="risk"\} 0.0000015/,
    );
    expect(metrics).toMatch(
      /nautilus_http_request_duration_seconds_count\{.*route="\/api\/v1\/tiny\/sum",status="201"\}/,
    );
    expect(metrics).toContain('nodejs_eventloop_lag_seconds');
  });

  test('the status names what is known, and why the rest is not', async () => {
    const { body } = await engine.get('/m4-max/status');
    expect(body).toMatchObject({
      service: 'risk',
      profile: 'test',
      nodeVersion: process.version,
      arch: process.arch,
      poll: 'yield',
      acceleratorBackend: 'cpu',
      configuration: { specHash: expect.stringMatching(/^[0-9a-f]{12}$/) },
    });
    expect(body).toHaveProperty('uptimeSeconds', expect.any(Number));
    if (process.platform === 'linux') {
      expect(body).toMatchObject({ m4_max_detected: null, m4_max_reason: expect.any(String) });
    } else expect(body).toHaveProperty('m4_max_detected', expect.any(Boolean));
  });
});

describe('an engine ends', () => {
  test('on SIGTERM it stops in order and exits 0', async () => {
    const engine = await (await start()).answers('/health');
    expect(await engine.stop()).toEqual({ code: 0, signal: null });
    expect(engine.log.map(({ msg }) => msg).slice(-3)).toEqual(['stopping', 'flushed', 'stopped']);
  });

  test('a client that keeps its connection open without a request does not keep it alive', async () => {
    const engine = await (await start()).answers('/health');
    const client = connect(engine.configuration.port, '127.0.0.1').on('error', () => {});
    await new Promise((resolve) => client.once('connect', resolve));
    expect(await engine.stop()).toEqual({ code: 0, signal: null });
    client.destroy();
  });

  test('an answer that is under way is finished first', async () => {
    const engine = await (await start()).answers('/health');
    const answer = engine.get('/api/v1/tiny/slow');
    while (!engine.stdout.includes('slow request')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await engine.stop()).toEqual({ code: 0, signal: null });
    expect(await answer).toEqual({ status: 200, body: { done: true } });
  });

  test('an engine that does not stop is ended after 5 s with exit code 1', async () => {
    const engine = await (await start({ step: 1, stopMs: 60_000 })).answers('/health');
    expect(await engine.stop()).toEqual({ code: 1, signal: null });
    expect(engine.log.at(-1)).toMatchObject({ level: 'error', withinMs: 5000 });
  }, 20_000);

  test('a second signal ends it at once', async () => {
    const engine = await (await start({ step: 1, stopMs: 60_000 })).answers('/health');
    engine.signal('SIGTERM');
    while (!engine.stdout.includes('"stopping"')) await new Promise((resolve) => setTimeout(resolve, 5));
    engine.signal('SIGINT');
    expect(await engine.ended).toEqual({ code: 1, signal: null });
    expect(engine.stdout).not.toContain('withinMs');
  });

  test('a poll that throws ends the process, with the error in the log', async () => {
    const engine = await start({ step: 1, failAfterPolls: 5 });
    expect(await engine.ended).toEqual({ code: 1, signal: null });
    expect(engine.log.at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'a poll failed',
      err: { message: 'a record is corrupt', stack: expect.stringContaining('Tiny.poll') },
    });
  });

  test('a ring that is removed under it ends the process, saying which', async () => {
    const engine = await (await start({ step: 1, publishes: true })).answers('/health');
    const { sharedMemory } = engine.configuration as unknown as { sharedMemory: string };
    const file = path.join(sharedMemory, 'marketdata.bars.ring');
    rmSync(file);
    expect(await engine.ended).toEqual({ code: 1, signal: null });
    expect(engine.stderr).toContain(`NAUT_SHARED_MEMORY_REMOVED  ${file} was removed while it was in use`);
  });
});

describe('an engine that cannot start says why, and exits 1', () => {
  test('a port that is taken is named, with what to do', async () => {
    const port = await freePort();
    const holder = await new Promise<Server>((resolve) => {
      const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
    });
    const engine = await start({ step: 1 }, { port });
    expect(await engine.ended).toEqual({ code: 1, signal: null });
    expect(engine.stderr).toMatch(new RegExp(`^NAUT_PORT_TAKEN  risk cannot listen on 127.0.0.1:${port}`));
    expect(engine.stderr).toContain('fix: stop the other program');
    expect(engine.stderr).not.toContain('    at ');
    await new Promise((resolve) => holder.close(resolve));
  });

  test('a data directory that cannot be written to is named', async () => {
    const engine = await start({ step: 1 }, { dataDirectory: '/dev/null/data' });
    expect(await engine.ended).toEqual({ code: 1, signal: null });
    expect(engine.stderr).toMatch(/^NAUT_DATA_DIRECTORY {2}cannot write to the data directory \/dev\/null\/data/);
  });

  test('a second engine on the same shared memory is refused by the topic that it would write', async () => {
    const first = await (await start()).answers('/health');
    const { sharedMemory } = first.configuration as unknown as { sharedMemory: string };
    const second = await start({ step: 1, publishes: true }, { sharedMemory });
    const third = await start({ step: 1, publishes: true }, { sharedMemory });
    const ends = await Promise.race([second.ended, third.ended]);
    expect(ends).toEqual({ code: 1, signal: null });
    expect(second.stderr + third.stderr).toMatch(/^NAUT_TOPIC_BUSY {2}marketdata.bars already has a live writer/);
  });

  test('every mistake of its configuration is told at once', async () => {
    const engine = await start({ step: 11, colour: 'red' }, { poll: 'fast' });
    expect(await engine.ended).toEqual({ code: 1, signal: null });
    expect(engine.stderr).toMatch(/^NAUT_CONFIG_INVALID /);
    expect(engine.stderr).toContain('poll: ');
    expect(engine.stderr).toContain('value "fast", allowed ["spin","yield","sleep"]');
    expect(engine.stderr).toContain('engine.step: ');
    expect(engine.stderr).toContain('value 11, allowed <= 10');
    expect(engine.stderr).toContain('"colour"');
  });
});

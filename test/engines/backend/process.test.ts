import { renameSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { freePort } from '../../support/free-port';
import { type Answer, bundle, EngineProcess, scratchDirectory } from '../engine-process';

const scratch = scratchDirectory('backend');
const program = bundle('engines/backend/main.ts', scratch.path);
renameSync(bundle('engines/backend/thread.ts', scratch.path), program.replace(/\.js$/, '-thread.js'));

/** What the agent on the host answers; undefined: it is not there. */
let host: object | undefined;
const agent = createServer((_, response) => {
  if (!host) return response.destroy();
  response.setHeader('content-type', 'application/json').end(JSON.stringify(host));
});
/** Answers what Prometheus answered for a cache on which little happens. */
const prometheus = createServer((_, response) =>
  response.end(
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"of":"redis"},"value":[1795345975.6,"0.0017"]}]}}',
  ),
);
const listen = (server: typeof agent): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`)),
  );

let backend: EngineProcess;
beforeAll(async () => {
  const port = await freePort();
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const service = (name: string, ask: string, address: string) => ({ name, ask, address, cpus: 1 });
  const configuration = {
    service: 'backend',
    profile: 'test',
    port,
    sharedMemory: path.join(scratch.path, 'shm'),
    dataDirectory: path.join(scratch.path, 'data'),
    poll: 'sleep',
    engine: {
      services: [
        service('backend', 'engine', `http://127.0.0.1:${port}`),
        service('oms', 'engine', nobody),
        service('redis', 'connection', nobody),
        service('postgres', 'connection', nobody),
        service('prometheus', 'connection', await listen(prometheus)),
      ],
      hostAgent: await listen(agent),
      benchmark: { copyBytes: 2 ** 21 },
    },
  };
  backend = await new EngineProcess(program, configuration, scratch.path).answers();
});

afterAll(async () => {
  await backend.stop();
  agent.close();
  prometheus.close();
  scratch.remove();
});

/** Facts of an answer, at any depth. */
function factsOf(value: unknown): { value: unknown; origin: unknown; reason?: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('value' in value && 'origin' in value) return [value];
  return Object.values(value).flatMap(factsOf);
}

const origins = ['profile', 'cgroup', 'host agent', 'measured'];
function expectTold({ status, body }: Answer): void {
  expect(status).toBe(200);
  const facts = factsOf(body);
  expect(facts.length).toBeGreaterThan(0);
  for (const fact of facts) {
    expect(origins).toContain(fact.origin);
    if (fact.value === null) expect(fact.reason).toMatch(/./);
  }
}

test.each([
  '/m4-max/status',
  '/api/v1/acceleration/metrics',
  '/api/v1/acceleration/neural/status',
  '/api/v1/optimization/core-utilization',
])('%s tells of each value who says it, or why nobody knows it', async (route) => {
  expectTold(await backend.get(route));
});

test('core utilization: engines by themselves, servers by Prometheus, the rest unknown', async () => {
  const { body } = await backend.get('/api/v1/optimization/core-utilization');
  expect(body).toMatchObject({
    services: [
      { name: 'backend', cores: { value: expect.any(Number), origin: 'measured' }, windowSeconds: expect.any(Number) },
      { name: 'oms', cores: { value: null, reason: 'oms does not answer: ECONNREFUSED' } },
      { name: 'redis', cores: { value: 0.0017, origin: 'measured' }, quotaCores: { value: 1, origin: 'profile' } },
      { name: 'postgres', cores: { value: null, reason: 'postgres tells nobody how much CPU time it takes' } },
      { name: 'prometheus', cores: { value: null, reason: expect.stringContaining('no two samples') } },
    ],
  });
});

test('the agent on the host is asked when it is there, and its figures are its own', async () => {
  host = { chip: 'Apple M4 Max', neuralEngine: { cores: 16, watts: 0.4 } };
  const answers = async (): Promise<boolean> => {
    const { body } = await backend.get('/api/v1/acceleration/metrics');
    return (body as { hostAgent: { answers: boolean } }).hostAgent.answers;
  };
  // What it said last is taken for the present for two seconds.
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await backend.get('/api/v1/acceleration/neural/status')).body).toMatchObject({
    available: { value: true, origin: 'host agent' },
    cores: { value: 16, origin: 'host agent' },
    watts: { value: 0.4, origin: 'host agent' },
  });
});

test('the benchmark measures three things with their spread, one run at a time, and its result is remembered', async () => {
  const run = () => backend.request('POST', '/api/v1/benchmarks/m4max/run');
  const [first, second] = await Promise.all([run(), run()]);
  const [done, refused] = first.status === 200 ? [first, second] : [second, first];
  expect(refused).toMatchObject({ status: 409, body: { code: 'NAUT_BENCHMARK_RUNNING' } });
  expectTold(done);
  const { measurements } = done.body as {
    measurements: { name: string; result: { value: number }; min: number; max: number; rounds: number }[];
  };
  expect(measurements.map(({ name }) => name)).toEqual(['memory copy', 'order book', 'hop between two threads']);
  for (const { result, min, max, rounds } of measurements) {
    expect(rounds).toBeGreaterThan(0);
    expect(min).toBeGreaterThan(0);
    expect(result.value).toBeGreaterThanOrEqual(min);
    expect(result.value).toBeLessThanOrEqual(max);
  }
  const { body } = await backend.get('/api/v1/acceleration/metrics');
  expect(body).toMatchObject({ copyBytesPerSecond: { value: measurements[0]!.result.value, origin: 'measured' } });
  expect((await backend.get('/health')).status).toBe(200);
}, 60_000);

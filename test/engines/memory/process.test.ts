import fs from 'node:fs';
import path from 'node:path';
import { SharedBuffers } from '@nautilus/core/memory';
import { run } from '../../../cli';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

jest.setTimeout(120_000);
const scratch = scratchDirectory('memory');
const home = process.env.NAUTILUS_HOME;
let marketdata: EngineProcess;
let analytics: EngineProcess;

/** A trade every second, so that each second has a bar. */
const session = Array.from(
  { length: 1200 },
  (_, second) => `${34_200 + second}.5,5,0,10,${5_853_300 + second * 100},1`,
);
const instruments = [{ id: 3, symbol: 'AAPL', currency: 'USD', tickSize: 1 }];

beforeAll(async () => {
  const feedFile = path.join(scratch.path, 'day.csv');
  fs.writeFileSync(feedFile, session.join('\n'));
  const configuration = async (service: string, engine: object) => ({
    service,
    profile: 'test',
    port: await freePort(),
    sharedMemory: path.join(scratch.path, 'shm'),
    dataDirectory: path.join(scratch.path, service),
    poll: 'sleep' as const,
    memory: { claimBytes: 128 * 2 ** 20, recording: 'full' as const },
    engine,
  });
  const feed = { kind: 'lobster', file: feedFile, instrument: 'AAPL' };
  marketdata = new EngineProcess(
    bundle('engines/marketdata/main.ts', scratch.path),
    await configuration('marketdata', {
      session: '2012-06-21',
      instruments,
      venues: [{ name: 'XSIM', share: 1 }],
      feeds: [feed],
      speed: 'full',
      bars: [{ kind: 'time', size: 1 }],
    }),
    scratch.path,
  );
  analytics = new EngineProcess(
    bundle('engines/analytics/main.ts', scratch.path),
    await configuration('analytics', {}),
    scratch.path,
  );
  await Promise.all([marketdata.answers(), analytics.answers()]);
  process.env.NAUTILUS_HOME = path.join(scratch.path, 'home');
  fs.mkdirSync(process.env.NAUTILUS_HOME);
  const services = [marketdata, analytics].map(({ configuration: { service, port } }) => ({
    name: service,
    port,
    pid: 1,
    startedAt: '',
  }));
  const runFile = path.join(process.env.NAUTILUS_HOME, 'run.json');
  fs.writeFileSync(runFile, JSON.stringify({ version: 1, profile: 'ci', startedAt: '', services }));
});
afterAll(async () => {
  if (home === undefined) delete process.env.NAUTILUS_HOME;
  else process.env.NAUTILUS_HOME = home;
  await Promise.all([marketdata?.stop(), analytics?.stop()]);
  scratch.remove();
});

type Json = Record<string, unknown> & { pools: Record<string, unknown>[]; sites: Record<string, unknown>[] };
const told = async (route: string) => (await marketdata.get(route)).body as Json;
const historical = async () => (await told('/memory')).pools.find(({ name }) => name === 'historical');

/** Runs the command in this process. */
async function nautilus(...args: string[]) {
  let out = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += chunk;
    return true;
  });
  try {
    return { code: await run(['node', 'nautilus', ...args]), out };
  } finally {
    write.mockRestore();
  }
}

test('the bars of the market data engine stand in its pool of histories, sized from its claim', async () => {
  await eventually('nineteen blocks of bars', async () => ((await historical())?.blocks === 19 ? true : undefined));
  expect(await told('/memory')).toMatchObject({ budgetBytes: 64 * 2 ** 20, pressure: 'normal' });
  expect(await historical()).toMatchObject({ usedBytes: 19 * 4096, strategy: 'best-fit', failures: 0 });
  const { body } = await marketdata.get('/api/v1/marketdata/bars/AAPL?size=1&limit=1100');
  expect(JSON.stringify(body)).toContain('"close"');
});

test('says which site holds them, in /memory/profile and in /metrics', async () => {
  const { sites } = await told('/memory/profile');
  expect(sites[0]).toMatchObject({ pool: 'historical', blocks: 19, bytes: 19 * 4096 });
  expect(sites[0]!.site).toMatch(/newBlock/);
  const { body } = await marketdata.get('/metrics');
  expect(body).toMatch(/nautilus_memory_pool_used_bytes{pool="historical",region="unified-main",.*} 77824/);
  expect(body).toMatch(/nautilus_memory_region_used_bytes{region="unified-main",.*} 77824/);
});

test('an engine without a manager says so, and exports nothing', async () => {
  expect(await analytics.get('/memory')).toMatchObject({ status: 404, body: { code: 'NAUT_MEMORY_NONE' } });
  expect((await analytics.get('/metrics')).body).not.toMatch(/^nautilus_memory_\w+[{ ]/m);
});

test('`nautilus memory profile` shows pools and sites of what runs', async () => {
  const { code, out } = await nautilus('memory', 'profile');
  expect(code).toBe(0);
  expect(out).toMatch(/^marketdata( +[\d.]+ MiB){2} +[\d.]+ [KM]iB +76\.0 KiB of 64\.0 MiB +normal$/m);
  expect(out).toMatch(/^analytics( +[\d.]+ MiB){2} +[\d.]+ [KM]iB +– +–$/m);
  expect(out).toMatch(/marketdata +historical +unified-main +best-fit +76\.0 KiB/);
  expect(out).toMatch(/newBlock .* historical +76\.0 KiB +19/);
  const json = JSON.parse((await nautilus('memory', 'profile', '--engine', 'marketdata', '--json')).out);
  expect(json.engines.marketdata.pools.memory.usedBytes).toBe(77_824);
});

test('`nautilus memory profile` shows the buffers that processes share, and who holds them', async () => {
  expect((await nautilus('memory', 'profile')).out).not.toContain('shared buffer');
  const research = SharedBuffers.in({ directory: path.join(scratch.path, 'shm'), owner: 'research' });
  try {
    research.create('factor-returns', 4096, 'coreml');
    const { out } = await nautilus('memory', 'profile');
    expect(out).toMatch(new RegExp(`factor-returns +4\\.0 KiB +coreml +research \\(process ${process.pid}\\)`));
    const json = JSON.parse((await nautilus('memory', 'profile', '--json')).out);
    expect(json.sharedBuffers).toMatchObject([
      { name: 'factor-returns', holders: [{ owner: 'research', alive: true }] },
    ]);
  } finally {
    research.close();
  }
});

test('`nautilus memory leaks` tells what is old, and that it does not grow', async () => {
  const { code, out } = await nautilus('memory', 'leaks', '--older-than', '0');
  expect(code).toBe(0);
  expect(out).toMatch(/held +marketdata .*newBlock/);
  expect((await nautilus('memory', 'leaks', '--older-than', '9999')).out).toContain(
    'nothing that is recorded is older',
  );
});

test('recording is switched on a running engine', async () => {
  await nautilus('memory', 'profile', '--engine', 'marketdata', '--record', 'off');
  expect(await told('/memory/profile')).toMatchObject({ recording: 'off', everyBytes: null });
  expect((await marketdata.request('PUT', '/memory/profile', { recording: 'some' })).status).toBe(400);
});

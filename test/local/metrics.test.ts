import { loadProfile } from '@nautilus/config';
import { type EngineName, engineNames } from '@nautilus/config/catalog';
import { targetsOf } from '@nautilus/constructs';
import { eventually } from '../support/eventually';
import { recordedMetrics } from '../support/exported-metrics';
import { LocalRun } from './local-run';

const run = new LocalRun(17_000);
/** The text of each engine's /metrics. */
const texts = new Map<string, string>();

beforeAll(async () => {
  const { code, stderr } = await run.up();
  if (code !== 0) throw new Error(stderr);
  const answer = await run.send({ clientOrderId: 'metrics-1', quantity: 100 });
  expect(answer.status).toBe(201);
  await run.filled(((await answer.json()) as { orderId: number }).orderId);
  const metricsOf = async (engine: EngineName) => (await fetch(`${run.address(engine)}/metrics`)).text();
  // It hears of a fill beside the OMS, not through it.
  await eventually('risk knows the position', async () => {
    return (await metricsOf('risk')).includes('nautilus_risk_position{') || undefined;
  });
  for (const engine of engineNames) texts.set(engine, await metricsOf(engine));
}, 120_000);

afterAll(() => run.stop(), 60_000);

const names = (text: string) => [...text.matchAll(/^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]/gm)].map(([, name]) => name!);

test('what dashboards and alerts may name is what the engines export', () => {
  const exported = new Set([...texts.values()].flatMap(names));
  // What only a container or the hardware switch has.
  const onDemand = /^nautilus_(cgroup|pressure)_/;
  const recorded = recordedMetrics('engines').filter((name) => name.startsWith('nautilus_') && !onDemand.test(name));
  expect(recorded.length).toBeGreaterThan(30);
  expect(recorded.filter((name) => !exported.has(name))).toEqual([]);
  expect([...exported].filter((name) => name.startsWith('nautilus_') && !onDemand.test(name)).sort()).toEqual(recorded);
});

test('no engine exports more series than the metrics store expects of it', () => {
  for (const { service, series } of targetsOf(loadProfile('laptop'))) {
    const text = texts.get(service);
    if (text !== undefined) expect(names(text).length).toBeLessThanOrEqual(series.expected);
  }
});

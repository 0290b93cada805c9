import { type Fact, fact, z } from '@nautilus/core/kernel';
import { readJson, reasonOf } from '../ask';
import type { DeployedService } from '../config';

/** Long enough for two samples of whatever is scraped at least once a minute. */
export const SERVER_WINDOW_SECONDS = 120;
const TIMEOUT_MS = 2000;

/** CPU seconds that servers export of their processes, as expressions of Prometheus. */
const expressions: Readonly<Record<string, string>> = {
  redis: 'sum(rate(redis_cpu_sys_seconds_total[2m])) + sum(rate(redis_cpu_user_seconds_total[2m]))',
  prometheus: 'sum(rate(process_cpu_seconds_total{service="prometheus"}[2m]))',
  grafana: 'sum(rate(process_cpu_seconds_total{service="grafana"}[2m]))',
  'redis-exporter': 'sum(rate(process_cpu_seconds_total{service="redis-exporter"}[2m]))',
  'postgres-exporter': 'sum(rate(process_cpu_seconds_total{service="postgres-exporter"}[2m]))',
};

/** One query for all of them: each result says whose it is. */
const query = Object.entries(expressions)
  .map(([name, expression]) => `label_replace(${expression}, "of", "${name}", "", "")`)
  .join(' or ');

const Answer = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.object({ of: z.string() }), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** Cores that a server keeps busy, by its name. */
export type ServerUse = (name: string) => Fact<number>;

/** What Prometheus knows of the servers that are no engines. Never rejects. */
export async function serverUse(services: readonly DeployedService[]): Promise<ServerUse> {
  const prometheus = services.find(({ name }) => name === 'prometheus');
  const unknown = (why: string) => (name: string) =>
    fact<number>('measured', null, name in expressions ? why : `${name} tells nobody how much CPU time it takes`);
  if (!prometheus) return unknown('Prometheus is not deployed, which would know it');
  try {
    const url = `${prometheus.address}/api/v1/query?query=${encodeURIComponent(query)}`;
    const answer = await readJson(Answer, url, TIMEOUT_MS);
    if (!answer) return unknown(`what answers at ${prometheus.address} is no Prometheus`);
    const cores = new Map(answer.data.result.map(({ metric, value }) => [metric.of, Number(value[1])]));
    const missing = unknown(`Prometheus has no two samples of the last ${SERVER_WINDOW_SECONDS} s`);
    return (name) => (cores.has(name) ? fact('measured', cores.get(name), '') : missing(name));
  } catch (error) {
    return unknown(`Prometheus does not answer: ${reasonOf(error, TIMEOUT_MS)}`);
  }
}

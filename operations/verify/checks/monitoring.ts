import { engineNames, grafana } from '@nautilus/config';
import * as z from 'zod';
import { type Check, check, fail, pass, unless } from '../check';
import { json } from '../platform/answer';
import type { Platform } from '../platform/platform';
import { settingsCheck } from './settings';

const Samples = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** What Prometheus answers to an expression now. */
export const query = async (platform: Platform, expression: string) =>
  json(Samples, await platform.ask('prometheus', `/api/v1/query?query=${encodeURIComponent(expression)}`)).data.result;

const Targets = z.object({
  data: z.object({
    activeTargets: z.array(
      z.object({ labels: z.record(z.string(), z.string()), health: z.string(), lastError: z.string() }),
    ),
  }),
});

const noPrometheus = (platform: Platform) => platform.absent('prometheus');

const targets = check({
  id: 'prometheus/targets',
  source: 'P Prometheus; README 11',
  what: 'Prometheus reads everything that it was told to',
  expectation: 'every target is up, and each engine is one',
  unavailable: noPrometheus,
  read: async (platform) =>
    json(Targets, await platform.ask('prometheus', '/api/v1/targets?state=active')).data.activeTargets,
  judge: (all, platform) => {
    const name = ({ service, instance, job }: Readonly<Record<string, string>>) => service ?? instance ?? job ?? '?';
    const known = new Set(all.map(({ labels }) => labels.service));
    const unread = engineNames.filter((engine) => platform.absent(engine) === undefined && !known.has(engine));
    return unless(
      [
        ...all
          .filter(({ health }) => health !== 'up')
          .map(({ labels, health, lastError }) => `${name(labels)} is ${health}${lastError ? `: ${lastError}` : ''}`),
        ...unread.map((engine) => `${engine} is not read`),
        all.length === 0 && 'it reads nothing',
      ],
      `${all.filter(({ health }) => health === 'up').length} of ${all.length} up`,
    );
  },
});

const Rules = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            query: z.string(),
            health: z.string(),
            state: z.string().optional(),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
});

/** Of the requirements: percent of a container's memory, by alert. */
const pressure = { MemoryInfo: 60, MemoryWarning: 80, MemoryCritical: 90, MemoryEmergency: 95 } as const;

const rules = check({
  id: 'prometheus/rules',
  source: 'U Alert thresholds; README 27',
  what: 'alerts are loaded, with the thresholds of the requirements',
  expectation: 'every rule works; memory alerts at 60, 80, 90 and 95 %',
  unavailable: noPrometheus,
  read: async (platform) =>
    json(Rules, await platform.ask('prometheus', '/api/v1/rules')).data.groups.flatMap((group) => group.rules),
  judge: (all) =>
    unless(
      [
        ...all
          .filter(({ health }) => health === 'err')
          .map(({ name, lastError }) => `${name} does not work: ${lastError ?? ''}`),
        ...Object.entries(pressure)
          .filter(([name, percent]) => {
            const expression = all.find((rule) => rule.name === name)?.query;
            return expression === undefined || !expression.includes(`> ${percent / 100}`);
          })
          .map(([name, percent]) => `there is no alert ${name} at ${percent} %`),
      ],
      `${all.length} rules`,
    ),
});

const memoryPressure = check({
  id: 'memory/pressure',
  source: 'U Health monitoring: memory pressure; README 27',
  what: 'no engine is in a memory emergency',
  expectation: 'Prometheus has each engine’s share of its limit, below 95 %',
  unavailable: noPrometheus,
  read: (platform) => query(platform, 'service:memory_working_set:ratio'),
  judge: (samples) => {
    const shares = samples.map(({ metric, value }) => ({
      service: metric.service ?? '?',
      percent: Number(value[1]) * 100,
    }));
    return unless(
      [
        shares.length === 0 && 'it is recorded for no engine',
        ...shares
          .filter(({ percent }) => percent >= 95)
          .map(({ service, percent }) => `${service} uses ${percent.toFixed(0)} %`),
      ],
      `${shares.length} engines, at most ${Math.max(0, ...shares.map(({ percent }) => percent)).toFixed(0)} %`,
    );
  },
});

/** Of each exporter: is its server up, and what the trading queries give. */
const exporterMetrics = {
  redis: ['redis_up == 1', 'redis_number_of_distinct_key_groups{db="db0"}', 'redis_memory_max_bytes'],
  postgres: ['pg_up == 1', 'nautilus_database_statements_calls_total', 'nautilus_database_table_bytes'],
} as const;

const exporter = (server: keyof typeof exporterMetrics) =>
  check({
    id: `${server}-exporter/metrics`,
    source: 'P Specialized exporters; README 13',
    what: `what the ${server} exporter tells is in Prometheus`,
    expectation: exporterMetrics[server].join(', '),
    unavailable: (platform) => platform.absent(`${server}-exporter`) ?? noPrometheus(platform),
    read: (platform) =>
      Promise.all(
        exporterMetrics[server].map(async (expression) => ({
          expression,
          samples: (await query(platform, expression)).length,
        })),
      ),
    judge: (all) =>
      unless(
        all.filter(({ samples }) => samples === 0).map(({ expression }) => `nothing for ${expression}`),
        all
          .map(({ samples }) => samples)
          .join(', ')
          .concat(' series'),
      ),
  });

const grafanaHealth = check({
  id: 'grafana/health',
  source: 'P Grafana; README 12',
  what: 'Grafana serves, with its database',
  expectation: 'GET /grafana/api/health says that the database is ok',
  unavailable: (platform) => platform.absent('grafana'),
  read: async (platform) =>
    json(z.object({ database: z.string() }), await platform.ask('grafana', `${grafana.path}api/health`)),
  judge: ({ database }) =>
    database === 'ok' ? pass('database ok') : fail(`database ${database}`, 'it cannot keep dashboards'),
});

export const monitoringChecks: readonly Check[] = [
  settingsCheck({
    id: 'prometheus/settings',
    source: 'P Prometheus; README 11',
    what: 'Prometheus runs with the declared flags',
    service: 'prometheus',
    subjects: ['prometheus'],
  }),
  targets,
  rules,
  exporter('redis'),
  exporter('postgres'),
  grafanaHealth,
  settingsCheck({
    id: 'grafana/settings',
    source: 'P Grafana; README 12',
    what: 'Grafana runs with the declared settings',
    service: 'grafana',
    subjects: ['grafana'],
  }),
  memoryPressure,
];

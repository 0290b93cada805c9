import { readFileSync } from 'node:fs';
import { engineNames, type ServiceName } from '@nautilus/config';
import { SecretKeeper } from '../../../engines/secrets';
import type { Finding } from '../../../operations/drift';
import type { CheckResult } from '../../../operations/verify';
import { checks, verify } from '../../../operations/verify';
import { emptyVolume } from '../secrets/volume';
import { answer, GreenPlatform } from './green-platform';

/** What makes a check red, and a part of the reason that it gives. */
type Injury = readonly [id: string, injure: (platform: GreenPlatform) => void, reason: string];

/** Two certificates of the same names, of two authorities. */
const authorities: { gateway: string; authority: string }[] = [];

beforeAll(async () => {
  for (let made = 0; made < 2; made++) {
    const { declaration, file } = emptyVolume();
    await new SecretKeeper(declaration).make();
    const read = (name: string) => readFileSync(file(name), 'utf8');
    authorities.push({ gateway: read('gateway.crt'), authority: read('authority.crt') });
  }
});

function green(mode: 'docker' | 'local' = 'docker'): GreenPlatform {
  const platform = new GreenPlatform(mode);
  const [{ gateway, authority }] = authorities as [{ gateway: string; authority: string }];
  platform.certificates = { shown: gateway, given: gateway, authority };
  return platform;
}

const one = async (platform: GreenPlatform, id: string): Promise<CheckResult> =>
  (await verify({ platform, only: [id] }))[0]!;

/** The same answer with another field. */
const altered = (platform: GreenPlatform, engine: ServiceName, change: object) => () =>
  answer({ ...platform.engineStatus(engine), ...change });

const ofEveryEngine = engineNames.flatMap((engine): Injury[] => [
  [`${engine}/health`, (platform) => platform.silence(engine), 'ECONNREFUSED'],
  [
    `${engine}/ready`,
    ({ http }) => {
      http[`${engine} /ready`] = () => answer({ ready: false, reason: 'waits for the feed' }, 503);
    },
    'waits for the feed',
  ],
  [
    `${engine}/metrics`,
    ({ http }) => {
      http[`${engine} /metrics`] = () => answer('nautilus_ready{} 0');
    },
    'nautilus_ready is 0; process_cpu_seconds_total is absent',
  ],
  [
    `${engine}/m4-max`,
    (platform) => {
      platform.http[`${engine} /m4-max/status`] = altered(platform, engine, { m4_max_reason: undefined });
    },
    'null without a reason',
  ],
]);

const ofTheNine = checks
  .filter(({ id }) => id.endsWith('/domain'))
  .map(({ id }): Injury => {
    const engine = id.split('/')[0] as ServiceName;
    return [
      id,
      (platform) => {
        platform.http[`${engine} /m4-max/status`] = altered(platform, engine, { engine: {} });
      },
      'tells of no work',
    ];
  });

const unlike = (setting: string) => (platform: GreenPlatform) => {
  const reading = platform.settings.find(({ expectation }) => expectation.setting === setting)!;
  Object.assign(reading, { live: 'another', verdict: 'differs' });
};

const nothingIn = (part: string) => (platform: GreenPlatform) => {
  const ask = platform.http['prometheus /api/v1/query']!;
  platform.http['prometheus /api/v1/query'] = (request, query) =>
    query.get('query')!.includes(part) ? answer({ data: { result: [] } }) : ask(request, query);
};

const onNeuralEngine = [{ name: 'ml', backend: { value: 'coreml', origin: 'measured' } }];
const unmeasured = { name: 'copy', unit: 'B/s', min: null, max: null, rounds: 0 };

const injuries: readonly Injury[] = [
  ...ofEveryEngine,
  ...ofTheNine,
  ['platform/running', ({ list }) => Object.assign(list[0]!, { State: 'paused' }), 'is paused'],
  ['platform/ports', ({ list }) => Object.assign(list[0]!.Ports[0]!, { IP: '0.0.0.0' }), '(not declared)'],
  [
    'platform/resources',
    ({ usage }) => Object.assign(usage[0]!, { workingSetBytes: usage[0]!.limitBytes * 0.97 }),
    'uses 97 % of its memory',
  ],
  [
    'platform/declared',
    (platform) => {
      const findings = [
        { service: 'oms', what: 'CPUs', live: '4', cause: 'docker update' },
        { service: 'pms', what: 'state', live: 'started again 5 times', cause: 'NAUT_JOURNAL_KEY: no key is there' },
      ] as Finding[];
      platform.drift = { findings, unread: [] };
    },
    'oms: CPUs is 4; pms: state is started again 5 times (NAUT_JOURNAL_KEY: no key is there)',
  ],
  [
    'backend/environment',
    ({ programs }) => {
      programs['backend env'] = () => ({ exitCode: 0, output: 'NODE_ENV=development' });
    },
    'NODE_ENV is not as declared',
  ],
  [
    'backend/acceleration',
    ({ http }) => {
      http['backend /api/v1/acceleration/metrics'] = () =>
        answer({
          hostAgent: { answers: false },
          gpu: { busyShare: { value: null, origin: 'host agent' } },
          engines: onNeuralEngine,
        });
    },
    'gpu.busyShare is null without a reason; ml says that it computes on coreml, which nothing here can reach',
  ],
  [
    'backend/neural-engine',
    ({ http }) => {
      http['backend /api/v1/acceleration/neural/status'] = () =>
        answer({ available: { value: true, origin: 'a guess' }, engines: [] });
    },
    'available does not say where it comes from; it knows no engine',
  ],
  [
    'backend/core-utilization',
    ({ http }) => {
      http['backend /api/v1/optimization/core-utilization'] = () => answer({ services: [] });
    },
    'it does not know how many cores analytics keeps busy',
  ],
  [
    'backend/benchmarks',
    ({ http }) => {
      http['backend /api/v1/benchmarks/m4max/run'] = () =>
        answer({ measurements: [{ ...unmeasured, result: { value: null, origin: 'measured', reason: 'no room' } }] });
    },
    'copy was not measured',
  ],
  [
    'backend/services',
    ({ http }) => {
      http['backend /api/v1/platform/services'] = () =>
        answer({ services: [{ name: 'oms', state: 'not ready', reason: 'limits are stale' }] });
    },
    'oms is not ready: limits are stale',
  ],
  [
    'postgres/shared_buffers',
    (platform) => {
      platform.database = (query) => (query.includes('shared_buffers') ? [['128MB', String(2 ** 27)]] : undefined);
    },
    'declared are 268435456 bytes',
  ],
  ['postgres/settings', unlike('shared_buffers'), 'shared_buffers is another, declared 268435456'],
  [
    'postgres/statements',
    (platform) => {
      platform.database = (query) => (query.includes('FROM pg_stat_statements') ? [['0']] : undefined);
    },
    'a statement was not counted',
  ],
  [
    'redis/memory',
    ({ programs }) => {
      programs['redis sh'] = () => ({
        exitCode: 0,
        output: 'used_memory:5\nmaxmemory:5\nmaxmemory_policy:allkeys-lru',
      });
    },
    'maxmemory is 5, declared 100663296; maxmemory-policy is allkeys-lru, declared noeviction; it is full',
  ],
  ['redis/settings', unlike('maxmemory'), 'maxmemory is another'],
  ['prometheus/settings', unlike('storage.tsdb.retention.time'), 'declared 1d'],
  [
    'prometheus/targets',
    ({ http }) => {
      http['prometheus /api/v1/targets'] = () =>
        answer({ data: { activeTargets: [{ labels: { service: 'oms' }, health: 'down', lastError: 'refused' }] } });
    },
    'oms is down: refused',
  ],
  [
    'prometheus/rules',
    ({ http }) => {
      http['prometheus /api/v1/rules'] = () => answer({ data: { groups: [] } });
    },
    'there is no alert MemoryInfo at 60 %',
  ],
  ['redis-exporter/metrics', nothingIn('redis_up'), 'nothing for redis_up == 1'],
  ['postgres-exporter/metrics', nothingIn('nautilus_database_table'), 'nothing for nautilus_database_table_bytes'],
  ['memory/pressure', nothingIn('working_set'), 'recorded for no engine'],
  [
    'grafana/health',
    ({ http }) => {
      http['grafana /grafana/api/health'] = () => answer({ database: 'failing' });
    },
    'cannot keep dashboards',
  ],
  ['grafana/settings', unlike('database.max_open_conn'), 'declared 20'],
  [
    'nginx/configuration',
    ({ programs }) => {
      programs['nginx nginx'] = () => ({ exitCode: 1, output: 'nginx: [emerg] unknown directive "foo"\n' });
    },
    'unknown directive',
  ],
  ['nginx/settings', unlike('worker_connections'), 'worker_connections is another'],
  [
    'nginx/tls',
    (platform) => {
      platform.certificates = { ...platform.certificates, shown: authorities[1]!.gateway };
    },
    'another certificate than it was given; the platform’s authority did not sign it',
  ],
  [
    'nginx/users',
    ({ gatewayAnswers }) => {
      gatewayAnswers['GET nobody'] = answer({ orders: [] });
    },
    'nobody gets 200',
  ],
  [
    'frontend/page',
    ({ http }) => {
      delete http['frontend /page.js'];
    },
    '/page.js is missing',
  ],
  ['network/mtu', unlike('eth0.mtu'), 'eth0.mtu is another, declared 9000'],
  [
    'network/addresses',
    (platform) => {
      platform.network.IPAM.Config[0]!.AuxiliaryAddresses = {};
      platform.network.Containers.oms!.IPv4Address = '172.21.0.99/16';
    },
    '172.21.0.10 is not reserved for trading-gateway; oms is at 172.21.0.99',
  ],
  [
    'hardware/chip',
    (platform) => {
      const hardware = { model: 'm4-max', variant: { memory: platform.machine!.memory, performanceCores: 12 } };
      Object.assign(platform, { profile: { ...platform.profile, hardware } });
    },
    'is for an M4 Max with 12 performance cores',
  ],
  [
    'diagnostics/debug-logs',
    (platform) => {
      platform.http['backend /api/v1/platform'] = (_, query) => {
        platform.logText = `{"level":"debug","url":"/api/v1/platform?${query}"}`;
        return answer({});
      };
    },
    'diagnostics.debugLogs is false',
  ],
  [
    'diagnostics/hardware-metrics',
    ({ http }) => {
      http['oms /metrics'] = () => answer('nautilus_ready{} 1');
    },
    'diagnostics.hardwareMetrics is true',
  ],
  [
    'trading/order',
    ({ http, trading }) => {
      const enter = http['oms POST /api/v1/orders']!;
      http['oms POST /api/v1/orders'] = (request, query) =>
        trading.orders.length === 1 ? answer({ ...trading.orders[0], orderId: 77 }, 201) : enter(request, query);
    },
    'sent again it got 201 and became order 77, not 1',
  ],
  [
    'trading/fill',
    ({ http }) => {
      const list = http['oms /api/v1/executions']!;
      http['oms /api/v1/executions'] = (request, query) =>
        query.has('orderId') ? answer({ executions: [] }) : list(request, query);
    },
    'its executions are of 0 shares',
  ],
  [
    'trading/execution-system',
    ({ http }) => {
      http['ems /api/v1/parents/1'] = () => answer({ status: 'new', filledQuantity: 0 });
    },
    'does not know the fill',
  ],
  [
    'trading/position',
    ({ http }) => {
      http['pms /api/v1/positions/main/AAPL'] = () => answer({ quantity: 5 });
    },
    'executed were 1 shares',
  ],
  [
    'trading/cash',
    ({ http }) => {
      http['pms /api/v1/cash'] = () => answer({ cash: [{ account: 'main', currency: 'USD', balance: 1 }] });
    },
    'executed was -586.1400 USD',
  ],
  [
    'trading/journal',
    ({ http }) => {
      http['oms /api/v1/state'] = () => answer({ durable: 9 });
    },
    'an order and a fill are two',
  ],
  [
    'trading/metric',
    ({ http }) => {
      http['oms /metrics'] = () => answer('nautilus_oms_executions 7');
    },
    'it did not move',
  ],
  [
    'trading/latency',
    ({ http }) => {
      http['ems /api/v1/latency'] = () => answer({ hops: { 'oms→ems': { count: 3 } } });
      http['oms /api/v1/latency'] = () => answer({ hops: { 'ems→oms': { count: 3 } } });
      http['pms /api/v1/latency'] = () => answer({ hops: {} });
    },
    'nothing on oms→ems; nothing on ems→oms; nothing on oms→pms',
  ],
  ['trading/prometheus', nothingIn('nautilus_oms_executions'), 'the order system counted 1 executions'],
  [
    'trading/row',
    (platform) => {
      platform.database = (query) => (query.includes('trading.orders') ? [] : undefined);
    },
    'the order is not in the database',
  ],
  [
    'trading/cache',
    ({ programs }) => {
      programs['redis sh'] = () => ({ exitCode: 0, output: '\n' });
    },
    'leads to nothing, not 1; the order is not there; the fill is not there',
  ],
  [
    'trading/closed',
    ({ trading }) => {
      trading.dry.add('sell');
    },
    'enter the opposite order of one share',
  ],
];

/** Checks of what does not exist, which say so on every platform. */
const never = checks.filter(({ unavailable }) => unavailable(new GreenPlatform()) !== undefined).map(({ id }) => id);

test('all of a green platform is green, and every check has an id of its own', async () => {
  const results = await verify({ platform: green() });
  expect(results.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id)).toEqual(never);
  expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
});

test('there is an injury for every check but those of what does not exist', () => {
  const injured = injuries.map(([id]) => id).sort();
  expect(injured).toEqual(
    checks
      .map(({ id }) => id)
      .filter((id) => !never.includes(id))
      .sort(),
  );
});

test.each(injuries)('%s is red when it should be', async (id, injure, reason) => {
  const platform = green();
  expect(await one(platform, id)).toMatchObject({ verdict: 'pass' });
  const injured = green();
  injure(injured);
  const result = await one(injured, id);
  expect([result.verdict, result.reason]).toEqual(['fail', expect.stringContaining(reason)]);
});

describe('local mode', () => {
  const withoutServices = ['redis', 'nginx', 'prometheus', 'grafana', 'redis-exporter', 'postgres-exporter'] as const;
  const local = () => {
    const platform = green('local');
    for (const service of withoutServices) platform.without.set(service, `local mode has no ${service}`);
    return platform;
  };

  test('what it cannot have does not apply, with the reason; the rest is green', async () => {
    const platform = local();
    platform.http['oms /metrics'] = () => answer(platform.metrics('oms'));
    const results = (await verify({ platform })).filter(({ id }) => id !== 'platform/ports');
    const applies = results.filter(({ verdict }) => verdict !== 'not-applicable');
    expect(applies.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(applies.length).toBeGreaterThan(70);
    for (const { verdict, reason } of results) if (verdict === 'not-applicable') expect(reason).not.toBe('');
  });

  test('a process that has ended is red', async () => {
    const platform = local();
    platform.status = platform.status.map((status) =>
      status.name === 'oms' ? { ...status, state: 'stopped', reason: 'see oms.log' } : status,
    );
    const result = await one(platform, 'platform/running');
    expect([result.verdict, result.reason]).toEqual(['fail', 'oms is stopped (see oms.log)']);
  });

  test('a port where nobody listens is red', async () => {
    const platform = local();
    platform.status = [{ ...platform.status[0]!, name: 'oms', port: 1 }];
    expect(await one(platform, 'platform/ports')).toMatchObject({ verdict: 'fail', reason: 'oms: 127.0.0.1:1' });
  });
});

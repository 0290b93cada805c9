/** The rules by promtool: each alert fires when it must and is silent when it must, and names metrics that exist. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadProfile } from '@nautilus/config';
import { metricsBundle, ruleGroups } from '@nautilus/constructs';
import { stringify } from 'yaml';
import { exportedMetrics } from '../support/exported-metrics';
import { everyMetricIn } from '../support/promql';
import { profiles, temporaryFolder } from './support/synthesis';

type Series = Readonly<Record<string, string>>;

/** A reading every 15 s, four a minute. */
const interval = '15s';

interface Case {
  /** Minutes after which the alert fires. */
  readonly at: number;
  readonly fires: Series;
  /** Nearly the same, and no alert at any time until then. */
  readonly silent: Series;
}

const buckets = (metric: string, labels: string, counts: Readonly<Record<string, string>>): Series =>
  Object.fromEntries(Object.entries(counts).map(([le, values]) => [`${metric}_bucket{${labels}, le="${le}"}`, values]));

const http = (counts: Readonly<Record<string, string>>) =>
  buckets(
    'nautilus_http_request_duration_seconds',
    'service="oms", method="POST", route="/api/v1/orders", status="201"',
    counts,
  );

const memory = (used: number): Series => ({
  'nautilus_cgroup_memory_working_set_bytes{service="oms"}': `${used}x60`,
  'nautilus_cgroup_memory_limit_bytes{service="oms"}': '100x60',
});

const redis = (used: number): Series => ({
  'redis_memory_used_bytes{service="redis-exporter"}': `${used}x60`,
  'redis_memory_max_bytes{service="redis-exporter"}': '100x60',
});

const connections = (used: number): Series => ({
  'pg_stat_database_numbackends{service="postgres-exporter", datname="nautilus"}': `${used}x60`,
  'pg_stat_database_numbackends{service="postgres-exporter", datname="postgres"}': '1x60',
  'pg_settings_max_connections{service="postgres-exporter", server="a"}': '100x60',
});

const pages = (hits: string, reads: string): Series => ({
  'pg_stat_database_blks_hit{service="postgres-exporter", datname="nautilus"}': hits,
  'pg_stat_database_blks_read{service="postgres-exporter", datname="nautilus"}': reads,
});

const gauge = (metric: string, fires: string, silent: string, at = 10): Case => ({
  at,
  fires: { [metric]: fires },
  silent: { [metric]: silent },
});

const cases: Readonly<Record<string, Case>> = {
  ServiceDown: gauge('up{service="oms"}', '1x4 0x60', '1x4 0 0 1x60'),
  ServiceRestarting: gauge('process_start_time_seconds{service="oms"}', '1x8 2x8 3x8 4x60', '1x8 2x8 3x60'),
  ServiceNotReady: gauge('nautilus_ready{service="oms"}', '1x4 0x60', '1x4 0x4 1x60'),
  EventLoopBlocked: gauge('nodejs_eventloop_lag_p99_seconds{service="oms"}', '1.5x60', '0.9x60'),
  EventLoopSlow: gauge('nodejs_eventloop_lag_p99_seconds{service="oms"}', '0.5x60', '1.5x60'),
  CpuThrottled: {
    at: 20,
    fires: {
      'nautilus_cgroup_cpu_throttled_periods_total{service="oms"}': '0+3x90',
      'nautilus_cgroup_cpu_periods_total{service="oms"}': '0+10x90',
    },
    silent: {
      'nautilus_cgroup_cpu_throttled_periods_total{service="oms"}': '0+2x90',
      'nautilus_cgroup_cpu_periods_total{service="oms"}': '0+10x90',
    },
  },
  ScrapeRefused: gauge('prometheus_target_scrapes_exceeded_sample_limit_total', '0x20 0+1x60', '7x80'),
  SeriesNearLimit: gauge('prometheus_tsdb_head_series{service="prometheus"}', '9999999x90', '7500x90', 15),
  RuleFails: gauge('prometheus_rule_evaluation_failures_total{rule_group="x"}', '0x20 0+1x60', '7x80'),

  OrderAcknowledgementVerySlow: {
    at: 8,
    fires: http({ '0.05': '0+10x60', '0.5': '0+10x60', '1': '0+20x60', '+Inf': '0+20x60' }),
    silent: http({ '0.05': '0+10x60', '0.5': '0+20x60', '1': '0+20x60', '+Inf': '0+20x60' }),
  },
  OrderAcknowledgementSlow: {
    at: 15,
    fires: buckets('nautilus_hop_duration_seconds', 'service="oms", hop="entry→ack"', {
      '0.033554432': '0+10x80',
      '0.134217728': '0+20x80',
      '+Inf': '0+20x80',
    }),
    silent: buckets('nautilus_hop_duration_seconds', 'service="oms", hop="entry→ack"', {
      '0.033554432': '0+1000x80',
      '0.134217728': '0+1001x80',
      '+Inf': '0+1001x80',
    }),
  },
  OrdersRefused: {
    at: 10,
    fires: { 'nautilus_oms_refusals{service="oms"}': '0+1x60', 'nautilus_oms_orders{service="oms"}': '0+10x60' },
    silent: { 'nautilus_oms_refusals{service="oms"}': '0+1x60', 'nautilus_oms_orders{service="oms"}': '0+100x60' },
  },
  WriteBehindLag: gauge(
    'nautilus_write_behind_lag_records{service="oms", sink="postgres"}',
    '1000000x60',
    '1000000x4 0x60',
  ),
  WriteBehindVeryLate: gauge('nautilus_write_behind_lag_seconds{service="pms", sink="redis"}', '901x60', '900x60'),
  WriteBehindLate: gauge('nautilus_write_behind_lag_seconds{service="oms", sink="postgres"}', '0+15x60', '60x60', 8),
  JournalBehind: gauge('nautilus_oms_undurable_records{service="oms"}', '1000000x60', '50x60'),
  FeedGap: gauge(
    'nautilus_topic_missed_messages_total{service="ems", topic="marketdata.book-events"}',
    '0x20 3x60',
    '3x80',
  ),
  RingNearlyFull: gauge('nautilus_topic_free_slots{service="oms", topic="oms.executions"}', '399x60', '400x60'),
  NoMarketData: {
    at: 12,
    fires: {
      'nautilus_marketdata_events{service="marketdata"}': '0+5x8 40x60',
      'nautilus_marketdata_feed_running{service="marketdata"}': '1x70',
    },
    silent: {
      'nautilus_marketdata_events{service="marketdata"}': '0+5x8 40x60',
      'nautilus_marketdata_feed_running{service="marketdata"}': '1x8 0x60',
    },
  },
  BookingStopped: gauge('nautilus_pms_refused{service="pms"}', '0x4 1x60', '0x60'),
  ImpossibleReport: gauge('nautilus_oms_refused_reports{service="oms"}', '0x20 1x60', '1x80'),

  VenueDown: gauge('nautilus_ems_venue_up{service="ems", venue="XSIM"}', '1x4 0x60', '1x4 0 1x60'),
  VenueRejects: {
    at: 10,
    fires: {
      'nautilus_ems_venue_orders{service="ems", venue="XSIM"}': '0+10x60',
      'nautilus_ems_venue_rejects{service="ems", venue="XSIM"}': '0+6x60',
    },
    silent: {
      'nautilus_ems_venue_orders{service="ems", venue="XSIM"}': '0+10x60',
      'nautilus_ems_venue_rejects{service="ems", venue="XSIM"}': '0+5x60',
    },
  },
  VenueAnswersLate: gauge('nautilus_ems_late_answers{service="ems"}', '2x20 3x60', '3x80'),
  ExcessFills: gauge('nautilus_ems_excess_fills{service="ems"}', '0x20 1x60', '1x80'),
  StrayEvents: gauge('nautilus_ems_stray_events{service="ems"}', '0x20 1x60', '1x80'),

  FeedFailed: gauge('nautilus_marketdata_feeds_failed{service="marketdata"}', '0x4 1x60', '0x60'),
  FeedStale: gauge('nautilus_marketdata_feeds_stale{service="marketdata"}', '0x4 1x60', '0x4 1 0x60'),
  FeedMessagesMissing: gauge('nautilus_marketdata_feed_gaps{service="marketdata"}', '4x20 5x60', '5x80'),
  FeedClockJumps: gauge('nautilus_marketdata_feed_clock_jumps{service="marketdata"}', '0x20 1x60', '1x80'),

  // A credit too much counts as a debit too much does.
  LedgerImbalance: gauge('nautilus_pms_ledger_imbalance{service="pms"}', '0x4 -1x60', '0x60'),
  BooksNotReconciled: gauge('nautilus_pms_breaks{service="pms", state="open"}', '0x4 2x60', '0x4 2x10 0x60'),
  BreakAged: gauge('nautilus_pms_breaks{service="pms", state="aged"}', '0x4 1x60', '0x60'),
  MarginCall: gauge('nautilus_pms_margin_calls_open{service="pms"}', '0x4 1x60', '0x60'),

  MemoryEmergency: { at: 10, fires: memory(96), silent: memory(95) },
  MemoryCritical: { at: 10, fires: memory(95), silent: memory(96) },
  MemoryWarning: { at: 10, fires: memory(90), silent: memory(91) },
  MemoryInfo: { at: 10, fires: memory(80), silent: memory(60) },

  PostgresDown: gauge('pg_up{service="postgres-exporter"}', '1x4 0x60', '1x4 0 0 1x60'),
  RedisDown: gauge('redis_up{service="redis-exporter"}', '1x4 0x60', '1x4 0 0 1x60'),
  PostgresConnectionsExhausted: { at: 10, fires: connections(95), silent: connections(94) },
  PostgresConnectionsNearLimit: { at: 10, fires: connections(80), silent: connections(95) },
  PostgresCacheHitLow: {
    at: 20,
    fires: pages('0+8000x90', '0+2000x90'),
    // As bad a share of next to nothing.
    silent: pages('0+80x90', '0+20x90'),
  },
  PostgresDeadlocks: gauge(
    'pg_stat_database_deadlocks{service="postgres-exporter", datname="nautilus"}',
    '4x20 5x60',
    '5x80',
  ),
  RedisMemoryFull: { at: 10, fires: redis(96), silent: redis(95) },
  RedisMemoryNearLimit: { at: 10, fires: redis(81), silent: redis(96) },
  RedisRejectsConnections: gauge('redis_rejected_connections_total{service="redis-exporter"}', '0x20 1x60', '1x80'),
  RedisEvicts: gauge('redis_evicted_keys_total{service="redis-exporter"}', '0x20 1x60', '1x80'),
  RedisAppendOnlyFileFails: gauge('redis_aof_last_write_status{service="redis-exporter"}', '1x4 0x60', '1x60'),

  KillSwitchEngaged: gauge('nautilus_risk_kill_switch{service="risk", account="main"}', '0x4 1x60', '0x60'),
  OpenBreach: gauge('nautilus_risk_open_breaches{service="risk"}', '0x4 2x60', '0x60'),
  NewBreach: gauge('nautilus_risk_breaches{service="risk"}', '2x20 3x60', '3x80'),
  LimitsStale: gauge('nautilus_risk_limits_age_seconds{service="risk"}', '0x4 0+15x60', '2x60'),
  ExecutionsLost: gauge('nautilus_risk_lost_executions{service="risk"}', '0x4 1x60', '0x60'),
};

const scratch = temporaryFolder();
const folderOf = (profile: string) => path.join(scratch, profile);
const alertsOf = (profile: string) => ruleGroups(loadProfile(profile)).flatMap(({ alerts }) => alerts);

const promtool = (...args: string[]) => {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, output: error ? error.message : `${stdout}${stderr}` };
};

const installed = promtool('--version').status === 0;
if (!installed)
  process.stderr.write('the rules of Prometheus are not tested here: promtool is not installed (Debian: prometheus)\n');
const withPromtool = installed ? describe : describe.skip;

beforeAll(() => {
  for (const profile of profiles) metricsBundle(loadProfile(profile)).writeTo(folderOf(profile));
});

test('every alert has a test', () => {
  expect(Object.keys(cases).sort()).toEqual(
    alertsOf('laptop')
      .map(({ alert }) => alert)
      .sort(),
  );
});

describe.each(profiles)('%s', (profile) => {
  const groups = ruleGroups(loadProfile(profile));
  const records = new Set(groups.flatMap((group) => group.records.map(({ record }) => record)));
  const expressions = groups.flatMap(({ records, alerts }) =>
    [...records, ...alerts].map(({ expression }) => expression),
  );

  test('each expression names metrics that some service exports, or that a rule records', () => {
    const known = exportedMetrics();
    const unknown = expressions.flatMap(everyMetricIn).filter((metric) => !known.has(metric) && !records.has(metric));
    expect(unknown).toEqual([]);
  });
});

withPromtool('promtool', () => {
  test.each(profiles)('accepts configuration and rules of %s', (profile) => {
    const checked = promtool('check', 'config', path.join(folderOf(profile), 'configuration', 'prometheus.yml'));
    expect(checked).toEqual({ status: 0, output: expect.stringContaining('rules found') });
    expect(checked.output).not.toContain('FAIL');
  });

  /** Runs rule tests; `tests` are in promtool's own terms. */
  function run(name: string, tests: readonly object[]) {
    const file = path.join(folderOf('laptop'), `${name}.yml`);
    mkdirSync(folderOf('laptop'), { recursive: true });
    const rules = path.join(folderOf('laptop'), 'configuration', 'rules.yml');
    writeFileSync(file, stringify({ rule_files: [rules], evaluation_interval: interval, tests }));
    return promtool('test', 'rules', file);
  }

  const inputs = (series: Series) => Object.entries(series).map(([name, values]) => ({ series: name, values }));

  test.each(Object.entries(cases))('%s fires and is silent', (alert, { at, fires, silent }) => {
    const firing = `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`;
    const expected = (expression: string, value: number) => [
      { expr: expression, eval_time: `${at}m`, exp_samples: [{ labels: '{}', value }] },
    ];
    const outcome = run(alert, [
      { interval, input_series: inputs(fires), promql_expr_test: expected(firing, 1) },
      {
        interval,
        input_series: inputs(silent),
        promql_expr_test: expected(`max_over_time((${firing})[${at}m:${interval}])`, 0),
      },
    ]);
    expect(outcome).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });

  test('a threshold that a worse one silences comes back when that one ends', () => {
    const series = memory(0);
    const falling = { ...series, 'nautilus_cgroup_memory_working_set_bytes{service="oms"}': '97x40 85x60' };
    const alerts = (minute: number, ...expected: string[]) => ({
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: `${minute}m`,
      exp_samples: expected.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
    });
    const outcome = run('falling', [
      {
        interval,
        input_series: inputs(falling),
        promql_expr_test: [alerts(8, 'MemoryEmergency'), alerts(13, 'MemoryWarning')],
      },
    ]);
    expect(outcome).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });

  test('what a person reads names service and value', () => {
    const outcome = run('words', [
      {
        interval,
        input_series: inputs(memory(96)),
        alert_rule_test: [
          {
            eval_time: '2m',
            alertname: 'MemoryEmergency',
            exp_alerts: [
              {
                exp_labels: { service: 'oms', severity: 'emergency', subject: 'memory' },
                exp_annotations: {
                  summary: 'oms uses 96% of its memory',
                  description:
                    "More than 95 % of the container's limit. At the limit the kernel kills it: raise services.<name>.claim.memory.limit, or ask less of it.",
                },
              },
            ],
          },
        ],
      },
    ]);
    expect(outcome).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });
});

import { type BoardOf, noneAllowed, type Panel, quantile, yesNo } from './board';

const hardware: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Throttled',
    about:
      'Share of its time that a container wanted to run and its CPU quota did not let it. Raise the claim of who is often here.',
    unit: 'percentunit',
    queries: [
      {
        expression:
          'rate(nautilus_cgroup_cpu_throttled_periods_total[$__rate_interval]) / rate(nautilus_cgroup_cpu_periods_total[$__rate_interval])',
        legend: '{{service}}',
      },
    ],
  },
  {
    kind: 'lines',
    title: 'Stalled for want of a resource',
    about:
      'Share of the time in which some task waited for CPU, memory or I/O (pressure stall information of the kernel).',
    unit: 'percentunit',
    queries: [
      {
        expression:
          'max by (resource, scope) (rate(nautilus_pressure_stalled_seconds_total{share="some"}[$__rate_interval]))',
        legend: '{{resource}} ({{scope}})',
      },
    ],
  },
];

/** Is everything there, and does it answer? */
export const platform: BoardOf = ({ diagnostics }) => ({
  uid: 'nautilus-platform',
  title: 'Platform',
  about: 'Is everything there, does it answer, and how fast?',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'figure',
          title: 'Answering',
          about: 'Services that Prometheus reached at its last reading.',
          unit: 'none',
          queries: [{ expression: 'sum(up)' }],
        },
        {
          kind: 'figure',
          title: 'Silent',
          about: 'Services that Prometheus did not reach. `docker logs` of theirs says why.',
          unit: 'none',
          queries: [{ expression: 'count(up == 0) or vector(0)' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Not ready',
          about: 'Engines that run and cannot serve: GET /ready says what they wait for.',
          unit: 'none',
          queries: [{ expression: 'count(nautilus_ready == 0) or vector(0)' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Alerts',
          about: 'Alerts that fire now.',
          unit: 'none',
          queries: [{ expression: 'count(ALERTS{alertstate="firing"}) or vector(0)' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Restarts in an hour',
          about: 'Engines that started again. Each replays its journal first.',
          unit: 'none',
          queries: [{ expression: 'sum(changes(process_start_time_seconds{job="engines"}[1h]))' }],
          steps: noneAllowed,
        },
        {
          kind: 'figure',
          title: 'Requests',
          about: 'HTTP requests a second over all engines, health checks aside.',
          unit: 'reqps',
          queries: [
            {
              expression:
                'sum(rate(nautilus_http_request_duration_seconds_count{route!~"/(health|ready|metrics)"}[$__rate_interval]))',
            },
          ],
        },
      ],
    },
    {
      title: 'Services',
      panels: [
        {
          kind: 'states',
          title: 'Answering',
          about: 'Did the service answer at each reading?',
          unit: 'none',
          queries: [{ expression: 'max by (service) (up)', legend: '{{service}}' }],
          words: yesNo,
          width: 12,
        },
        {
          kind: 'states',
          title: 'Ready',
          about: 'Could the engine serve? An engine that recovers its journal runs and is not ready.',
          unit: 'none',
          queries: [{ expression: 'max by (service) (nautilus_ready)', legend: '{{service}}' }],
          words: yesNo,
          width: 12,
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          kind: 'lines',
          title: 'Requests by service',
          about: 'HTTP requests a second, health checks aside.',
          unit: 'reqps',
          queries: [
            {
              expression:
                'sum by (service) (rate(nautilus_http_request_duration_seconds_count{route!~"/(health|ready|metrics)"}[$__rate_interval]))',
              legend: '{{service}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Slowest hundredth of the requests',
          about: '99 % of the requests are answered within this time.',
          unit: 's',
          queries: [
            {
              expression: quantile(0.99, 'nautilus_http_request_duration_seconds', 'route!~"/(health|ready|metrics)"', [
                'service',
              ]),
              legend: '{{service}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Failed requests',
          about: 'Answers that begin with 5 a second: the fault is ours.',
          unit: 'reqps',
          queries: [
            {
              expression:
                'sum by (service, status) (rate(nautilus_http_request_duration_seconds_count{status=~"5.."}[$__rate_interval]))',
              legend: '{{service}} {{status}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Refused requests',
          about: 'Answers that begin with 4 a second: the caller asked for what cannot be, or too often.',
          unit: 'reqps',
          queries: [
            {
              expression:
                'sum by (service, status) (rate(nautilus_http_request_duration_seconds_count{status=~"4.."}[$__rate_interval]))',
              legend: '{{service}} {{status}}',
            },
          ],
        },
      ],
    },
    {
      title: 'CPU',
      panels: [
        {
          kind: 'lines',
          title: 'CPU by service',
          about: 'Cores in use. An engine whose poll is spin uses one whole core by design.',
          unit: 'none',
          queries: [
            {
              expression: 'sum by (service) (rate(process_cpu_seconds_total[$__rate_interval]))',
              legend: '{{service}}',
            },
          ],
          stacked: true,
        },
        {
          kind: 'lines',
          title: 'Event loop',
          about:
            'How late a task of the engine starts, at worst in 99 % of the cases. Above 10 ms something computes too long at a time.',
          unit: 's',
          queries: [{ expression: 'nodejs_eventloop_lag_p99_seconds', legend: '{{service}}' }],
        },
        ...(diagnostics.hardwareMetrics ? hardware : []),
      ],
    },
    {
      title: 'Measuring itself',
      panels: [
        {
          kind: 'lines',
          title: 'Time of a reading',
          about: 'How long Prometheus waits for the metrics of a service.',
          unit: 's',
          queries: [{ expression: 'scrape_duration_seconds', legend: '{{service}}' }],
        },
        {
          kind: 'lines',
          title: 'Series',
          about: 'Series that Prometheus has in memory: its use of memory follows them.',
          unit: 'short',
          queries: [{ expression: 'prometheus_tsdb_head_series', legend: 'series' }],
        },
        {
          kind: 'lines',
          title: 'Disk of the measurements',
          about: 'What the measurements take, without the last two hours.',
          unit: 'bytes',
          queries: [{ expression: 'prometheus_tsdb_storage_blocks_bytes', legend: 'blocks' }],
        },
        {
          kind: 'lines',
          title: 'Rules that could not be evaluated',
          about: 'An alert that cannot be evaluated does not fire.',
          unit: 'ops',
          queries: [
            {
              expression: 'sum by (rule_group) (rate(prometheus_rule_evaluation_failures_total[$__rate_interval]))',
              legend: '{{rule_group}}',
            },
          ],
        },
      ],
    },
  ],
});

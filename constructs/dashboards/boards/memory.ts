import { type BoardOf, filling, type Panel } from './board';

const faults: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Pages read back from disk',
    about: 'Major page faults a second: memory that the kernel took away is needed again.',
    unit: 'ops',
    queries: [{ expression: 'rate(nautilus_cgroup_major_page_faults_total[$__rate_interval])', legend: '{{service}}' }],
  },
];

/** Working set over limit, from nothing to all of it. */
const shareOfLimit: Pick<Panel, 'unit' | 'queries' | 'steps' | 'max'> = {
  unit: 'percentunit',
  queries: [
    {
      expression: 'max by (service) (nautilus_cgroup_memory_working_set_bytes / nautilus_cgroup_memory_limit_bytes)',
      legend: '{{service}}',
    },
  ],
  steps: filling,
  max: 1,
};

/** Who has how much of the memory, and how near it is to its limit. */
export const memory: BoardOf = ({ diagnostics }) => ({
  uid: 'nautilus-memory',
  title: 'Memory',
  about: 'Who has how much, how near it is to its limit, and what collecting garbage costs.',
  rows: [
    {
      title: 'Against the limits',
      panels: [
        {
          kind: 'bars',
          title: 'Share of the limit',
          about: 'Working set over the container’s limit. At 100 % the kernel kills.',
          ...shareOfLimit,
        },
        {
          kind: 'lines',
          title: 'Share of the limit',
          about: 'The same over time: what climbs and never falls leaks.',
          ...shareOfLimit,
        },
        {
          kind: 'lines',
          title: 'Working set',
          about: 'Memory of the container that the kernel cannot simply drop.',
          unit: 'bytes',
          queries: [
            { expression: 'max by (service) (nautilus_cgroup_memory_working_set_bytes)', legend: '{{service}}' },
          ],
          stacked: true,
        },
        {
          kind: 'lines',
          title: 'Limits',
          about: 'What each container may use now: rebalancing moves it inside the claim’s band.',
          unit: 'bytes',
          queries: [{ expression: 'max by (service) (nautilus_cgroup_memory_limit_bytes)', legend: '{{service}}' }],
          stacked: true,
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          kind: 'lines',
          title: 'Resident',
          about: 'Memory of the process, rings and mapped files included.',
          unit: 'bytes',
          queries: [{ expression: 'process_resident_memory_bytes', legend: '{{service}}' }],
        },
        {
          kind: 'lines',
          title: 'JavaScript heap',
          about: 'Objects of the engine. The saw-tooth is garbage being collected.',
          unit: 'bytes',
          queries: [{ expression: 'nodejs_heap_size_used_bytes', legend: '{{service}}' }],
        },
        {
          kind: 'lines',
          title: 'Outside of the heap',
          about: 'Buffers: journals, rings, network.',
          unit: 'bytes',
          queries: [{ expression: 'nodejs_external_memory_bytes', legend: '{{service}}' }],
        },
        {
          kind: 'lines',
          title: 'Long-lived objects',
          about:
            'The old generation: when it grows from collection to collection, something keeps what it should drop.',
          unit: 'bytes',
          queries: [{ expression: 'nodejs_heap_space_size_used_bytes{space="old"}', legend: '{{service}}' }],
        },
      ],
    },
    {
      title: 'Collecting garbage',
      panels: [
        {
          kind: 'lines',
          title: 'Time of it',
          about: 'Share of the time in which the engine stood still for it.',
          unit: 'percentunit',
          queries: [
            {
              expression: 'sum by (service) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))',
              legend: '{{service}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Collections',
          about: 'A second, by kind. Major ones stop the engine longest.',
          unit: 'ops',
          queries: [
            {
              expression: 'sum by (kind) (rate(nodejs_gc_duration_seconds_count[$__rate_interval]))',
              legend: '{{kind}}',
            },
          ],
        },
        ...(diagnostics.hardwareMetrics ? faults : []),
      ],
    },
    {
      title: 'Cache',
      needs: ['redis-exporter'],
      panels: [
        {
          kind: 'lines',
          title: 'Redis',
          about: 'At its maximum Redis refuses to write: it never drops an order.',
          unit: 'bytes',
          queries: [
            { expression: 'redis_memory_used_bytes', legend: 'used' },
            { expression: 'redis_memory_max_bytes', legend: 'maximum' },
            { expression: 'redis_memory_used_rss_bytes', legend: 'resident' },
          ],
        },
        {
          kind: 'lines',
          title: 'Redis by what is in it',
          about: 'Bytes of the keys of each kind.',
          unit: 'bytes',
          queries: [{ expression: 'sum by (key_group) (redis_key_group_memory_usage_bytes)', legend: '{{key_group}}' }],
          stacked: true,
        },
      ],
    },
  ],
});

import { services, topicNames } from '@nautilus/config';
import fc from 'fast-check';

/** What a profile of its own says over one that comes with the platform; every key is one that the schema knows. */
export type Overlay = Readonly<Record<string, unknown>>;

const mebibytes = (from: number, to: number) => fc.integer({ min: from, max: to }).map((size) => `${size}MiB`);
const hundredths = (most: number) => fc.integer({ min: 1, max: most * 100 }).map((count) => count / 100);
const part = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const section = (keys: Record<string, fc.Arbitrary<unknown>>) => part(fc.record(keys, { requiredKeys: [] }));
const serviceName = fc.constantFrom(...services.map(({ name }) => name));
const some = <T>(value: fc.Arbitrary<T>) => part(fc.dictionary(serviceName, value, { maxKeys: 4 }));
const word = (pattern: RegExp) => fc.stringMatching(pattern);

const claim = fc.record(
  {
    memory: fc.oneof(
      mebibytes(16, 8192).map((limit) => ({ limit, min: null, max: null })),
      fc
        .tuple(mebibytes(1, 64), mebibytes(65, 4096), mebibytes(4096, 9000))
        .map(([min, limit, max]) => ({ min, limit, max })),
    ),
    cpus: hundredths(4),
    priority: fc.constantFrom('critical', 'high', 'normal', 'low', 'maintenance'),
    policy: fc.constantFrom('burstable', 'adaptive', 'guaranteed'),
  },
  { requiredKeys: [] },
);

const journal = fc.record(
  {
    durability: fc.constantFrom('memory', 'batched', 'always'),
    snapshotRecords: fc.integer({ min: 1, max: 1e9 }),
    snapshotEvery: fc.integer({ min: 1, max: 1000 }).map((minutes) => `${minutes}m`),
    retention: fc.record(
      {
        snapshots: fc.integer({ min: 1, max: 10 }),
        segments: fc.integer({ min: 1, max: 100 }),
        size: mebibytes(64, 100_000),
        age: fc.integer({ min: 1, max: 400 }).map((days) => `${days}d`),
      },
      { requiredKeys: [] },
    ),
    encryption: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Whatever the schema takes, most of it near enough to what fits that it is synthesized. */
export const anyOverlay: fc.Arbitrary<Overlay> = fc
  .record({
    name: fc.constant('any'),
    description: fc.constant('made by a test'),
    extends: fc.constant('laptop'),
    project: part(word(/^[a-z][a-z0-9-]{0,23}$/)),
    hardware: fc.constant({ model: 'any' }),
    docker: fc.record(
      {
        memory: fc.oneof(
          { weight: 4, arbitrary: mebibytes(98_304, 524_288) },
          { weight: 1, arbitrary: mebibytes(512, 65_536) },
        ),
        cpus: fc.integer({ min: 1, max: 64 }),
        cpuOvercommit: fc.integer({ min: 10, max: 160 }).map((tenths) => tenths / 10),
        reservePercent: fc.integer({ min: 5, max: 50 }),
        sharedMemory: mebibytes(1, 2048),
      },
      { requiredKeys: ['memory'] },
    ),
    workload: section({
      kind: fc.constantFrom('mixed', 'orders', 'research'),
      connections: fc.integer({ min: 10, max: 2000 }),
      cacheClients: fc.integer({ min: 10, max: 65_000 }),
      symbols: fc.integer({ min: 1, max: 1023 }),
      ordersPerSecond: fc.integer({ min: 1, max: 100_000 }),
      retention: fc.integer({ min: 1, max: 400 }).map((days) => `${days}d`),
    }),
    network: section({
      subnet: fc.constantFrom('10.0.0.0/8', '172.28.0.0/16', '192.168.77.0/24', '192.168.78.128/25', '10.9.8.0/28'),
      mtu: fc.integer({ min: 1280, max: 65_535 }),
      bridgeName: word(/^[a-z][a-z0-9.-]{0,14}$/),
    }),
    exposure: section({
      address: fc.constantFrom('127.0.0.1', '10.0.0.5', '0.0.0.0'),
      services: fc.oneof(fc.constant('all'), fc.uniqueArray(serviceName, { maxLength: 4 })),
      portOffset: fc.integer({ min: 0, max: 60_000 }),
    }),
    ports: some(fc.integer({ min: 1, max: 65_535 })),
    addresses: some(fc.constantFrom('172.20.0.200', '172.20.0.10', '172.20.0.1', '172.20.3.4', '10.0.0.99')),
    services: part(
      fc.dictionary(
        serviceName,
        fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: fc.record({ claim }) }),
        { maxKeys: 4 },
      ),
    ),
    gateway: section({
      connections: fc.integer({ min: 64, max: 65_000 }),
      requestsPerSecond: fc.integer({ min: 1, max: 1_000_000 }),
      bodySize: mebibytes(1, 64),
      certificate: fc.constantFrom('platform', 'own'),
      names: fc.uniqueArray(fc.constantFrom('localhost', 'nautilus.example', '10.0.0.5', '*.example'), {
        minLength: 1,
      }),
    }),
    monitoring: section({
      scrapeInterval: fc.integer({ min: 1, max: 120 }).map((seconds) => `${seconds}s`),
      retention: fc.integer({ min: 1, max: 400 }).map((days) => `${days}d`),
      retentionSize: mebibytes(64, 100_000),
      concurrentQueries: fc.integer({ min: 1, max: 1000 }),
      connections: fc.integer({ min: 16, max: 10_000 }),
    }),
    diagnostics: section({ debugLogs: fc.boolean(), hardwareMetrics: fc.boolean() }),
    journals: section({ oms: journal, pms: journal }),
    transport: part(
      fc.record(
        {
          kind: fc.constant('nats'),
          servers: fc.constant(['10.0.0.5:4222']),
          topics: fc.uniqueArray(fc.constantFrom(...topicNames), { minLength: 1 }),
          user: fc.constant('nautilus'),
          tls: fc.boolean(),
          replicas: fc.integer({ min: 1, max: 5 }),
        },
        { requiredKeys: ['kind', 'servers'] },
      ),
    ),
    trading: section({
      poll: fc.constantFrom('spin', 'yield', 'sleep'),
      venues: fc.array(fc.record({ name: fc.constant('XSIM'), capacity: fc.integer({ min: 1, max: 2 ** 24 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  })
  .map((overlay) => Object.fromEntries(Object.entries(overlay).filter(([, value]) => value !== undefined)));

import { CpuCores, Duration, MemorySize, type WorkloadKind } from '@nautilus/config';
import { type PostgresInput, pgtune, timescaledbTune, tunePostgres } from '@nautilus/constructs';

const { gibibytes, mebibytes, kibibytes } = MemorySize;
const machine = { memory: gibibytes(16), cpus: 16, connections: 500 };

// The results that the tools publish for 16 GB, 16 CPUs, 500 connections, PostgreSQL 16, solid-state storage.
test('pgtune: 16 GB, 16 CPUs, 500 connections, mixed', () => {
  expect(pgtune(machine, 'mixed')).toEqual({
    max_connections: 500,
    shared_buffers: gibibytes(4),
    effective_cache_size: gibibytes(12),
    maintenance_work_mem: gibibytes(1),
    checkpoint_completion_target: 0.9,
    wal_buffers: mebibytes(16),
    default_statistics_target: 100,
    random_page_cost: 1.1,
    effective_io_concurrency: 200,
    work_mem: kibibytes(4096),
    huge_pages: 'try',
    min_wal_size: gibibytes(1),
    max_wal_size: gibibytes(4),
    max_worker_processes: 16,
    max_parallel_workers_per_gather: 4,
    max_parallel_workers: 16,
    max_parallel_maintenance_workers: 4,
  });
});

test('pgtune: the same machine for many short transactions, and for a warehouse', () => {
  expect(pgtune(machine, 'orders')).toMatchObject({
    work_mem: kibibytes(8128),
    min_wal_size: gibibytes(2),
    max_wal_size: gibibytes(8),
  });
  expect(pgtune(machine, 'research')).toMatchObject({
    maintenance_work_mem: gibibytes(2),
    default_statistics_target: 500,
    max_parallel_workers_per_gather: 8,
    min_wal_size: gibibytes(4),
    max_wal_size: gibibytes(16),
  });
});

test('timescaledb-tune: 16 GB, 16 CPUs, 500 connections', () => {
  expect(timescaledbTune(machine)).toMatchObject({
    shared_buffers: gibibytes(4),
    effective_cache_size: gibibytes(12),
    maintenance_work_mem: mebibytes(2047),
    work_mem: kibibytes(1638),
    'timescaledb.max_background_workers': 16,
    max_worker_processes: 35,
    max_parallel_workers_per_gather: 8,
    max_parallel_workers: 16,
    wal_buffers: mebibytes(16),
    min_wal_size: mebibytes(512),
    max_wal_size: gibibytes(1),
    default_statistics_target: 100,
    random_page_cost: 1.1,
    checkpoint_completion_target: 0.9,
    max_locks_per_transaction: 512,
    autovacuum_max_workers: 10,
    autovacuum_naptime: Duration.seconds(10),
    effective_io_concurrency: 256,
    jit: false,
  });
});

test.each([
  [4, 128],
  [8, 256],
  [31, 512],
  [32, 1024],
])('timescaledb-tune: %d GB may lock %d tables a transaction', (memory, locks) => {
  expect(timescaledbTune({ ...machine, memory: gibibytes(memory) }).max_locks_per_transaction).toBe(locks);
});

const same = (ours: unknown, theirs: unknown) => JSON.stringify(ours) === JSON.stringify(theirs);
const inputs: PostgresInput[] = (['mixed', 'orders', 'research'] as const).flatMap((kind: WorkloadKind) => [
  { limit: gibibytes(16), cpus: CpuCores.of(16), connections: 500, kind },
  { limit: gibibytes(1), cpus: CpuCores.of(1), connections: 50, kind },
]);

test.each(
  inputs,
)('$limit, $kind: whatever differs from a published tool names the tool and gives a reason', (input) => {
  const settings = tunePostgres(input);
  const published = { memory: input.limit, cpus: Math.floor(input.cpus.cores), connections: input.connections };
  const tools = { pgtune: pgtune(published, input.kind), 'timescaledb-tune': timescaledbTune(published) };
  const unexplained = Object.entries(tools).flatMap(([tool, values]) =>
    Object.entries(values).flatMap(([name, theirs]) => {
      const ours = settings.find((setting) => setting.name === name);
      if (ours === undefined) return [`${name} of ${tool} is not set at all`];
      return same(ours.value, theirs) || ours.reason.includes(tool)
        ? []
        : [`${name}: ${ours.value}, ${tool} ${theirs}: ${ours.reason}`];
    }),
  );
  expect(unexplained).toEqual([]);
});

import { CpuCores, Duration, loadProfile, MemorySize } from '@nautilus/config';
import { type PostgresInput, tunePostgres } from '@nautilus/constructs';
import * as fc from 'fast-check';
import { sharedMemory } from '../../constructs/database/settings/worst-case';
import { profiles, synthesis } from './support/synthesis';

const { gibibytes, mebibytes } = MemorySize;
const input = (change: Partial<PostgresInput> = {}): PostgresInput => ({
  limit: gibibytes(16),
  cpus: CpuCores.of(8),
  connections: 500,
  kind: 'mixed',
  ...change,
});
const values = (change: Partial<PostgresInput> = {}) =>
  Object.fromEntries(
    tunePostgres(input(change)).map(({ name, value }) => [
      name,
      value instanceof MemorySize ? value.bytes : value instanceof Duration ? value.milliseconds : value,
    ]),
  );

test('16 GiB and 500 connections get what pgtune and timescaledb-tune publish for them', () => {
  expect(values()).toMatchObject({
    shared_buffers: gibibytes(4).bytes,
    effective_cache_size: gibibytes(12).bytes,
    maintenance_work_mem: gibibytes(1).bytes,
    wal_buffers: mebibytes(16).bytes,
    min_wal_size: gibibytes(1).bytes,
    max_wal_size: gibibytes(4).bytes,
    max_parallel_workers: 8,
    max_parallel_workers_per_gather: 4,
    max_worker_processes: 27,
    random_page_cost: 1.1,
  });
});

test('an acknowledged order survives a kill: nothing that makes it so is off', () => {
  expect(values()).toMatchObject({ fsync: true, full_page_writes: true, synchronous_commit: true });
});

/** The formula of facts for the worst case, written down again from the settings alone. */
function worstCaseBytes(set: Record<string, unknown>, { cpus, connections, kind }: PostgresInput): number {
  const number = (name: string) => set[name] as number;
  const mib = 2 ** 20;
  const active = Math.min(connections, Math.max(4, Math.ceil(2 * cpus.cores)));
  const nodes = { orders: 2, mixed: 3, research: 4 }[kind];
  const sorts = nodes * number('work_mem') * number('hash_mem_multiplier');
  return (
    number('shared_buffers') * 1.03 +
    24 * mib +
    number('max_connections') * 50 * 1024 +
    (number('max_connections') - active) * 2 * mib +
    active * (5 * mib + sorts) +
    number('max_parallel_workers') * (5 * mib + sorts) +
    number('autovacuum_max_workers') * number('autovacuum_work_mem') +
    number('maintenance_work_mem')
  );
}

test('whatever the limit and the workload, the worst case fits or is refused', () => {
  const inputs = fc.record({
    limit: fc.integer({ min: 64, max: 65_536 }).map((size) => mebibytes(size)),
    cpus: fc.integer({ min: 25, max: 1600 }).map((hundredths) => CpuCores.of(hundredths / 100)),
    connections: fc.integer({ min: 10, max: 2000 }),
    kind: fc.constantFrom('orders' as const, 'mixed' as const, 'research' as const),
  });
  fc.assert(
    fc.property(inputs, (some) => {
      let set: Record<string, unknown>;
      try {
        set = values(some);
      } catch (error) {
        expect(error).toMatchObject({ code: 'NAUT_POSTGRES_TOO_SMALL' });
        return;
      }
      expect(worstCaseBytes(set, some)).toBeLessThanOrEqual(some.limit.bytes * 0.9 + 2 ** 20);
    }),
  );
});

// What `postgres -C shared_memory_size` prints with the derived settings, in MiB.
test.each([
  { limit: gibibytes(1), connections: 50, prints: 285 },
  { limit: gibibytes(2), connections: 100, prints: 552 },
  { limit: gibibytes(16), connections: 500, prints: 4234 },
])('shared memory that the server computes as $prints MiB is estimated no lower, and hardly higher', (some) => {
  const { mebibytes: estimate } = sharedMemory(input(some));
  expect(estimate).toBeGreaterThanOrEqual(some.prints);
  expect(estimate).toBeLessThan(some.prints * 1.03);
});

test('too many connections for the limit are refused with both figures', () => {
  expect(() => tunePostgres(input({ limit: mebibytes(512), connections: 1000 }))).toThrow(
    expect.objectContaining({
      code: 'NAUT_POSTGRES_TOO_SMALL',
      message: 'postgres has a limit of 512 MiB, which 1000 connections can exceed',
      fix: expect.stringContaining('services.postgres.claim.memory.limit'),
    }),
  );
});

test.each(profiles)('every setting of profile %s reaches the server and the manifest alike', (name) => {
  const { stack, manifest } = synthesis(name);
  const command = stack('foundation').resource.docker_container!.postgres!.command as string[];
  const given = command.filter((word) => word.includes('=')).map((word) => word.slice(0, word.indexOf('=')));
  const expected = manifest.services
    .find((service) => service.name === 'postgres')!
    .expectations.filter(({ subject }) => subject === 'postgres');
  expect(given).toEqual(expected.map(({ setting }) => setting));
  for (const { reason, source } of expected) expect(`${reason}${source}`.length).toBeGreaterThan(20);
});

test('the profiles leave a sort at least 4 MiB', () => {
  for (const name of profiles) {
    const { services, workload } = loadProfile(name);
    const { memory, cpus } = services.postgres!.claim;
    expect(values({ limit: memory.limit, cpus, ...workload }).work_mem).toBeGreaterThanOrEqual(mebibytes(4).bytes);
  }
});

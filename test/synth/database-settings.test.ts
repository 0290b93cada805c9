import { CpuCores, Duration, loadProfile, MemorySize } from '@nautilus/config';
import { type PostgresInput, postgresInput, postgresWorstCase, tunePostgres } from '@nautilus/constructs';
import * as fc from 'fast-check';
import { sharedMemory } from '../../constructs/database/settings';
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

test('16 GiB and 500 connections get the figures of the requirements where the worst case has room for them', () => {
  expect(values()).toMatchObject({
    shared_buffers: gibibytes(4).bytes,
    effective_cache_size: gibibytes(12).bytes,
    autovacuum_max_workers: 6,
    effective_io_concurrency: 300,
    random_page_cost: 1,
    default_statistics_target: 1000,
    wal_level: 'replica',
    fsync: true,
  });
});

/** What the requirements ask of PostgreSQL, by setting. */
const required: Record<string, string> = {
  shared_buffers: '4GB',
  effective_cache_size: '12GB',
  work_mem: '64MB',
  max_worker_processes: '20',
  max_connections: '500',
  max_parallel_workers: '16',
  autovacuum_max_workers: '6',
  synchronous_commit: 'off',
  default_statistics_target: '1000',
};
const asked = (change: Partial<PostgresInput>) =>
  tunePostgres(input(change)).flatMap(({ name, requirement }) =>
    requirement && required[name] !== undefined ? [`${name}=${requirement.value}`] : [],
  );

test('where a setting is not what the requirements ask for, it says what they ask for and why it is not done', () => {
  const differing = ['work_mem', 'max_worker_processes', 'max_parallel_workers', 'synchronous_commit'];
  expect(asked({}).sort()).toEqual(differing.map((name) => `${name}=${required[name]}`).sort());
  expect(asked({ limit: gibibytes(1), cpus: CpuCores.of(1), connections: 50 }).sort()).toEqual(
    Object.entries(required)
      .filter(([name]) => name !== 'max_worker_processes') // 16 jobs, 3 of its own and one CPU are 20
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
  );
});

test('an acknowledged order survives a kill: nothing that makes it so is off', () => {
  expect(values()).toMatchObject({ fsync: true, full_page_writes: true, synchronous_commit: true });
});

/** The worst case, written down again from the settings alone, in bytes. */
function worstCaseBytes(set: Record<string, unknown>, { cpus, connections, kind }: PostgresInput): number {
  const number = (name: string) => set[name] as number;
  const mib = 2 ** 20;
  const active = Math.min(connections, Math.max(4, Math.ceil(2 * cpus.cores)));
  const nodes = { orders: 2, mixed: 3, research: 4 }[kind];
  const processes = number('max_connections') + number('max_worker_processes') + number('autovacuum_max_workers') + 4;
  return (
    number('shared_buffers') * 1.026 +
    22 * mib +
    processes * (25 * 1024 + number('max_locks_per_transaction') * 400) +
    ((active + number('max_parallel_workers')) * number('shared_buffers')) / 512 +
    (number('max_connections') + number('max_parallel_workers')) * 5 * mib +
    number('autovacuum_max_workers') * number('autovacuum_work_mem') +
    number('maintenance_work_mem') +
    number('max_wal_senders') * number('logical_decoding_work_mem') +
    active *
      nodes *
      (number('max_parallel_workers_per_gather') + 1) *
      number('work_mem') *
      number('hash_mem_multiplier')
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
      const { parts, total } = postgresWorstCase(some);
      expect(Math.abs(total.bytes - worstCaseBytes(set, some))).toBeLessThan(2 ** 20);
      expect(total.bytes).toBe(parts.reduce((sum, { size }) => sum + size.bytes, 0));
    }),
  );
});

// What `postgres -C shared_memory_size` prints with the derived settings, in MiB.
test.each([
  { profile: 'ci', prints: 281 },
  { profile: 'laptop', prints: 420 },
  { profile: 'm4-max-36gb', prints: 1086 },
  { profile: 'm4-max-64gb', prints: 2168 },
  { profile: 'm4-max-128gb', prints: 4331 },
])('profile $profile: shared memory that the server computes as $prints MiB is estimated no lower, and hardly higher', (some) => {
  const { mebibytes: estimate } = sharedMemory(postgresInput(loadProfile(some.profile)));
  expect(estimate).toBeGreaterThanOrEqual(some.prints);
  expect(estimate).toBeLessThan(some.prints * 1.04);
});

test('every sort and hash of the worst case may be a shared one: /dev/shm has room for all of them', () => {
  const { stack } = synthesis('m4-max-128gb');
  const { parts } = postgresWorstCase(postgresInput(loadProfile('m4-max-128gb')));
  const sorts = parts.find(({ name }) => name.endsWith('sorts and hashes'))!;
  expect(stack('foundation').resource.docker_container!.postgres!.shm_size).toBe(sorts.size.mebibytes);
});

test('a sample of ANALYZE stays inside the memory of an autovacuum worker', () => {
  for (const name of profiles) {
    const set = values(postgresInput(loadProfile(name)));
    const sample = 300 * (set.default_statistics_target as number) * 512;
    expect(sample).toBeLessThanOrEqual(set.autovacuum_work_mem as number);
  }
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
    expect(values(postgresInput(loadProfile(name))).work_mem).toBeGreaterThanOrEqual(mebibytes(4).bytes);
  }
});

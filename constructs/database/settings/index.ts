import { type Duration, MemorySize, NautilusError } from '@nautilus/config';
import { type Dialect, print, type Selector, type Setting } from '../../setting';
import * as connections from './connections';
import * as durability from './durability';
import type { PostgresInput } from './input';
import * as memory from './memory';
import * as planner from './planner';
import * as wal from './wal';
import { leastWorkMem, workMem } from './work-mem';
import * as workers from './workers';
import { worstCase } from './worst-case';

export type { PostgresInput } from './input';

const selectors: readonly Selector<PostgresInput>[] = [
  connections.maxConnections,
  connections.passwordEncryption,
  memory.sharedBuffers,
  memory.effectiveCacheSize,
  workMem,
  memory.hashMemMultiplier,
  memory.maintenanceWorkMem,
  memory.autovacuumWorkMem,
  workers.maxWorkerProcesses,
  workers.maxParallelWorkers,
  workers.maxParallelWorkersPerGather,
  workers.autovacuumMaxWorkers,
  wal.minWalSize,
  wal.maxWalSize,
  wal.walBuffers,
  wal.checkpointCompletionTarget,
  durability.fsync,
  durability.fullPageWrites,
  durability.synchronousCommit,
  planner.randomPageCost,
  planner.effectiveIoConcurrency,
  planner.statisticsTarget,
  planner.justInTime,
  planner.hugePages,
];

const dialect: Dialect = {
  memory: (size: MemorySize) => size.toPostgres(),
  duration: (span: Duration) => span.toPostgres(),
  boolean: (value) => (value ? 'on' : 'off'),
};

/** Every setting of PostgreSQL, proved to fit its container. Throws NAUT_POSTGRES_TOO_SMALL when it cannot. */
export function tunePostgres(input: PostgresInput): readonly Setting[] {
  const { fixed, left, grants } = worstCase(input);
  if (leastWorkMem.times(grants).exceeds(left))
    throw new NautilusError({
      code: 'NAUT_POSTGRES_TOO_SMALL',
      message: `postgres has a limit of ${input.limit}, which ${input.connections} connections can exceed`,
      details: [
        `at worst it takes ${fixed} before any sort, and ${grants} sorts need ${leastWorkMem} each`,
        `allowed: ${fixed.plus(leastWorkMem.times(grants))} in nine tenths of the limit`,
      ],
      fix: 'raise services.postgres.claim.memory.limit, or lower workload.connections',
    });
  return selectors.map((select) => select(input));
}

/** `-c name=value` for each: the image ignores environment variables for settings. */
export const toPostgresArguments = (settings: readonly Setting[]): string[] =>
  settings.flatMap(({ name, value }) => ['-c', `${name}=${print(value, dialect)}`]);

/** /dev/shm for the hash tables that parallel workers share: 64 MiB, Docker's default, breaks them. */
export function sharedMemorySize(input: PostgresInput): MemorySize {
  const gather = workers.maxParallelWorkersPerGather(input).value;
  const queries = Math.ceil(workers.maxParallelWorkers(input).value / gather);
  const hashes = 2;
  return workMem(input)
    .value.times(memory.hashMemMultiplier(input).value * queries * hashes * (gather + 1))
    .atLeast(MemorySize.mebibytes(64));
}

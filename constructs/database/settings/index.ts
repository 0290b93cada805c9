import type { Duration, MemorySize } from '@nautilus/config';
import { type Dialect, print, type Selector, type Setting } from '../../setting';
import * as autovacuum from './autovacuum';
import * as connections from './connections';
import * as durability from './durability';
import * as extensions from './extensions';
import type { PostgresInput } from './input';
import * as io from './io';
import * as locks from './locks';
import * as logging from './logging';
import * as memory from './memory';
import * as planner from './planner';
import * as wal from './wal';
import { workMem } from './work-mem';
import * as workers from './workers';
import { requireRoom } from './worst-case';

export { preloaded } from './extensions';
export type { PostgresInput } from './input';
export { sharedMemory } from './reserved';
export { postgresWorstCase, sharedMemorySize } from './worst-case';

const selectors: readonly Selector<PostgresInput>[] = [
  connections.maxConnections,
  connections.superuserReserved,
  connections.passwordEncryption,
  connections.idleInTransaction,
  connections.deadlockTimeout,
  locks.maxLocksPerTransaction,
  memory.sharedBuffers,
  memory.effectiveCacheSize,
  memory.hugePages,
  workMem,
  memory.hashMemMultiplier,
  memory.maintenanceWorkMem,
  memory.tempFileLimit,
  workers.maxWorkerProcesses,
  workers.maxParallelWorkers,
  workers.maxParallelWorkersPerGather,
  workers.maxParallelMaintenanceWorkers,
  autovacuum.autovacuumMaxWorkers,
  autovacuum.autovacuumWorkMem,
  autovacuum.autovacuumNaptime,
  autovacuum.vacuumScaleFactor,
  autovacuum.analyzeScaleFactor,
  autovacuum.insertScaleFactor,
  autovacuum.vacuumCostLimit,
  wal.walLevel,
  wal.maxWalSenders,
  wal.logicalDecodingWorkMem,
  wal.walCompression,
  wal.minWalSize,
  wal.maxWalSize,
  wal.walBuffers,
  wal.checkpointTimeout,
  wal.checkpointCompletionTarget,
  durability.fsync,
  durability.fullPageWrites,
  durability.synchronousCommit,
  planner.randomPageCost,
  planner.statisticsTarget,
  planner.justInTime,
  io.effectiveIoConcurrency,
  io.maintenanceIoConcurrency,
  io.trackIoTiming,
  logging.loggingCollector,
  logging.slowStatements,
  logging.statements,
  logging.parameterLength,
  logging.checkpoints,
  logging.lockWaits,
  logging.temporaryFiles,
  logging.longVacuums,
  logging.linePrefix,
  extensions.statementsKept,
  extensions.statementsTracked,
  extensions.utilityStatements,
  extensions.timescaledbWorkers,
  extensions.timescaledbTelemetry,
];

export const postgresDialect: Dialect = {
  memory: (size: MemorySize) => size.toPostgres(),
  duration: (span: Duration) => span.toPostgres(),
  boolean: (value) => (value ? 'on' : 'off'),
};

/** Every setting of PostgreSQL, proved to fit its container. Throws NAUT_POSTGRES_TOO_SMALL when it cannot. */
export function tunePostgres(input: PostgresInput): readonly Setting[] {
  requireRoom(input);
  return selectors.map((select) => select(input));
}

/** `-c name=value` for each: the image ignores environment variables for settings. */
export const toPostgresArguments = (settings: readonly Setting[]): string[] =>
  settings.flatMap(({ name, value }) => ['-c', `${name}=${print(value, postgresDialect)}`]);

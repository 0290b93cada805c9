import { MemorySize } from '@nautilus/config';
import { maxConnections } from './connections';
import type { PostgresInput } from './input';
import * as memory from './memory';
import { autovacuumMaxWorkers, maxParallelWorkers } from './workers';

/** A session's own memory before any sort: catalogue caches, plans, stack. */
const perSession = MemorySize.mebibytes(2);
/** One that has worked: measured on a server with a few hundred relations. */
const perBusySession = MemorySize.mebibytes(5);
/** Sorts and hashes of one query at the same time. */
const nodes = { orders: 2, mixed: 3, research: 4 } as const;

/** Sessions that run a query at the same instant: more than this many a CPU would only queue. */
export const activeSessions = ({ connections, cpus }: PostgresInput) =>
  Math.min(connections, Math.max(4, Math.ceil(2 * cpus.cores)));

export interface WorstCase {
  /** What the server takes at once before any sort or hash. */
  readonly fixed: MemorySize;
  /** Nine tenths of the limit less `fixed`. */
  readonly left: MemorySize;
  /** How many times work_mem may be taken at once. */
  readonly grants: number;
}

/**
 * All that PostgreSQL may take at once: shared memory, every session, parallel workers, autovacuum and one maintenance
 * operation; what is left belongs to sorts and hashes. A container over its limit loses one backend to the OOM killer, and
 * PostgreSQL then ends every session.
 */
export function worstCase(input: PostgresInput): WorstCase {
  const active = activeSessions(input);
  const workers = maxParallelWorkers(input).value;
  const sessions = maxConnections(input).value;
  const fixed = MemorySize.sum([
    sharedMemory(input),
    perBusySession.times(active + workers),
    perSession.times(sessions - active),
    memory.autovacuumWorkMem(input).value.times(autovacuumMaxWorkers(input).value),
    memory.maintenanceWorkMem(input).value,
  ]);
  const hashes = memory.hashMemMultiplier(input).value;
  return {
    fixed,
    left: input.limit.times(0.9).minus(fixed),
    grants: (active + workers) * nodes[input.kind] * hashes,
  };
}

/** The buffers and what PostgreSQL 16 keeps beside them (`postgres -C shared_memory_size`): locks, sessions, WAL buffers. */
export function sharedMemory(input: PostgresInput): MemorySize {
  const buffers = memory.sharedBuffers(input).value;
  return buffers
    .times(1.03)
    .plus(MemorySize.mebibytes(24))
    .plus(MemorySize.kibibytes(50).times(maxConnections(input).value));
}

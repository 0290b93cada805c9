import { MemorySize } from '@nautilus/config';
import type { MemoryPart } from '../../budget/worst-case';
import { autovacuumMaxWorkers, autovacuumWorkMem } from './autovacuum';
import { maxConnections } from './connections';
import type { PostgresInput } from './input';
import { maxLocksPerTransaction } from './locks';
import * as memory from './memory';
import { logicalDecodingWorkMem, maxWalSenders } from './wal';
import { maxParallelWorkers, maxWorkerProcesses } from './workers';

/** A session's own memory before any sort: catalogue caches, plans, stack; one that worked, with a few hundred relations. */
const perSession = MemorySize.mebibytes(5);

/** Sessions that run a query at the same instant: more than this many a CPU would only queue. */
export const activeSessions = ({ connections, cpus }: PostgresInput) =>
  Math.min(connections, Math.max(4, Math.ceil(2 * cpus.cores)));

/** Processes that may sort and hash at the same instant. */
const sortingProcesses = (input: PostgresInput) => activeSessions(input) + maxParallelWorkers(input).value;

/** All that PostgreSQL may take at once before any sort or hash. */
export function reservedParts(input: PostgresInput): readonly MemoryPart[] {
  const sessions = maxConnections(input).value;
  const workers = maxParallelWorkers(input).value;
  const vacuums = autovacuumMaxWorkers(input).value;
  const senders = maxWalSenders(input).value;
  return [
    { name: 'buffers', size: memory.sharedBuffers(input).value },
    { name: 'locks, log buffers and tables of processes', size: besideBuffers(input) },
    { name: `page tables of ${sortingProcesses(input)} processes over the buffers`, size: pageTables(input) },
    { name: `${sessions} sessions`, size: perSession.times(sessions) },
    { name: `${workers} parallel workers`, size: perSession.times(workers) },
    { name: `${vacuums} autovacuum workers`, size: autovacuumWorkMem(input).value.times(vacuums) },
    { name: 'one index build', size: memory.maintenanceWorkMem(input).value },
    { name: `${senders} senders of the log`, size: logicalDecodingWorkMem(input).value.times(senders) },
  ];
}

/** Eight bytes for each page of 4 KiB that a process has touched; without huge pages nothing shares them. */
const pageTables = (input: PostgresInput) =>
  memory
    .sharedBuffers(input)
    .value.times(1 / 512)
    .times(sortingProcesses(input));

/** What PostgreSQL 16 keeps in shared memory beside the buffers: `postgres -C shared_memory_size` less `shared_buffers`. */
function besideBuffers(input: PostgresInput): MemorySize {
  const processes =
    maxConnections(input).value +
    autovacuumMaxWorkers(input).value +
    maxWorkerProcesses(input).value +
    maxWalSenders(input).value +
    1;
  const perLock = MemorySize.bytes(400);
  return MemorySize.sum([
    memory.sharedBuffers(input).value.times(0.026),
    MemorySize.mebibytes(22),
    MemorySize.kibibytes(25).times(processes),
    perLock.times(maxLocksPerTransaction(input).value * processes),
  ]);
}

/** The server's shared memory: what `postgres -C shared_memory_size` prints. */
export const sharedMemory = (input: PostgresInput) => memory.sharedBuffers(input).value.plus(besideBuffers(input));

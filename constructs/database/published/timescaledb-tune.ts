import { Duration, MemorySize } from '@nautilus/config';
import type { Machine } from './machine';

/** The formulas of timescaledb-tune 0.19 (https://github.com/timescale/timescaledb-tune) for Linux, one function a setting. */
const kib = MemorySize.kibibytes(1);
const { mebibytes, gibibytes } = MemorySize;

/** Processes of the server's own: checkpointer, WAL writer, vacuum. */
const builtIn = 3;

export const maintenanceWorkMem = (memory: MemorySize) =>
  mebibytes(128).times(memory.gibibytes).atMost(mebibytes(2047)).floorTo(kib);

export const workMem = ({ memory, cpus, connections }: Machine) =>
  mebibytes(400)
    .times(memory.gibibytes / connections / Math.max(1, Math.round(cpus / 2)))
    .floorTo(kib);

export const walBuffers = (memory: MemorySize) =>
  gibibytes(2).exceeds(memory) ? MemorySize.kibibytes(7864).times(memory.gibibytes).floorTo(kib) : mebibytes(16);

/** Without the size of the disk, which nobody knows here. */
export const minWalSize = mebibytes(512);
export const maxWalSize = gibibytes(1);

/** TimescaleDB's own scheduler and jobs. */
export const maxBackgroundWorkers = 16;
export const maxWorkerProcesses = (cpus: number) => builtIn + maxBackgroundWorkers + cpus;
export const maxParallelWorkersPerGather = (cpus: number) => Math.round(cpus / 2);

/** A query over a hypertable locks each of its chunks. */
export function maxLocksPerTransaction(memory: MemorySize): number {
  const steps = [
    { from: gibibytes(32), locks: 1024 },
    { from: gibibytes(16), locks: 512 },
    { from: gibibytes(8), locks: 256 },
  ];
  return steps.find(({ from }) => !from.exceeds(memory))?.locks ?? 128;
}

export const autovacuumMaxWorkers = 10;
export const autovacuumNaptime = Duration.seconds(10);
export const effectiveIoConcurrency = 256;

/** All that timescaledb-tune would set, by name. */
export const timescaledbTune = (machine: Machine): Record<string, MemorySize | Duration | number | boolean> => {
  const { memory, cpus, connections } = machine;
  return {
    max_connections: connections,
    shared_buffers: memory.times(1 / 4).floorTo(kib),
    effective_cache_size: memory.times(3 / 4).floorTo(kib),
    maintenance_work_mem: maintenanceWorkMem(memory),
    work_mem: workMem(machine),
    wal_buffers: walBuffers(memory),
    min_wal_size: minWalSize,
    max_wal_size: maxWalSize,
    checkpoint_completion_target: 0.9,
    'timescaledb.max_background_workers': maxBackgroundWorkers,
    max_worker_processes: maxWorkerProcesses(cpus),
    max_parallel_workers: cpus,
    max_parallel_workers_per_gather: maxParallelWorkersPerGather(cpus),
    max_locks_per_transaction: maxLocksPerTransaction(memory),
    autovacuum_max_workers: autovacuumMaxWorkers,
    autovacuum_naptime: autovacuumNaptime,
    random_page_cost: 1.1,
    effective_io_concurrency: effectiveIoConcurrency,
    default_statistics_target: 100,
    jit: false,
  };
};

import { MemorySize, type WorkloadKind } from '@nautilus/config';
import type { Machine } from './machine';

/**
 * The formulas that pgtune publishes (https://pgtune.leopard.in.ua) for PostgreSQL 16, Linux and solid-state storage, one function a
 * setting. Its kinds of database are `mixed`, `oltp` (our `orders`) and `dw` (our `research`).
 */
const kib = MemorySize.kibibytes(1);
const { mebibytes, gibibytes } = MemorySize;

export const sharedBuffers = (memory: MemorySize) => memory.times(1 / 4).floorTo(kib);

export const effectiveCacheSize = (memory: MemorySize) => memory.times(3 / 4).floorTo(kib);

export const maintenanceWorkMem = (memory: MemorySize, kind: WorkloadKind) =>
  memory
    .times(kind === 'research' ? 1 / 8 : 1 / 16)
    .atMost(gibibytes(8))
    .floorTo(kib);

/** What is left beside the buffers, divided by three times all processes; half of it where queries are of all kinds. */
export const workMem = ({ memory, cpus, connections }: Machine, kind: WorkloadKind) =>
  memory
    .minus(sharedBuffers(memory))
    .times(1 / ((connections + maxWorkerProcesses(cpus)) * 3) / (kind === 'orders' ? 1 : 2))
    .floorTo(kib)
    .atLeast(mebibytes(4));

const walSizes = {
  orders: { min: gibibytes(2), max: gibibytes(8) },
  mixed: { min: gibibytes(1), max: gibibytes(4) },
  research: { min: gibibytes(4), max: gibibytes(16) },
} as const;

export const minWalSize = (kind: WorkloadKind) => walSizes[kind].min;
export const maxWalSize = (kind: WorkloadKind) => walSizes[kind].max;

export const walBuffers = (memory: MemorySize) =>
  sharedBuffers(memory)
    .times(0.03)
    .atMost(mebibytes(16))
    .floorTo(MemorySize.kibibytes(8))
    .atLeast(MemorySize.kibibytes(32));

export const checkpointCompletionTarget = 0.9;
export const maxWorkerProcesses = (cpus: number) => cpus;
export const maxParallelWorkers = (cpus: number) => cpus;
export const maxParallelWorkersPerGather = (cpus: number, kind: WorkloadKind) =>
  kind === 'research' ? Math.ceil(cpus / 2) : Math.min(4, Math.ceil(cpus / 2));
export const maxParallelMaintenanceWorkers = (cpus: number) => Math.min(4, Math.ceil(cpus / 2));
export const randomPageCost = 1.1;
export const effectiveIoConcurrency = 200;
export const statisticsTarget = (kind: WorkloadKind) => (kind === 'research' ? 500 : 100);
export const hugePages = (memory: MemorySize) => (gibibytes(2).exceeds(memory) ? 'off' : 'try');

/** All that pgtune would set, by name. */
export const pgtune = (machine: Machine, kind: WorkloadKind): Record<string, MemorySize | number | string> => {
  const { memory, cpus, connections } = machine;
  return {
    max_connections: connections,
    shared_buffers: sharedBuffers(memory),
    effective_cache_size: effectiveCacheSize(memory),
    maintenance_work_mem: maintenanceWorkMem(memory, kind),
    work_mem: workMem(machine, kind),
    min_wal_size: minWalSize(kind),
    max_wal_size: maxWalSize(kind),
    wal_buffers: walBuffers(memory),
    checkpoint_completion_target: checkpointCompletionTarget,
    max_worker_processes: maxWorkerProcesses(cpus),
    max_parallel_workers: maxParallelWorkers(cpus),
    max_parallel_workers_per_gather: maxParallelWorkersPerGather(cpus, kind),
    max_parallel_maintenance_workers: maxParallelMaintenanceWorkers(cpus),
    random_page_cost: randomPageCost,
    effective_io_concurrency: effectiveIoConcurrency,
    default_statistics_target: statisticsTarget(kind),
    huge_pages: hugePages(memory),
  };
};

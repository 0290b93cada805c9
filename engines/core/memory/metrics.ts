import { Gauge, type Registry } from 'prom-client';
import type { MemoryManager } from './manager';
import { pressureLevels } from './pressure';

type Reading = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Exports what a manager reports, by region and pool; nothing while there is none. Pools that were never used are left out. */
export function exportMemory(registry: Registry, current: () => MemoryManager | undefined): void {
  const registers = [registry];
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (report: ReturnType<MemoryManager['report']>) => Iterable<Reading>,
  ) =>
    new Gauge({
      name: `nautilus_memory_${name}`,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        // Without labels a reset would say 0.
        if (labelNames.length > 0) this.reset();
        else this.remove();
        const manager = current();
        if (manager) for (const [labels, value] of read(manager.report())) this.set(labels, value);
      },
    });
  type Pool = ReturnType<MemoryManager['report']>['pools'][number];
  const ofPools = (name: string, help: string, value: (pool: Pool) => number) =>
    gauge(name, help, ['pool', 'region'], ({ pools }) =>
      pools
        .filter(({ opened }) => opened)
        .map((pool) => [{ pool: pool.name, region: pool.region }, value(pool)] as const),
    );

  ofPools('pool_used_bytes', 'Bytes in blocks of the pool', ({ usedBytes }) => usedBytes);
  ofPools('pool_capacity_bytes', 'Bytes that the pool can have', ({ capacityBytes }) => capacityBytes);
  ofPools('pool_largest_free_bytes', 'Longest run of free bytes', ({ largestFreeBytes }) => largestFreeBytes);
  ofPools(
    'pool_fragmentation_ratio',
    'Share of the free bytes that is not in the longest run',
    ({ fragmentation }) => fragmentation,
  );
  ofPools('pool_blocks', 'Blocks that are allocated', ({ blocks }) => blocks);
  ofPools('pool_allocations', 'Allocations since the engine started', ({ allocations }) => allocations);
  ofPools('pool_failures', 'Allocations that were refused since the engine started', ({ failures }) => failures);
  ofPools('pool_pressure_level', '0 normal, 1 info, 2 warning, 3 critical, 4 emergency', ({ pressure }) =>
    pressureLevels.indexOf(pressure),
  );
  gauge('region_used_bytes', 'Bytes in blocks and shared buffers of the region', ['region'], ({ regions }) =>
    regions.map(({ name, usedBytes }) => [{ region: name }, usedBytes] as const),
  );
  gauge('region_capacity_bytes', 'Bytes that the region can have', ['region'], ({ regions }) =>
    regions.map(({ name, capacityBytes }) => [{ region: name }, capacityBytes] as const),
  );
  gauge('unified_memory_pressure', 'Share of all pools that is in use', [], ({ usedBytes, capacityBytes }) => [
    [{}, usedBytes / capacityBytes],
  ]);
  gauge('handles', 'Handles that are not freed', [], ({ handles }) => [[{}, handles]]);
}

import { setTimeout as delay } from 'node:timers/promises';
import { DockerClient } from '../../operations/docker';

/** The engine's own view of a container's memory, under either version of cgroups. */
interface MemoryStats {
  readonly usage: number;
  readonly max_usage?: number;
  readonly stats: Readonly<Record<string, number>>;
}

export interface MemoryPeak {
  /** Bytes of processes, shared memory and the kernel, which cannot be taken back. */
  readonly unreclaimable: number;
  /** Bytes with the page cache. */
  readonly usage: number;
}

/** Looks at a container's memory again and again; call what it returns to stop and get the peak. */
export function watchMemory(container: string): () => Promise<MemoryPeak> {
  const client = DockerClient.detect()!;
  let stopped = false;
  let peak: MemoryPeak = { unreclaimable: 0, usage: 0 };
  const watching = (async () => {
    while (!stopped) {
      const { memory_stats: memory } = await client.get<{ memory_stats: MemoryStats }>(
        `/containers/${container}/stats`,
        { stream: false, 'one-shot': true },
      );
      const { stats } = memory;
      const of = (key: string) => stats[`total_${key}`] ?? stats[key] ?? 0;
      // Among the anonymous pages are those of shared memory; what is neither they nor files is the kernel's: page tables above all.
      const processes = of('active_anon') + of('inactive_anon');
      const kernel = stats.kernel ?? Math.max(0, memory.usage - of('cache') - of('rss'));
      peak = {
        unreclaimable: Math.max(peak.unreclaimable, processes + kernel),
        usage: Math.max(peak.usage, memory.max_usage ?? memory.usage),
      };
      await delay(100);
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    return peak;
  };
}

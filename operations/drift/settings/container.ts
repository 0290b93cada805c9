import type { LiveReading } from '../../live';
import type { Finding } from '../finding';
import { type Compared, finding, restarted, sides } from './finding';

/** Declared attributes of the container that Docker is asked for, not the container itself: they are of the docker layer. */
export const isOfDocker = ({ subject, setting }: LiveReading['expectation']): boolean =>
  subject === 'container' && setting.startsWith('HostConfig.');

/** What the container itself sees. The limits are named as the docker layer names them: `docker update` changes both. */
export function containerSetting(compared: Compared, reading: LiveReading): Finding[] {
  const { container, memory, cpus } = compared.service;
  const update = (options: string, resources: Readonly<Record<string, number>>) => ({
    command: `docker update ${options} ${container}`,
    interrupts: 'nothing' as const,
    action: { do: 'update' as const, container, resources },
  });
  const swap = compared.service.memorySwapBytes;
  switch (reading.expectation.setting) {
    case 'cgroup.memory':
      return [
        finding(compared, {
          setting: 'memory',
          kind: 'memory',
          what: 'memory limit in force',
          ...sides(reading),
          repair: update(`--memory ${memory.limitBytes}b --memory-swap ${swap}b`, {
            Memory: memory.limitBytes,
            MemorySwap: swap,
          }),
        }),
      ];
    case 'cgroup.cpus':
      return [
        finding(compared, {
          setting: 'cpus',
          kind: 'cpus',
          what: 'CPUs in force',
          ...sides(reading),
          repair: update(`--cpus ${cpus}`, { NanoCpus: Math.round(cpus * 1e9) }),
        }),
      ];
    default:
      return [
        finding(compared, {
          setting: 'mtu',
          kind: 'mtu',
          what: "MTU on the platform's network",
          ...sides(reading),
          repair: restarted(compared),
        }),
      ];
  }
}

import type { EngineStatus } from '../../../engines/backend/engine-status';
import type { HostReport } from '../../../engines/backend/host-agent';
import { HostView } from '../../../engines/backend/host-agent';
import { declaredMachine } from '../../../engines/core/kernel/hardware';
import { StatusReader } from '../../../engines/core/kernel/status';
import { m4MaxHardware, machine, version1 } from '../kernel/recorded-machine';

const process = {
  service: 'oms',
  profile: 'test',
  host: '127.0.0.1',
  port: 0,
  sharedMemory: '/shm',
  dataDirectory: '/data',
  logLevel: 'info',
  hardwareMetrics: false,
  poll: 'sleep',
  transport: { kind: 'shared-memory' },
  hardware: { model: 'any' },
  peers: {},
  engine: {},
  readHash: 'abc',
} as const;

/** An engine's answer at a moment of its life: what it used of its CPUs since its start. */
export async function statusAt(
  uptimeSeconds: number,
  cpuSeconds: number,
  { throttledSeconds = 0, container = true } = {},
): Promise<EngineStatus> {
  const recorded = machine(
    {
      ...version1,
      ...(container && { '/.dockerenv': '' }),
      '/sys/fs/cgroup/cpuacct/cpuacct.usage': String(cpuSeconds * 1e9),
      '/sys/fs/cgroup/cpu/cpu.stat': `nr_periods 20\nnr_throttled 3\nthrottled_time ${throttledSeconds * 1e9}\n`,
    },
    { pid: container ? 1 : 4711 },
  );
  const status = await new StatusReader(process, recorded).read();
  return {
    status: {
      ...status,
      uptimeSeconds,
      usage: { ...status.usage, processCpuSeconds: { value: cpuSeconds / 2, origin: 'measured' } },
    },
  };
}

export const silent: EngineStatus = { status: undefined, reason: 'oms does not answer: ECONNREFUSED' };

export const anyMachine = declaredMachine({ model: 'any' });
export const m4Max = declaredMachine(m4MaxHardware);

export const unreachable = new HostView(
  'http://host:9092',
  undefined,
  'no host agent answers at http://host:9092: ENOTFOUND',
);
export const telling = (report: HostReport) => new HostView('http://host:9092', report, null);

import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { type CgroupMemory, cgroupCpu, cgroupFaults, cgroupMemory, stalls } from './cgroup';
import type { ProcessConfig } from './configuration';
import { type Machine, thisMachine } from './machine';
import { version } from './version';

type Reading = number | null | undefined;

/** A metric that is read when somebody asks, and left out while its value is unknown. */
function exportReading(
  Kind: typeof Gauge | typeof Counter,
  registers: Registry[],
  name: string,
  help: string,
  read: () => Reading,
) {
  const metric: Gauge | Counter = new Kind({
    name,
    help,
    registers,
    collect() {
      metric.remove();
      const value = read();
      if (typeof value !== 'number') return;
      // A fresh counter that is raised by the kernel's total stands at that total.
      metric.inc(value);
    },
  });
}

/** What every process of the platform exports of itself. */
export function exportProcess(
  registry: Registry,
  { profile, specHash, hardwareMetrics }: Pick<ProcessConfig, 'profile' | 'specHash' | 'hardwareMetrics'>,
  ready: () => boolean,
  machine: Machine = thisMachine,
): void {
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => Reading) => exportReading(Gauge, registers, name, help, read);

  new Gauge({
    name: 'nautilus_build_info',
    help: 'Version, profile and declaration that the process was started from; always 1',
    labelNames: ['version', 'profile', 'spec_hash'],
    registers,
  }).set({ version, profile, spec_hash: specHash ?? 'unknown' }, 1);
  gauge('nautilus_ready', '1 while the engine can serve, as GET /ready says', () => (ready() ? 1 : 0));

  const memory = (part: 'usageBytes' | 'workingSetBytes' | 'limitBytes') => () =>
    (cgroupMemory(machine).value as CgroupMemory | null)?.[part];
  gauge('nautilus_cgroup_memory_usage_bytes', 'Memory that is charged to the container', memory('usageBytes'));
  gauge(
    'nautilus_cgroup_memory_working_set_bytes',
    'Memory of the container that the kernel cannot drop at once',
    memory('workingSetBytes'),
  );
  gauge('nautilus_cgroup_memory_limit_bytes', "The container's limit; absent without one", memory('limitBytes'));
  if (hardwareMetrics) exportHardware(registers, machine);
}

/** CPU time, throttling, page faults and pressure, each where the kernel tells it. */
function exportHardware(registers: Registry[], machine: Machine): void {
  const counter = (name: string, help: string, read: () => Reading) =>
    exportReading(Counter, registers, name, help, read);
  exportReading(
    Gauge,
    registers,
    'nautilus_cgroup_cpu_quota_cores',
    'Cores that the container may use; absent without a quota',
    () => cgroupCpu(machine).quotaCores,
  );
  counter(
    'nautilus_cgroup_cpu_usage_seconds_total',
    'CPU time of the container',
    () => cgroupCpu(machine).usageSeconds,
  );
  counter(
    'nautilus_cgroup_cpu_periods_total',
    'Enforcement periods of the quota in which there was something to run',
    () => cgroupCpu(machine).periods,
  );
  counter(
    'nautilus_cgroup_cpu_throttled_periods_total',
    'Periods in which the quota was used up',
    () => cgroupCpu(machine).throttledPeriods,
  );
  counter(
    'nautilus_cgroup_cpu_throttled_seconds_total',
    'Time in which the container was stopped since its quota was used up',
    () => cgroupCpu(machine).throttledSeconds,
  );
  counter('nautilus_cgroup_page_faults_total', 'Page faults of the container', () => cgroupFaults(machine).pageFaults);
  counter(
    'nautilus_cgroup_major_page_faults_total',
    'Page faults that waited for a disk',
    () => cgroupFaults(machine).majorPageFaults,
  );
  const stalled: Counter<string> = new Counter({
    name: 'nautilus_pressure_stalled_seconds_total',
    help: 'Time in which some or all tasks waited for a resource; of the container where the kernel tells it, else of the machine',
    labelNames: ['resource', 'share', 'scope'],
    registers,
    collect() {
      stalled.reset();
      for (const { seconds, ...labels } of stalls(machine)) stalled.inc(labels, seconds);
    },
  });
}

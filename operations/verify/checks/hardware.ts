import { type Check, check, fail, notApplicable, pass, unless } from '../check';
import { body, metric } from '../platform/answer';
import type { Platform } from '../platform/platform';

const chip = check({
  id: 'hardware/chip',
  source: 'P Troubleshooting: hardware detection',
  command: 'system_profiler SPHardwareDataType | grep "Chip"',
  what: 'the machine is the one that the profile is written for',
  expectation: 'any machine, or the M4 Max of the profile: memory and performance cores',
  read: (platform) => platform.hardware(),
  judge: (host, { profile: { name, hardware } }) => {
    if (host === undefined) return notApplicable('the platform runs on another machine than this command');
    const chipName = host.chip ?? 'a chip that its system does not name';
    if (hardware.model === 'any') return pass(`${chipName}; profile ${name} is for any`);
    const { memory, performanceCores } = hardware.variant;
    const same = host.m4Max?.memory.equals(memory) && host.m4Max.performanceCores === performanceCores;
    return same
      ? pass(chipName)
      : fail(chipName, `profile ${name} is for an M4 Max with ${performanceCores} performance cores and ${memory}`);
  },
});

const metricsSwitch = check({
  id: 'diagnostics/hardware-metrics',
  source: 'P Advanced configuration: HARDWARE_MONITORING; README 19',
  command: 'export HARDWARE_MONITORING=1',
  what: 'hardware metrics are exported where the profile says so, and nowhere else',
  expectation: 'nautilus_cgroup_cpu_usage_seconds_total is there as diagnostics.hardwareMetrics says',
  unavailable: (platform) =>
    platform.absent('oms') ??
    (platform.mode === 'local' && process.platform !== 'linux'
      ? 'only Linux accounts for a process’s cgroup'
      : undefined),
  read: async (platform) => {
    const text = body(await platform.ask('oms', '/metrics'), 'its metrics cannot be read');
    return metric(text, 'nautilus_cgroup_cpu_usage_seconds_total') !== undefined;
  },
  judge: (exported, { profile: { diagnostics } }) => {
    const reading = exported ? 'exported' : 'not exported';
    return exported === diagnostics.hardwareMetrics
      ? pass(reading)
      : fail(reading, `diagnostics.hardwareMetrics is ${diagnostics.hardwareMetrics}`);
  },
});

const debugSwitch = check({
  id: 'diagnostics/debug-logs',
  source: 'P Advanced configuration: M4_MAX_DEBUG; README 19',
  command: 'export M4_MAX_DEBUG=1',
  what: 'every step is logged where the profile says so, and nowhere else',
  expectation: 'a request to the backend is in its log as diagnostics.debugLogs says',
  unavailable: (platform: Platform) => platform.absent('backend'),
  read: async (platform) => {
    const asked = `/api/v1/platform?verify=${Date.now()}`;
    await platform.ask('backend', asked);
    return (await platform.log('backend', 100)).includes(`"url":"${asked}"`);
  },
  judge: (logged, { profile: { diagnostics } }) =>
    unless(
      [logged !== diagnostics.debugLogs && `diagnostics.debugLogs is ${diagnostics.debugLogs}`],
      logged ? 'logged' : 'not logged',
    ),
});

export const hardwareChecks: readonly Check[] = [chip, debugSwitch, metricsSwitch];

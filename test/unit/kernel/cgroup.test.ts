import { Registry } from 'prom-client';
import { cgroupCpu, cgroupFaults, cgroupMemory, cpusAvailable, stalls } from '../../../engines/core/kernel/cgroup';
import { exportProcess } from '../../../engines/core/kernel/process-metrics';
import { machine, version1, version2 } from './recorded-machine';

describe('memory of the cgroup', () => {
  test.each([
    [1, version1],
    [2, version2],
  ] as const)('version %i in a container: file pages that can be dropped are not in the working set', (version, files) => {
    expect(cgroupMemory(machine(files))).toEqual({
      value: {
        version,
        limitBytes: 67108864,
        limitWithSwapBytes: 67108864,
        usageBytes: 4411392,
        workingSetBytes: 4411392 - 1888256,
      },
    });
  });

  test('version 2 on a host is at the path of the process; "max" is no limit', () => {
    const files = {
      '/proc/self/cgroup': '0::/user.slice/session-1.scope\n',
      '/sys/fs/cgroup/user.slice/session-1.scope/memory.max': 'max\n',
      '/sys/fs/cgroup/user.slice/session-1.scope/memory.current': '1000\n',
    };
    expect(cgroupMemory(machine(files))).toEqual({
      value: { version: 2, limitBytes: null, usageBytes: 1000, workingSetBytes: null },
    });
  });

  test('the largest number of version 1 is no limit', () => {
    const files = { ...version1, '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n' };
    expect(cgroupMemory(machine(files))).toMatchObject({ value: { limitBytes: null } });
  });

  test('is unknown, with a reason, where there is none', () => {
    expect(cgroupMemory(machine({}))).toMatchObject({ value: null, reason: expect.any(String) });
    expect(cgroupMemory(machine({}, { platform: 'darwin' }))).toMatchObject({ value: null });
  });
});

describe('CPU of the cgroup', () => {
  test.each([
    [1, version1, 0.046089012],
    [2, version2, 0.046089],
  ] as const)('version %i: time, quota and throttling in seconds and cores', (_, files, usageSeconds) => {
    expect(cgroupCpu(machine(files))).toEqual({
      usageSeconds,
      quotaCores: 0.5,
      periods: 20,
      throttledPeriods: 3,
      throttledSeconds: 0.15,
    });
    expect(cpusAvailable(machine(files))).toBe(0.5);
  });

  test('without a quota there is nothing to throttle', () => {
    expect(cgroupCpu(machine({ ...version2, '/sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toEqual({
      usageSeconds: 0.046089,
    });
    expect(cgroupCpu(machine({ ...version1, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' }))).toEqual({
      usageSeconds: 0.046089012,
    });
    expect(cpusAvailable(machine({}))).toBeGreaterThanOrEqual(1);
  });
});

test.each([
  [1, version1],
  [2, version2],
] as const)('version %i: page faults, and those that waited for a disk', (_, files) => {
  expect(cgroupFaults(machine(files))).toEqual({ pageFaults: 1512, majorPageFaults: 8 });
});

test('pressure is of the container under version 2, else of the machine, and nothing where the kernel has none', () => {
  const stalled = (scope: string) => [
    { resource: 'memory', share: 'some', scope, seconds: 2.5 },
    { resource: 'memory', share: 'full', scope, seconds: 0.5 },
  ];
  expect(stalls(machine(version2))).toEqual(stalled('cgroup'));
  expect(stalls(machine(version1))).toEqual(stalled('machine'));
  expect(stalls(machine({}))).toEqual([]);
});

describe('what a process exports of itself', () => {
  /** Samples by name and labels. */
  const exported = async (files: Record<string, string>, hardwareMetrics: boolean, ready = true) => {
    const registry = new Registry();
    const process = { profile: 'test', specHash: 'abc', hardwareMetrics };
    exportProcess(registry, process, () => ready, machine(files));
    await registry.metrics();
    const text = await registry.metrics();
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(
      samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  };

  test('its declaration, whether it can serve, and its memory always', async () => {
    const samples = await exported(version2, false, false);
    expect(samples).toMatchObject({
      nautilus_ready: 0,
      nautilus_cgroup_memory_usage_bytes: 4411392,
      nautilus_cgroup_memory_working_set_bytes: 2523136,
      nautilus_cgroup_memory_limit_bytes: 67108864,
    });
    expect(Object.keys(samples)).toContainEqual(
      expect.stringMatching(/^nautilus_build_info\{.*profile="test",spec_hash="abc"\}$/),
    );
    expect(Object.keys(samples)).not.toContainEqual(expect.stringMatching(/_cpu_periods|page_faults|pressure/));
  });

  test('CPU, throttling, page faults and pressure when the profile asks; totals do not add up over readings', async () => {
    expect(await exported(version1, true)).toMatchObject({
      nautilus_cgroup_cpu_quota_cores: 0.5,
      nautilus_cgroup_cpu_usage_seconds_total: 0.046089012,
      nautilus_cgroup_cpu_periods_total: 20,
      nautilus_cgroup_cpu_throttled_periods_total: 3,
      nautilus_cgroup_cpu_throttled_seconds_total: 0.15,
      nautilus_cgroup_page_faults_total: 1512,
      nautilus_cgroup_major_page_faults_total: 8,
      'nautilus_pressure_stalled_seconds_total{resource="memory",share="some",scope="machine"}': 2.5,
    });
  });

  test('what the kernel does not tell is absent, never zero', async () => {
    const names = Object.keys(await exported({}, true));
    expect(names).toContainEqual('nautilus_ready');
    expect(names).not.toContainEqual(expect.stringMatching(/^nautilus_(cgroup|pressure)/));
  });
});

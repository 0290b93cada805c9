import { cgroupMemory, cpusAvailable, type Machine, m4MaxDetected } from '../../../engines/core/kernel/platform';

const machine = (files: Record<string, string>, more: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  cpuModel: undefined,
  read: (file) => files[file],
  exists: (file) => file in files,
  ...more,
});

describe('M4 Max', () => {
  test('is seen on macOS by the name of its processor', () => {
    const mac = (cpuModel?: string) => m4MaxDetected(machine({}, { platform: 'darwin', cpuModel }));
    expect(mac('Apple M4 Max')).toEqual({ value: true });
    expect(mac('Apple M4 Pro')).toEqual({ value: false });
    expect(mac(undefined)).toMatchObject({ value: null, reason: expect.any(String) });
  });

  test('is unknown in a container, which sees only a virtual machine', () => {
    expect(m4MaxDetected(machine({ '/.dockerenv': '' }))).toMatchObject({
      value: null,
      reason: expect.stringContaining('container'),
    });
  });
});

describe('memory of the cgroup', () => {
  test('version 2 in a container', () => {
    const files = {
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': '536870912\n',
      '/sys/fs/cgroup/memory.current': '41943040\n',
    };
    expect(cgroupMemory(machine(files))).toEqual({
      value: { version: 2, limitBytes: 536870912, usageBytes: 41943040 },
    });
  });

  test('version 2 on a host is at the path of the process; "max" is no limit', () => {
    const files = {
      '/proc/self/cgroup': '0::/user.slice/session-1.scope\n',
      '/sys/fs/cgroup/user.slice/session-1.scope/memory.max': 'max\n',
      '/sys/fs/cgroup/user.slice/session-1.scope/memory.current': '1000\n',
    };
    expect(cgroupMemory(machine(files))).toEqual({ value: { version: 2, limitBytes: null, usageBytes: 1000 } });
  });

  test('version 1, whose largest number is no limit', () => {
    const files = (limit: string) => ({
      '/proc/self/cgroup': '9:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${limit}\n`,
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '2000\n',
    });
    expect(cgroupMemory(machine(files('268435456')))).toMatchObject({ value: { version: 1, limitBytes: 268435456 } });
    expect(cgroupMemory(machine(files('9223372036854771712')))).toMatchObject({ value: { limitBytes: null } });
  });

  test('is unknown, with a reason, where there is none', () => {
    expect(cgroupMemory(machine({}))).toMatchObject({ value: null, reason: expect.any(String) });
    expect(cgroupMemory(machine({}, { platform: 'darwin' }))).toMatchObject({ value: null });
  });
});

test('a CPU quota lowers what the scheduler offers, in either version', () => {
  expect(cpusAvailable(machine({ '/sys/fs/cgroup/cpu.max': '50000 100000\n' }))).toBe(0.5);
  const v1 = { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '25000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' };
  expect(cpusAvailable(machine(v1))).toBe(0.25);
  expect(cpusAvailable(machine({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toBeGreaterThanOrEqual(1);
});

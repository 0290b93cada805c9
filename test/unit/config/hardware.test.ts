import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostHardware, MemorySize, m4MaxVariants, readLinux, readMac, usableMemory } from '@nautilus/config';
import { parseCpuMax, parseMemoryLimit, readCgroupLimits } from '../../../config/hardware/linux';

const recorded = (machine: string, path: string) => {
  try {
    return readFileSync(join(__dirname, 'recorded', machine, path), 'utf8');
  } catch {
    return undefined;
  }
};
const linux = (machine: string, architecture: string) => readLinux((path) => recorded(machine, path), architecture)!;
const mac = (machine: string, architecture = 'arm64') =>
  readMac({ sysctl: recorded(machine, 'sysctl')!, displays: recorded(machine, 'displays.json')!, architecture })!;

describe('a Mac', () => {
  test.each([
    ['macos-m4-max-128gb', 12, 40, 546],
    ['macos-m4-max-36gb', 10, 32, 410],
  ])('%s is recognised as the M4 Max that it is', (machine, performanceCores, gpuCores, bandwidth) => {
    const host = mac(machine);
    expect(host).toMatchObject({ os: 'macos', chip: 'Apple M4 Max', performanceCores, efficiencyCores: 4, gpuCores });
    expect(host.m4Max).toMatchObject({ performanceCores, gpuCores, memoryBandwidth: bandwidth });
    expect(host.m4Max?.memory).toEqual(host.memory);
  });

  test('with an Intel processor has no performance levels and is no M4 Max', () => {
    const host = mac('macos-intel', 'x64');
    expect(host).toMatchObject({ logicalCpus: 16, chip: expect.stringContaining('i9-9880H') });
    expect([host.performanceCores, host.gpuCores, host.m4Max]).toEqual([undefined, undefined, undefined]);
  });

  test('with a combination that was never sold is not taken for one that was', () => {
    const sysctl = recorded('macos-m4-max-36gb', 'sysctl')!.replace(
      'perflevel0.logicalcpu: 10',
      'perflevel0.logicalcpu: 12',
    );
    expect(readMac({ sysctl, displays: '', architecture: 'arm64' })?.m4Max).toBeUndefined();
  });

  test('that says nothing is unknown, not zero', () => {
    expect(readMac({ sysctl: '', displays: 'no JSON', architecture: 'arm64' })).toBeUndefined();
  });
});

describe('a Linux machine', () => {
  test('with control groups version 1 and no limit may use all it has', () => {
    const host = linux('linux-x64-cgroup1', 'x64');
    expect(host).toMatchObject({ os: 'linux', chip: 'Intel(R) Xeon(R) Processor', logicalCpus: 2, limits: {} });
    expect(host.memory).toEqual(MemorySize.kibibytes(24_684_112));
    expect(usableMemory(host)).toEqual(host.memory);
  });

  test('with control groups version 2 may use what its own group allows', () => {
    const host = linux('linux-arm64-cgroup2', 'arm64');
    expect(host).toMatchObject({ chip: 'Apple silicon', logicalCpus: 4, limits: { cpus: 1.5 } });
    expect(usableMemory(host)).toEqual(MemorySize.mebibytes(512));
  });

  test('is never said to be an M4 Max: from inside a container that cannot be known', () => {
    expect((linux('linux-arm64-cgroup2', 'arm64') as HostHardware).m4Max).toBeUndefined();
  });

  test('has the smallest limit of its group and of those above it', () => {
    const files: Record<string, string> = {
      '/proc/self/cgroup': '4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/\n',
      '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': '1073741824\n',
      '/sys/fs/cgroup/memory/docker/memory.limit_in_bytes': '536870912\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
    };
    expect(readCgroupLimits((path) => files[path])).toEqual({ cpus: 0.5, memory: MemorySize.mebibytes(512) });
  });

  test.each([
    ['max 100000', undefined],
    ['200000 100000\n', 2],
    ['', undefined],
  ])('cpu.max %j is %s CPUs', (text, cpus) => expect(parseCpuMax(text)).toBe(cpus));

  test.each([['max\n'], ['9223372036854771712\n'], ['']])('memory limit %j is none', (text) =>
    expect(parseMemoryLimit(text)).toBeUndefined());
});

test('the catalogue has the four configurations that were sold', () => {
  expect(
    m4MaxVariants.map(
      ({ performanceCores, efficiencyCores, gpuCores, memoryBandwidth, memory, dockerDefault }) =>
        `${performanceCores}P+${efficiencyCores}E ${gpuCores} ${memoryBandwidth} ${memory} ${dockerDefault}`,
    ),
  ).toEqual([
    '10P+4E 32 410 36.0 GiB 18.0 GiB',
    '12P+4E 40 546 48.0 GiB 24.0 GiB',
    '12P+4E 40 546 64.0 GiB 32.0 GiB',
    '12P+4E 40 546 128.0 GiB 64.0 GiB',
  ]);
});

import type { Machine } from '../../../engines/core/kernel/machine';

/** A machine with these files and no others. */
export const machine = (files: Record<string, string>, more: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  cpuModel: undefined,
  pid: 1,
  read: (file) => files[file],
  readAside: async (file) => files[file],
  exists: (file) => file in files,
  ...more,
});

/** The larger M4 Max, as a configuration tells an engine of it. */
export const m4MaxHardware = {
  model: 'm4-max',
  performanceCores: 12,
  efficiencyCores: 4,
  gpuCores: 40,
  neuralEngineCores: 16,
  memoryBytes: 2 ** 36,
  memoryBandwidth: 546,
} as const;

/** As a container of 64 MiB and half a core read it under Docker 20.10 on a 6.18 kernel. */
export const version1 = {
  '/proc/self/cgroup':
    '8:pids:/docker/ba87\n4:memory:/docker/ba87\n3:cpuset:/docker/ba87\n2:cpuacct:/docker/ba87\n1:cpu:/docker/ba87\n0::/docker/ba87\n',
  '/sys/fs/cgroup/memory/memory.usage_in_bytes': '4411392\n',
  '/sys/fs/cgroup/memory/memory.limit_in_bytes': '67108864\n',
  '/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes': '67108864\n',
  '/sys/fs/cgroup/pids/pids.max': '256\n',
  '/sys/fs/cgroup/pids/pids.current': '11\n',
  '/sys/fs/cgroup/memory/memory.stat':
    'cache 3293184\nrss 217088\nworkingset_refault_file 804\npgfault 1512\npgmajfault 8\ninactive_file 1888256\ntotal_pgfault 1512\ntotal_pgmajfault 8\ntotal_inactive_file 1888256\n',
  '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
  '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  '/sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 20\nnr_throttled 3\nthrottled_time 150000000\nnr_bursts 0\nburst_time 0\n',
  '/sys/fs/cgroup/cpuacct/cpuacct.usage': '46089012\n',
  '/proc/pressure/memory':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n',
};

/** The same container under version 2, in the format of the kernel's documentation. */
export const version2 = {
  '/proc/self/cgroup': '0::/\n',
  '/sys/fs/cgroup/memory.max': '67108864\n',
  '/sys/fs/cgroup/memory.swap.max': '0\n',
  '/sys/fs/cgroup/pids.max': 'max\n',
  '/sys/fs/cgroup/pids.current': '11\n',
  '/sys/fs/cgroup/memory.current': '4411392\n',
  '/sys/fs/cgroup/memory.stat': 'anon 217088\nfile 3293184\ninactive_file 1888256\npgfault 1512\npgmajfault 8\n',
  '/sys/fs/cgroup/cpu.max': '50000 100000\n',
  '/sys/fs/cgroup/cpu.stat':
    'usage_usec 46089\nuser_usec 26000\nsystem_usec 20089\nnr_periods 20\nnr_throttled 3\nthrottled_usec 150000\n',
  '/sys/fs/cgroup/memory.pressure':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n',
};

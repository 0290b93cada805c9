import { catalog } from '@nautilus/config/catalog';
import { ProcessStatus, parseConfiguration, z } from '@nautilus/core/kernel';
import { filesRead } from '../../../engines/core/kernel/machine';
import { StatusReader } from '../../../engines/core/kernel/status';
import { m4MaxHardware, machine, version1, version2 } from './recorded-machine';

const configuration = (changes: object = {}) =>
  parseConfiguration(
    {
      service: 'risk',
      profile: 'test',
      port: 0,
      sharedMemory: '/shm',
      dataDirectory: '/data',
      specHash: 'abc',
      engine: {},
      ...changes,
    },
    { service: catalog.risk, config: z.strictObject({}) },
  );

const container = { '/.dockerenv': '', '/sys/class/net/eth0/mtu': '9000\n' };
const statusOn = (recorded: ReturnType<typeof machine>, changes: object = {}) =>
  new StatusReader(configuration(changes), recorded).read();

test.each([
  [1, { ...version1, ...container }, { value: 256, origin: 'cgroup' }],
  [2, { ...version2, ...container }, { value: null, origin: 'cgroup', reason: 'there is no limit' }],
] as const)('in a container of version %i each value names who says it', async (version, files, tasks) => {
  const status = await statusOn(machine(files));
  expect(ProcessStatus.parse(status)).toEqual(status);
  expect(status).toMatchObject({
    specHash: 'abc',
    cpusAvailable: 0.5,
    m4_max_detected: null,
    m4_max_reason: expect.stringContaining('container'),
    cgroup: { of: 'container', version: { value: version, origin: 'cgroup' } },
    limits: {
      memoryBytes: { value: 67108864, origin: 'cgroup' },
      memoryWithSwapBytes: { value: 67108864, origin: 'cgroup' },
      cpuCores: { value: 0.5, origin: 'cgroup' },
      tasks,
    },
    usage: {
      workingSetBytes: { value: 4411392 - 1888256, origin: 'cgroup' },
      cpuSeconds: { value: expect.closeTo(0.046, 3), origin: 'cgroup' },
      throttledSeconds: { value: 0.15, origin: 'cgroup' },
      processCpuSeconds: { value: expect.any(Number), origin: 'measured' },
    },
    network: { interface: 'eth0', mtu: { value: 9000, origin: 'measured' } },
  });
  expect(status.configuration.specHash).not.toBe('abc');
});

test('what nobody can know is null, with the reason and who would know it', async () => {
  const { cgroup, limits, usage, network, hardware } = await statusOn(machine({}, { platform: 'darwin' }));
  expect(cgroup).toEqual({
    of: 'session',
    version: { value: null, origin: 'cgroup', reason: 'darwin has no cgroups' },
  });
  const { processCpuSeconds, ...ofTheCgroup } = usage;
  expect(processCpuSeconds.value).toEqual(expect.any(Number));
  for (const each of [...Object.values(limits), ...Object.values(ofTheCgroup)])
    expect(each).toEqual({ value: null, origin: 'cgroup', reason: 'darwin has no cgroups' });
  expect(network.mtu).toEqual({ value: null, origin: 'measured', reason: 'there is no eth0 here' });
  for (const each of Object.values(hardware))
    expect(each).toEqual({ value: null, origin: 'profile', reason: 'the profile is written for any machine' });
});

test('the hardware is what the profile says, since a container cannot see it', async () => {
  const status = await statusOn(machine({ ...version2, ...container }), { hardware: m4MaxHardware });
  expect(status.hardware.gpuCores).toEqual({ value: 40, origin: 'profile' });
  expect(status.m4_max_detected).toBeNull();
});

test('asked later it reads the files again, never on the engine’s own thread', async () => {
  const files: Record<string, string> = { ...version2, ...container };
  let onThread = 0;
  const recorded = machine(files, {
    read(file) {
      onThread++;
      return files[file];
    },
  });
  const reader = new StatusReader(configuration(), recorded);
  const atStart = onThread;
  files['/sys/fs/cgroup/memory.max'] = 'max\n';
  expect((await reader.read()).limits.memoryBytes).toMatchObject({ value: null, reason: 'there is no limit' });
  expect(onThread).toBe(atStart);
});

test('the files of a question are those that it found', () => {
  const recorded = machine({ '/a': '1', '/b': '2' });
  expect(filesRead((of) => [of.read('/a'), of.read('/c'), of.read('/a')], recorded)).toEqual(['/a']);
});

import { fact } from '@nautilus/core/kernel';
import { CoreUtilization, coreUtilization, type Looks } from '../../../engines/backend/utilization';
import { engineUse } from '../../../engines/backend/utilization/engines';
import { parseProcessorTime } from '../../../engines/backend/utilization/processors';
import { anyMachine, m4Max, silent, statusAt, telling, unreachable } from './status-of';

describe('an engine between two looks', () => {
  test('in a container: the CPU time of its cgroup by the time that passed', async () => {
    const use = engineUse(await statusAt(100, 20), await statusAt(102, 20.5, { throttledSeconds: 0.25 }));
    expect(use).toEqual({
      cores: { value: 0.25, origin: 'cgroup' },
      quotaCores: { value: 0.5, origin: 'cgroup' },
      throttledSeconds: { value: 0.25, origin: 'cgroup' },
      windowSeconds: 2,
    });
  });

  test('beside others in one cgroup: the CPU time of its process, and nothing of the cgroup is taken for its own', async () => {
    const outside = { container: false };
    expect(engineUse(await statusAt(100, 20, outside), await statusAt(102, 22, outside))).toMatchObject({
      cores: { value: 0.5, origin: 'measured' },
      throttledSeconds: { value: null, origin: 'cgroup', reason: 'it shares its cgroup with other processes' },
    });
  });

  test.each([
    ['that started again', async () => engineUse(await statusAt(100, 20), await statusAt(1, 0.2)), /started again/],
    ['that does not answer any more', async () => engineUse(await statusAt(100, 20), silent), /ECONNREFUSED/],
    ['that did not answer before', async () => engineUse(silent, await statusAt(100, 20)), /ECONNREFUSED/],
    ['that was not there before', async () => engineUse(undefined, await statusAt(100, 20)), /started again/],
  ])('one %s has no figure, and says why', async (_, use, reason) => {
    expect(await use()).toMatchObject({
      cores: { value: null, origin: 'cgroup', reason: expect.stringMatching(reason) },
      windowSeconds: null,
    });
  });
});

const service = (name: string, ask: 'engine' | 'connection', cpus: number) => ({
  name,
  ask,
  address: `http://${name}`,
  cpus,
});

async function looks(changes: Partial<Looks> = {}): Promise<Looks> {
  return {
    askedAt: '2026-11-22T11:00:00.000Z',
    engines: [new Map([['oms', await statusAt(100, 20)]]), new Map([['oms', await statusAt(101, 20.1)]])],
    processors: [
      { count: 4, busy: 100, total: 400 },
      { count: 4, busy: 200, total: 800 },
    ],
    servers: (name) =>
      name === 'redis'
        ? fact('measured', 0.2, '')
        : fact<number>('measured', null, `${name} tells nobody how much CPU time it takes`),
    host: unreachable,
    ...changes,
  };
}

describe('core utilization', () => {
  const services = [
    service('oms', 'engine', 0.5),
    service('redis', 'connection', 2),
    service('postgres', 'connection', 1),
  ];

  test('each value has its origin; what nobody knows is null with the reason', async () => {
    const report = coreUtilization(services, anyMachine, await looks());
    expect(CoreUtilization.parse(report)).toEqual(report);
    const unknownType = { value: null, origin: 'host agent', reason: expect.stringContaining('ENOTFOUND') };
    expect(report).toMatchObject({
      machine: { cpus: { value: 4, origin: 'measured' }, busyCores: { value: 1, origin: 'measured' } },
      performance: { cores: unknownType, busyCores: unknownType },
      efficiency: { cores: unknownType, busyCores: unknownType },
      services: [
        {
          name: 'oms',
          cores: { value: expect.closeTo(0.1, 9), origin: 'cgroup' },
          share: { value: expect.closeTo(0.2, 9) },
        },
        {
          name: 'redis',
          cores: { value: 0.2, origin: 'measured' },
          quotaCores: { value: 2, origin: 'profile' },
          share: { value: 0.1 },
          windowSeconds: 120,
        },
        {
          name: 'postgres',
          cores: { value: null, reason: 'postgres tells nobody how much CPU time it takes' },
          share: { value: null, reason: 'postgres tells nobody how much CPU time it takes' },
          windowSeconds: null,
        },
      ],
    });
  });

  test('how many cores of a type there are the profile may say, how busy they are only the host', async () => {
    const declared = coreUtilization([], m4Max, await looks());
    expect(declared.performance).toMatchObject({
      cores: { value: 12, origin: 'profile' },
      busyCores: { value: null, origin: 'host agent' },
    });
    const host = telling({ performance: { cores: 12, busyCores: 3.5 } });
    const told = coreUtilization([], m4Max, await looks({ host }));
    expect(told.performance).toEqual({
      cores: { value: 12, origin: 'host agent' },
      busyCores: { value: 3.5, origin: 'host agent' },
    });
    expect(told.efficiency.busyCores).toMatchObject({ value: null, reason: 'the host agent does not tell it' });
  });

  test('a machine without /proc/stat tells no busy cores', async () => {
    const { machine } = coreUtilization([], anyMachine, await looks({ processors: [undefined, undefined] }));
    expect(machine.busyCores).toEqual({
      value: null,
      origin: 'measured',
      reason: 'only Linux tells it, in /proc/stat',
    });
  });
});

test('the processors’ time as the kernel prints it: waiting and stolen time is not busy', () => {
  const text =
    'cpu  100 20 30 400 50 6 4 10 0 0\ncpu0 50 10 15 200 25 3 2 5 0 0\ncpu1 50 10 15 200 25 3 2 5 0 0\nintr 1\n';
  expect(parseProcessorTime(text)).toEqual({ count: 2, busy: 160, total: 620 });
  expect(parseProcessorTime('')).toBeUndefined();
});

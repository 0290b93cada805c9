import {
  AccelerationMetrics,
  accelerationMetrics,
  NeuralStatus,
  neuralStatus,
} from '../../../engines/backend/acceleration';
import { anyMachine, m4Max, silent, statusAt, telling, unreachable } from './status-of';

const sight = async (changes: object = {}) => ({
  askedAt: '2026-11-22T11:00:00.000Z',
  declared: anyMachine,
  host: unreachable,
  engines: new Map([
    ['ml', await statusAt(1, 1)],
    ['oms', silent],
  ]),
  last: undefined,
  ...changes,
});

const byTheHost = { value: null, origin: 'host agent', reason: expect.stringContaining('ENOTFOUND') };

test('without the agent on the host nothing is claimed of GPU and Neural Engine', async () => {
  const metrics = accelerationMetrics(await sight());
  expect(AccelerationMetrics.parse(metrics)).toEqual(metrics);
  expect(metrics).toMatchObject({
    hostAgent: { answers: false, reason: expect.stringContaining('ENOTFOUND') },
    m4MaxDetected: byTheHost,
    gpu: { busyShare: byTheHost, watts: byTheHost },
    neuralEngine: { watts: byTheHost },
    copyBytesPerSecond: { value: null, origin: 'measured', reason: expect.stringContaining('POST') },
    engines: [
      { name: 'ml', backend: { value: 'cpu', origin: 'measured' } },
      { name: 'oms', backend: { value: null, origin: 'measured', reason: expect.stringContaining('ECONNREFUSED') } },
    ],
  });
  const neural = neuralStatus(await sight({ declared: m4Max }));
  expect(NeuralStatus.parse(neural)).toEqual(neural);
  expect(neural).toMatchObject({ available: byTheHost, watts: byTheHost, cores: { value: 16, origin: 'profile' } });
});

test('what the agent tells is said to be from it; how busy the Neural Engine is nobody ever claims', async () => {
  const host = telling({ chip: 'Apple M4 Max', gpu: { busyShare: 0.25 }, neuralEngine: { cores: 16, watts: 1.5 } });
  const metrics = accelerationMetrics(await sight({ host }));
  expect(metrics).toMatchObject({
    hostAgent: { answers: true, reason: null },
    m4MaxDetected: { value: true, origin: 'host agent' },
    gpu: { busyShare: { value: 0.25, origin: 'host agent' }, watts: { value: null } },
    neuralEngine: { watts: { value: 1.5, origin: 'host agent' }, busyShare: { value: null } },
  });
  expect(neuralStatus(await sight({ host }))).toMatchObject({ available: { value: true, origin: 'host agent' } });
});

test('the speed of memory is the newest benchmark’s', async () => {
  const last = { measurements: [{ name: 'memory copy', result: { value: 5e9, origin: 'measured' } }] };
  expect(accelerationMetrics(await sight({ last })).copyBytesPerSecond).toEqual({ value: 5e9, origin: 'measured' });
});

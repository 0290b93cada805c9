import { engineNames } from '@nautilus/config';
import * as z from 'zod';
import { type Check, check, unknown, unless } from '../check';
import { json } from '../platform/answer';
import type { Platform } from '../platform/platform';
import { within } from '../platform/within';
import { facts, untold } from './known';

const NumberFact = z.looseObject({ value: z.number().nullable() });
const Backends = z.array(z.looseObject({ name: z.string(), backend: z.looseObject({ value: z.string().nullable() }) }));

/** Who asks the others may wait for one that does not answer. */
const TIMEOUT_MS = 15_000;

/** The backend gives each engine two seconds to answer: a busy machine may need another try. */
const KNOWN_WITHIN_MS = 10_000;

interface Told<Body> extends Pick<Check, 'id' | 'source' | 'what' | 'expectation'> {
  readonly route: string;
  readonly shape: z.ZodType<Body>;
  /** What of it is wrong besides. */
  readonly complaints: (body: Body, platform: Platform) => readonly string[];
}

/** A status whose every value says where it comes from, or why nobody knows it. */
const told = <Body>({ route, shape, complaints, ...described }: Told<Body>) =>
  check({
    ...described,
    command: `curl localhost:8001${route}`,
    unavailable: (platform) => platform.absent('backend'),
    read: (platform) =>
      within(
        platform,
        KNOWN_WITHIN_MS,
        async () => json(shape, await platform.ask('backend', route, { timeoutMs: TIMEOUT_MS })),
        (body) => complaints(body, platform).length === 0,
      ),
    judge: (body, platform) => {
      const { all, known } = facts(body);
      return unless([...untold(body), ...complaints(body, platform)], `${known} of ${all} values known`);
    },
  });

/** Nothing computes on an accelerator that nobody can reach. */
function unreached(engines: z.output<typeof Backends>, reachable: boolean): string[] {
  return [
    ...(engines.length === 0 ? ['it knows no engine'] : []),
    ...engines
      .filter(({ backend }) => backend.value === null)
      .map(({ name }) => `nobody knows what ${name} computes on`),
    ...engines
      .filter(({ backend }) => backend.value !== null && backend.value !== 'cpu' && !reachable)
      .map(({ name, backend }) => `${name} says that it computes on ${backend.value}, which nothing here can reach`),
  ];
}

const acceleration = told({
  id: 'backend/acceleration',
  source: 'P Advanced configuration: M4 Max utilization; README 17',
  what: 'the use of the accelerators is told truthfully',
  expectation: 'each value with its origin, or null with a reason; what each engine computes on',
  route: '/api/v1/acceleration/metrics',
  shape: z.looseObject({ hostAgent: z.looseObject({ answers: z.boolean() }), engines: Backends }),
  complaints: ({ engines, hostAgent }) => unreached(engines, hostAgent.answers),
});

const neuralEngine = told({
  id: 'backend/neural-engine',
  source: 'P Verification: Neural Engine acceleration; P Troubleshooting: hardware detection; README 2, 17',
  what: 'the state of the Neural Engine is told truthfully',
  expectation: 'available or not, or null with a reason; no engine computes on it where nobody reaches it',
  route: '/api/v1/acceleration/neural/status',
  shape: z.looseObject({ available: z.looseObject({ value: z.boolean().nullable() }), engines: Backends }),
  complaints: ({ engines, available }) => unreached(engines, available.value === true),
});

const coreUtilization = told({
  id: 'backend/core-utilization',
  source: 'P Advanced configuration, P Troubleshooting: core utilization; README 4, 17',
  what: 'the use of the cores is told truthfully',
  expectation: 'each value with its origin, or null with a reason; every engine with the cores that it keeps busy',
  route: '/api/v1/optimization/core-utilization',
  shape: z.looseObject({ services: z.array(z.looseObject({ name: z.string(), cores: NumberFact })) }),
  complaints: ({ services }, platform) =>
    engineNames
      .filter((engine) => engine !== 'backend' && platform.absent(engine) === undefined)
      .filter((engine) => typeof services.find(({ name }) => name === engine)?.cores.value !== 'number')
      .map((engine) => `it does not know how many cores ${engine} keeps busy`),
});

const Benchmark = z.looseObject({
  measurements: z.array(
    z.looseObject({
      name: z.string(),
      unit: z.string(),
      result: NumberFact,
      min: z.number().nullable(),
      max: z.number().nullable(),
    }),
  ),
});

const benchmark = check({
  id: 'backend/benchmarks',
  source: 'P Performance validation: comprehensive benchmarks; README 17',
  command: 'curl -X POST localhost:8001/api/v1/benchmarks/m4max/run',
  what: 'the platform measures itself',
  expectation: 'every figure measured now, between the least and the most of its rounds',
  alone: true,
  unavailable: (platform) => platform.absent('backend'),
  read: async (platform) => {
    const request = { method: 'POST', timeoutMs: 120_000 } as const;
    const answer = await platform.ask('backend', '/api/v1/benchmarks/m4max/run', request);
    return answer.status === 409 || answer.status === 429 ? undefined : json(Benchmark, answer);
  },
  judge: (answer) => {
    if (answer === undefined) return unknown('another run is under way: try again when it has ended');
    const { measurements } = answer;
    return unless(
      [
        measurements.length === 0 && 'it measured nothing',
        ...untold(answer),
        ...measurements.flatMap(({ name, result: { value }, min, max }) => {
          if (value === null) return [`${name} was not measured`];
          const spread = min !== null && max !== null && min <= value && value <= max;
          return spread ? [] : [`${name} has no spread`];
        }),
      ],
      measurements.map(({ name, result, unit }) => `${name} ${result.value?.toPrecision(3)} ${unit}`).join(', '),
    );
  },
});

export const backendChecks: readonly Check[] = [acceleration, neuralEngine, coreUtilization, benchmark];

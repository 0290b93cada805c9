import {
  type DeclaredMachine,
  DeclaredMachine as DeclaredMachineSchema,
  type Fact,
  fact,
  factOf,
  z,
} from '@nautilus/core/kernel';
import { type BenchmarkResult, MEMORY_COPY } from './benchmark';
import type { EngineStatus } from './engine-status';
import type { HostView } from './host-agent';

const Figure = factOf(z.number());
const Backend = factOf(z.enum(['cpu', 'coreml', 'metal']));

export const AccelerationMetrics = z.object({
  askedAt: z.iso.datetime(),
  hostAgent: z.object({ address: z.string(), answers: z.boolean(), reason: z.string().nullable() }),
  m4MaxDetected: factOf(z.boolean()),
  machine: DeclaredMachineSchema,
  gpu: z.object({ busyShare: Figure, watts: Figure }),
  neuralEngine: z.object({ busyShare: Figure, watts: Figure }),
  copyBytesPerSecond: Figure.describe('of memory, by the last benchmark'),
  engines: z.array(z.object({ name: z.string(), backend: Backend.describe('what it computes on') })),
});

export const NeuralStatus = z.object({
  askedAt: z.iso.datetime(),
  available: factOf(z.boolean()).describe('can anything of the platform reach it?'),
  cores: Figure,
  busyShare: Figure,
  watts: Figure,
  engines: z.array(z.object({ name: z.string(), backend: Backend })).describe('what each computes on'),
});

export interface Sight {
  readonly askedAt: string;
  readonly declared: DeclaredMachine;
  readonly host: HostView;
  readonly engines: ReadonlyMap<string, EngineStatus>;
  /** The newest benchmark. */
  readonly last: BenchmarkResult | undefined;
}

/** Power is all that any tool tells of it. */
const neuralShare = fact<number>(
  'host agent',
  null,
  'no tool tells how busy the Neural Engine is: its power is the nearest',
);

const m4Max = (host: HostView): Fact<boolean> =>
  host.fact(({ chip }) => (chip === undefined ? undefined : /\bM4 Max\b/.test(chip)));

const backends = (engines: Sight['engines']) =>
  [...engines].map(([name, answer]) => ({
    name,
    backend: fact('measured', answer.status?.acceleratorBackend, 'reason' in answer ? answer.reason : ''),
  }));

export const accelerationMetrics = ({ askedAt, declared, host, engines, last }: Sight) => ({
  askedAt,
  hostAgent: { address: host.address, answers: host.reason === null, reason: host.reason },
  m4MaxDetected: m4Max(host),
  machine: declared,
  gpu: {
    busyShare: host.fact(({ gpu }) => gpu?.busyShare),
    watts: host.fact(({ gpu }) => gpu?.watts),
  },
  neuralEngine: { busyShare: neuralShare, watts: host.fact(({ neuralEngine }) => neuralEngine?.watts) },
  copyBytesPerSecond: fact(
    'measured',
    last?.measurements.find(({ name }) => name === MEMORY_COPY)?.result.value,
    'nothing was measured yet: POST /api/v1/benchmarks/m4max/run',
  ),
  engines: backends(engines),
});

/** The Neural Engine is reached through the native agent on the host, or not at all. */
export function neuralStatus({ askedAt, declared, host, engines }: Sight) {
  const cores = host.fact(({ neuralEngine }) => neuralEngine?.cores);
  return {
    askedAt,
    available: host.fact(({ neuralEngine }) => neuralEngine !== undefined),
    cores: cores.value === null && declared.neuralEngineCores.value !== null ? declared.neuralEngineCores : cores,
    busyShare: neuralShare,
    watts: host.fact(({ neuralEngine }) => neuralEngine?.watts),
    engines: backends(engines),
  };
}

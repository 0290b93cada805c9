import { factOf, z } from '@nautilus/core/kernel';

const Rounds = z.object({
  name: z.string(),
  what: z.string(),
  unit: z.string(),
  result: factOf(z.number()).describe('median of the rounds'),
  min: z.number().nullable(),
  max: z.number().nullable(),
  rounds: z.int(),
});

export const BenchmarkResult = z.object({
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  cpusAvailable: z
    .number()
    .describe('to this container: what is measured is what it may use, not what the machine has'),
  throttledSeconds: factOf(z.number()).describe('in which the quota stopped it while it measured'),
  measurements: z.array(Rounds),
});

export type BenchmarkResult = z.infer<typeof BenchmarkResult>;
export type Measurement = z.infer<typeof Rounds>;

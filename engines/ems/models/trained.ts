import { CodedError } from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';
import type { ImpactEstimate } from './impact-model';
import { slippageFeatures } from './market-features';
import { parameterCount } from './network';
import { SLIPPAGE_LAYERS, SlippageModel } from './slippage-model';
import { VolumeCurve } from './volume-curve';

/** Changes with what stands in the file. */
export const MODELS_FORMAT = 'nautilus.execution-models/1';

const Estimate = z.strictObject({ value: z.number(), standardError: z.number().min(0) });

const Impact = z
  .strictObject({
    intervals: z.int().min(1),
    intervalSeconds: z.number().positive(),
    volatility: Estimate,
    halfSpread: Estimate,
    depthSlope: Estimate,
    permanent: Estimate,
    permanentRSquared: z.number(),
    orderFlow: Estimate,
    orderFlowRSquared: z.number(),
  })
  .refine(({ volatility }) => volatility.value > 0, { path: ['volatility'], error: 'it is not above 0' })
  .refine(({ depthSlope, permanent }) => depthSlope.value > 0 || permanent.value > 0, {
    path: ['depthSlope'],
    error: 'neither it nor the permanent impact is above 0, so no schedule is optimal',
  });

const Comparison = z.strictObject({
  examples: z.int(),
  model: z.number(),
  halfSpread: z.number(),
  mean: z.number(),
  displayed: z.number(),
  skill: z.number(),
  skillInterval: z.tuple([z.number(), z.number()]),
});

const Judgement = z.strictObject({ orders: Comparison, pairs: Comparison });

const numbers = (length: number) => z.array(z.number()).length(length);
const features = slippageFeatures.length;

const Slippage = z.strictObject({
  weights: z.strictObject({
    layers: z.array(z.int()).refine((layers) => String(layers) === String(SLIPPAGE_LAYERS), {
      error: `it is not a net of ${SLIPPAGE_LAYERS.join('-')}`,
    }),
    features: z.array(z.string()).refine((names) => names.join() === slippageFeatures.join(), {
      error: 'it was trained on other features than this version has',
    }),
    mean: numbers(features),
    deviation: z.array(z.number().positive()).length(features),
    parameters: numbers(parameterCount(SLIPPAGE_LAYERS)),
  }),
  trained: z.int(),
  all: Judgement,
  crossing: Judgement,
  resting: Judgement,
});

const Instrument = z.strictObject({
  symbol: z.string().min(1),
  /** What it was learned from. */
  source: z.strictObject({
    files: z.array(z.strictObject({ name: z.string(), sha256: z.string().length(64), events: z.int() })).min(1),
    fromNs: z.number(),
    toNs: z.number(),
    seed: z.int(),
  }),
  impact: Impact,
  /** Null without a whole session. */
  volume: z
    .strictObject({
      hours: z.strictObject({ openNs: z.number(), closeNs: z.number(), bins: z.int().min(1).max(100_000) }),
      weights: z.array(z.number().min(0)),
      meanVolume: z.number().min(0),
      sessions: z.int(),
    })
    .nullable(),
  tracking: z.strictObject({ twap: z.number(), static: z.number(), dynamic: z.number() }),
  /** Null when there were too few orders. */
  slippage: Slippage.nullable(),
});

const File = z.strictObject({ format: z.literal(MODELS_FORMAT), instruments: z.array(Instrument) });

export type TrainedInstrument = z.infer<typeof Instrument>;
export type TrainedFile = z.infer<typeof File>;

/** What is known of one instrument. */
export interface ExecutionModels {
  readonly impact: ImpactEstimate;
  /** Flat as long as no whole session was seen. */
  readonly volume: VolumeCurve;
  readonly slippage: SlippageModel | null;
}

/** Checks what `nautilus train` has written. @throws CodedError NAUT_MODELS_INVALID the first field that cannot be */
export function parseTrained(json: unknown): TrainedFile {
  const parsed = File.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new CodedError({
    code: 'NAUT_MODELS_INVALID',
    message: `the execution models are not usable: ${issue.path.join('.') || 'the file'}: ${issue.message}`,
    fix: 'train them again with this version: nautilus train FILE --symbol SYMBOL',
  });
}

/** The models by symbol; an instrument that was not trained has none. @throws CodedError NAUT_MODELS_INVALID, NAUT_VOLUME_CURVE */
export function executionModels(json: unknown): ReadonlyMap<string, ExecutionModels> {
  return new Map(
    parseTrained(json).instruments.map(({ symbol, impact, volume, slippage }) => [
      symbol,
      {
        impact,
        volume:
          volume === null
            ? VolumeCurve.flat()
            : new VolumeCurve(volume.hours, Float64Array.from(volume.weights), volume.meanVolume),
        slippage: slippage === null ? null : new SlippageModel(slippage.weights),
      },
    ]),
  );
}

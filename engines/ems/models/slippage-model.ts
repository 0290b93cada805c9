import { slippageFeatures } from './market-features';
import { Network } from './network';

/** Layers of the net. */
export const SLIPPAGE_LAYERS = [slippageFeatures.length, 16, 16, 1];

/** A trained slippage model as it is kept in a file. */
export interface SlippageWeights {
  readonly layers: readonly number[];
  /** Names in their order: a model of other features is another model. */
  readonly features: readonly string[];
  /** What is taken off a feature, and what it is divided by then. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly parameters: readonly number[];
}

/** Features further off than this many deviations count as so many: beyond what it has seen a net knows nothing. */
const FARTHEST = 4;
/** Uncertainty of an order that crosses at once, basis points: the book changes while it is on its way. */
const CROSSING_DEVIATION = 0.2;

/**
 * Expected cost of a child order against the mid at its arrival, before it is sent: what the displayed book asks for all of it, and
 * what a net of 8-16-16-1 adds or takes off, in units of what cannot be known (how far the price wanders while the order rests). The
 * net was trained on simulated child orders (`slippage-training.ts`).
 */
export class SlippageModel {
  private readonly network: Network;
  private readonly inputs: Float64Array;

  /** @param weights as `trainedModels` has checked them */
  constructor(private readonly weights: SlippageWeights) {
    this.network = new Network(weights.layers, weights.parameters);
    this.inputs = new Float64Array(weights.mean.length);
  }

  /** Basis points of the mid; `features` as `MarketFeatures.read` gives them. Path code. */
  predict(features: Float64Array): number {
    const { inputs, weights } = this;
    standardise(features, weights.mean, weights.deviation, inputs);
    return features[1]! + uncertainty(features) * this.network.predict(inputs);
  }
}

/** How far the cost of such an order lies from its mean, basis points: the wandering of the price while it rests. Path code. */
export function uncertainty(features: Float64Array): number {
  const restSeconds = Math.exp(features[7]!) - 1;
  return Math.sqrt(CROSSING_DEVIATION ** 2 + features[3]! ** 2 * restSeconds);
}

export function standardise(
  features: Float64Array,
  mean: ArrayLike<number>,
  deviation: ArrayLike<number>,
  into: Float64Array,
): void {
  for (let i = 0; i < into.length; i++) {
    const score = (features[i]! - mean[i]!) / deviation[i]!;
    into[i] = score > FARTHEST ? FARTHEST : score < -FARTHEST ? -FARTHEST : score;
  }
}

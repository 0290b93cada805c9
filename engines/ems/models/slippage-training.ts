import { Random } from '@nautilus/core/numerics';
import { slippageFeatures } from './market-features';
import { Network, train } from './network';
import type { SlippageExample } from './slippage-data';
import { SLIPPAGE_LAYERS, SlippageModel, type SlippageWeights, standardise, uncertainty } from './slippage-model';

export interface TrainingOptions {
  readonly seed: number;
  /** The first part of the time is learned from. @default 0.6 */
  readonly trainingPart?: number;
  /** Between learning and test: longer than an order and the memory of a feature. @default 90 */
  readonly gapSeconds?: number;
}

/** Errors on orders that came after all that was learned from. */
export interface Comparison {
  readonly examples: number;
  /** Root mean squared errors, basis points. */
  readonly model: number;
  /** Of half the spread at arrival. */
  readonly halfSpread: number;
  /** Of the mean cost of the orders that were learned from. */
  readonly mean: number;
  /** Of what the displayed book asks for all of it at arrival. */
  readonly displayed: number;
  /** 1 − model's / half spread's squared error: above 0 the model is better. With a 95 % interval of a bootstrap over minutes. */
  readonly skill: number;
  readonly skillInterval: readonly [number, number];
}

export interface Judgement {
  /** Of single orders: what somebody who sends one will see. */
  readonly orders: Comparison;
  /** Of the mean of a purchase and a sale at one time: what the price did meanwhile cancels, and the expected cost is left. */
  readonly pairs: Comparison;
}

export interface SlippageTraining {
  readonly weights: SlippageWeights;
  readonly trained: number;
  readonly all: Judgement;
  /** Orders that cross at once, and those that rest first. */
  readonly crossing: Judgement;
  readonly resting: Judgement;
}

const NS_PER_SECOND = 1e9;
const BLOCK_NS = 60 * NS_PER_SECOND;
const RESAMPLES = 2000;
/** Chosen within the part that is learned from (its own last 40 % judged): with less decay the net learns the minutes by heart. */
const FITTING = { epochs: 20, batch: 64, learningRate: 0.003, weightDecay: 10 };

/**
 * Trains on the first part of the time and judges on the last.
 * @returns null when either part has fewer than a hundred orders
 */
export function trainSlippage(examples: readonly SlippageExample[], options: TrainingOptions): SlippageTraining | null {
  const { seed, trainingPart = 0.6, gapSeconds = 90 } = options;
  const first = examples[0]?.timeNs ?? 0;
  const splitNs = first + trainingPart * ((examples.at(-1)?.timeNs ?? 0) - first);
  const training = examples.filter(({ timeNs }) => timeNs < splitNs);
  const test = examples.filter(({ timeNs }) => timeNs >= splitNs + gapSeconds * NS_PER_SECOND);
  if (training.length < 100 || test.length < 100) return null;
  const weights = learn(training, seed);
  const model = new SlippageModel(weights);
  const meanCost = scaleOf(training.map(({ cost }) => cost)).mean;
  const judge = (some: readonly SlippageExample[]): Judgement => {
    const orders = some.map((example) => outcomeOf(example, model, meanCost));
    return { orders: comparison(orders, seed), pairs: comparison(pairsOf(some, orders), seed) };
  };
  const rests = ({ features }: SlippageExample): boolean => features[7]! > 0;
  return {
    weights,
    trained: training.length,
    all: judge(test),
    crossing: judge(test.filter((example) => !rests(example))),
    resting: judge(test.filter(rests)),
  };
}

/** Least squares in units of each order's own uncertainty, so that the noise of long rests does not drown the rest (Aitken 1935). */
function learn(training: readonly SlippageExample[], seed: number): SlippageWeights {
  const scaled = slippageFeatures.map((_, feature) => scaleOf(training.map(({ features }) => features[feature]!)));
  const mean = scaled.map((scale) => scale.mean);
  const deviation = scaled.map((scale) => scale.deviation);
  const inputs = training.map(({ features }) => {
    const into = new Float64Array(features.length);
    standardise(features, mean, deviation, into);
    return into;
  });
  const network = Network.random(SLIPPAGE_LAYERS, new Random(seed));
  const targets = training.map(({ features, cost }) => (cost - features[1]!) / uncertainty(features));
  train(network, inputs, targets, { seed, ...FITTING });
  return {
    layers: SLIPPAGE_LAYERS,
    features: slippageFeatures,
    mean,
    deviation,
    // Six digits say more than the data does, and the file stays readable.
    parameters: [...network.parameters].map((parameter) => Number(parameter.toPrecision(6))),
  };
}

function scaleOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/** What an order cost, and what was expected of it. */
interface Outcome {
  readonly timeNs: number;
  readonly cost: number;
  readonly model: number;
  readonly halfSpread: number;
  readonly mean: number;
  readonly displayed: number;
}

const outcomeOf = ({ timeNs, features, cost }: SlippageExample, model: SlippageModel, mean: number): Outcome => ({
  timeNs,
  cost,
  model: model.predict(features),
  halfSpread: features[0]!,
  mean,
  displayed: features[1]!,
});

/** Means of the outcomes of each pair. */
function pairsOf(examples: readonly SlippageExample[], orders: readonly Outcome[]): Outcome[] {
  const pairs = new Map<number, Outcome[]>();
  for (const [index, { pair }] of examples.entries()) pairs.set(pair, [...(pairs.get(pair) ?? []), orders[index]!]);
  return [...pairs.values()].map((both) => {
    const mean = (name: keyof Outcome) => both.reduce((sum, outcome) => sum + outcome[name], 0) / both.length;
    return {
      timeNs: both[0]!.timeNs,
      cost: mean('cost'),
      model: mean('model'),
      halfSpread: mean('halfSpread'),
      mean: mean('mean'),
      displayed: mean('displayed'),
    };
  });
}

function comparison(outcomes: readonly Outcome[], seed: number): Comparison {
  const squares = (name: keyof Outcome) => outcomes.map((outcome) => (outcome[name] - outcome.cost) ** 2);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const rmse = (name: keyof Outcome) => Math.sqrt(total(squares(name)) / outcomes.length);
  const model = squares('model');
  const halfSpread = squares('halfSpread');
  return {
    examples: outcomes.length,
    model: rmse('model'),
    halfSpread: rmse('halfSpread'),
    mean: rmse('mean'),
    displayed: rmse('displayed'),
    skill: 1 - total(model) / total(halfSpread),
    skillInterval: bootstrap(outcomes, model, halfSpread, seed),
  };
}

/**
 * A 95 % interval of the skill by the percentile bootstrap over blocks of a minute: orders of one minute meet one market, so they are
 * drawn together (Künsch 1989).
 */
function bootstrap(
  outcomes: readonly Outcome[],
  model: readonly number[],
  halfSpread: readonly number[],
  seed: number,
): [number, number] {
  const blocks = new Map<number, [number, number]>();
  for (const [index, { timeNs }] of outcomes.entries()) {
    const key = Math.floor(timeNs / BLOCK_NS);
    const [first, second] = blocks.get(key) ?? [0, 0];
    blocks.set(key, [first + model[index]!, second + halfSpread[index]!]);
  }
  const list = [...blocks.values()];
  const random = new Random(seed);
  const skills = Float64Array.from({ length: RESAMPLES }, () => {
    const drawn: [number, number] = [0, 0];
    for (let draw = 0; draw < list.length; draw++) {
      const block = list[random.below(list.length)]!;
      drawn[0] += block[0];
      drawn[1] += block[1];
    }
    return 1 - drawn[0] / drawn[1];
  }).sort();
  return [skills[Math.floor(0.025 * RESAMPLES)]!, skills[Math.ceil(0.975 * RESAMPLES) - 1]!];
}

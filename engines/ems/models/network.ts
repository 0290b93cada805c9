import { Random } from '@nautilus/core/numerics';

/**
 * A small feed-forward net with one output, `max(0, x)` between its layers, computed here without a library: at these sizes the
 * call into one costs more than the work. All parameters in one array: a layer's weights row by row, then its biases.
 * `predict` allocates nothing.
 */
export class Network {
  readonly parameters: Float64Array;
  /** Outputs of each layer, the inputs first; kept for `learn`. */
  private readonly values: readonly Float64Array[];
  private readonly errors: readonly Float64Array[];

  /** @param sizes of the layers, from the inputs to 1 */
  constructor(
    readonly sizes: readonly number[],
    parameters?: ArrayLike<number>,
  ) {
    const count = parameterCount(sizes);
    if (sizes.length < 2 || sizes.at(-1) !== 1 || (parameters !== undefined && parameters.length !== count))
      throw new TypeError(`a net of layers ${sizes.join('-')} has one output and ${count} parameters`);
    this.parameters = parameters === undefined ? new Float64Array(count) : Float64Array.from(parameters);
    this.values = sizes.map((size) => new Float64Array(size));
    this.errors = sizes.map((size) => new Float64Array(size));
  }

  /** Random weights whose variance keeps that of the signals (He et al. 2015); biases and the output's weights 0: it starts by saying 0. */
  static random(sizes: readonly number[], random: Random): Network {
    const network = new Network(sizes);
    let at = 0;
    for (let layer = 1; layer < sizes.length - 1; layer++) {
      const inputs = sizes[layer - 1]!;
      const weights = inputs * sizes[layer]!;
      for (let i = 0; i < weights; i++) network.parameters[at++] = random.normal() * Math.sqrt(2 / inputs);
      at += sizes[layer]!;
    }
    return network;
  }

  /** The output for inputs, of which there are `sizes[0]`. Path code. */
  predict(inputs: Float64Array): number {
    const { sizes, values, parameters } = this;
    const first = values[0]!;
    for (let i = 0; i < first.length; i++) first[i] = inputs[i]!;
    let at = 0;
    const last = sizes.length - 1;
    for (let layer = 1; layer <= last; layer++) {
      const from = values[layer - 1]!;
      const to = values[layer]!;
      const biases = at + from.length * to.length;
      for (let j = 0; j < to.length; j++) {
        let sum = parameters[biases + j]!;
        for (let i = 0; i < from.length; i++) sum += parameters[at++]! * from[i]!;
        to[j] = layer === last || sum > 0 ? sum : 0;
      }
      at = biases + to.length;
    }
    return values[last]![0]!;
  }

  /** Adds the gradient of ½(output − target)² to `gradient`, laid out as the parameters. Returns output − target. */
  learn(inputs: Float64Array, target: number, gradient: Float64Array): number {
    const error = this.predict(inputs) - target;
    const { sizes, values, errors, parameters } = this;
    errors.at(-1)![0] = error;
    let end = parameters.length;
    for (let layer = sizes.length - 1; layer > 0; layer--) {
      const from = values[layer - 1]!;
      const back = errors[layer - 1]!.fill(0);
      const own = errors[layer]!;
      const biases = end - own.length;
      const start = biases - from.length * own.length;
      for (let j = 0; j < own.length; j++) {
        const delta = own[j]!;
        if (delta === 0) continue;
        gradient[biases + j]! += delta;
        const row = start + j * from.length;
        for (let i = 0; i < from.length; i++) {
          gradient[row + i]! += delta * from[i]!;
          back[i]! += delta * parameters[row + i]!;
        }
      }
      // Where the unit gave 0 nothing goes further back; the inputs' own errors are not asked for.
      for (let i = 0; i < from.length; i++) if (from[i]! <= 0) back[i] = 0;
      end = start;
    }
    return error;
  }
}

export function parameterCount(sizes: readonly number[]): number {
  let count = 0;
  for (let layer = 1; layer < sizes.length; layer++) count += (sizes[layer - 1]! + 1) * sizes[layer]!;
  return count;
}

/** 1 for weights, 0 for biases. */
function weightMask(sizes: readonly number[]): Float64Array {
  const mask = new Float64Array(parameterCount(sizes));
  let at = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const weights = sizes[layer - 1]! * sizes[layer]!;
    mask.fill(1, at, at + weights);
    at += weights + sizes[layer]!;
  }
  return mask;
}

export interface TrainOptions {
  readonly seed: number;
  readonly epochs: number;
  /** Examples whose gradients are averaged for a step. */
  readonly batch: number;
  readonly learningRate: number;
  /** What each step takes off every weight (biases are left alone), times the learning rate (decoupled: Loshchilov and Hutter 2019). */
  readonly weightDecay: number;
}

/**
 * Fits a net to examples by Adam (Kingma and Ba 2015, algorithm 1, with their β₁, β₂ and ε) with a learning rate that falls to zero
 * as a half cosine. The same seed gives the same parameters.
 */
export function train(
  network: Network,
  inputs: readonly Float64Array[],
  targets: ArrayLike<number>,
  { seed, epochs, batch, learningRate, weightDecay }: TrainOptions,
): void {
  const { parameters } = network;
  const random = new Random(seed);
  const order = Int32Array.from(inputs, (_, index) => index);
  const gradient = new Float64Array(parameters.length);
  const first = new Float64Array(parameters.length);
  const second = new Float64Array(parameters.length);
  const decay = weightMask(network.sizes).map((weight) => weight * weightDecay);
  const steps = epochs * Math.ceil(order.length / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    for (let from = 0; from < order.length; from += batch) {
      const to = Math.min(order.length, from + batch);
      gradient.fill(0);
      for (let i = from; i < to; i++) network.learn(inputs[order[i]!]!, targets[order[i]!]!, gradient);
      const rate = (learningRate * (1 + Math.cos((Math.PI * step) / steps))) / 2;
      step++;
      const unbias = Math.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step);
      for (let p = 0; p < parameters.length; p++) {
        const slope = gradient[p]! / (to - from);
        first[p] = 0.9 * first[p]! + 0.1 * slope;
        second[p] = 0.999 * second[p]! + 0.001 * slope * slope;
        parameters[p]! -= rate * ((unbias * first[p]!) / (Math.sqrt(second[p]!) + 1e-8) + decay[p]! * parameters[p]!);
      }
    }
  }
}

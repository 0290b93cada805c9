import { Random } from '../../../../engines/core/numerics';
import { Network, parameterCount, train } from '../../../../engines/ems/models/network';

const layers = [8, 16, 16, 1];
const vector = (random: Random, length: number) => Float64Array.from({ length }, () => random.normal());

/** The formula as matrices of a textbook: x → max(0, W·x + b), the last layer without the maximum. */
function naive(sizes: readonly number[], parameters: Float64Array, inputs: Float64Array): number {
  let at = 0;
  let x = [...inputs];
  for (let layer = 1; layer < sizes.length; layer++) {
    const rows = Array.from({ length: sizes[layer]! }, (_, j) => [
      ...parameters.subarray(at + j * x.length, at + (j + 1) * x.length),
    ]);
    at += sizes[layer]! * x.length;
    const biases = [...parameters.subarray(at, at + sizes[layer]!)];
    at += sizes[layer]!;
    const sums = rows.map((row, j) => row.reduce((sum, weight, i) => sum + weight * x[i]!, biases[j]!));
    x = layer === sizes.length - 1 ? sums : sums.map((sum) => Math.max(0, sum));
  }
  return x[0]!;
}

test('a net of 8-16-16-1 has 433 parameters', () => expect(parameterCount(layers)).toBe(433));

test.each([[layers], [[1, 1]], [[3, 5, 1]], [[2, 4, 4, 4, 1]]])('the kernel is the textbook’s formula: %j', (sizes) => {
  const random = new Random(8);
  for (let round = 0; round < 100; round++) {
    const network = new Network(sizes, vector(random, parameterCount(sizes)));
    const inputs = vector(random, sizes[0]!);
    expect(network.predict(inputs)).toBeCloseTo(naive(sizes, network.parameters, inputs), 10);
  }
});

test('the gradient is that of finite differences, for every parameter', () => {
  const random = new Random(33);
  for (let round = 0; round < 20; round++) {
    const network = new Network(
      layers,
      vector(random, 433).map((weight) => 0.5 * weight),
    );
    const inputs = vector(random, 8);
    const target = random.normal();
    const gradient = new Float64Array(433);
    network.learn(inputs, target, gradient);
    const loss = () => 0.5 * (network.predict(inputs) - target) ** 2;
    for (let p = 0; p < 433; p++) {
      const weight = network.parameters[p]!;
      const step = 1e-6;
      network.parameters[p] = weight + step;
      const above = loss();
      network.parameters[p] = weight - step;
      const below = loss();
      network.parameters[p] = weight;
      expect(Math.abs(gradient[p]! - (above - below) / (2 * step))).toBeLessThan(1e-5 * (1 + Math.abs(gradient[p]!)));
    }
  }
});

test('gradients of several examples add up', () => {
  const random = new Random(2);
  const network = Network.random(layers, random);
  const [a, b] = [vector(random, 8), vector(random, 8)];
  const both = new Float64Array(433);
  const alone = [new Float64Array(433), new Float64Array(433)];
  network.learn(a, 1, both);
  network.learn(b, -1, both);
  network.learn(a, 1, alone[0]!);
  network.learn(b, -1, alone[1]!);
  expect([...both]).toEqual([...alone[0]!].map((value, p) => expect.closeTo(value + alone[1]![p]!, 12)));
});

test('it learns a function that it does not know, the same with the same seed', () => {
  const random = new Random(1);
  const inputs = Array.from({ length: 2000 }, () => vector(random, 8));
  const truth = (x: Float64Array) => Math.abs(x[0]!) + x[1]! * x[2]! - 0.5;
  const trained = (seed: number) => {
    const network = Network.random(layers, new Random(seed));
    train(network, inputs, inputs.map(truth), { seed, epochs: 60, batch: 32, learningRate: 0.01, weightDecay: 0.001 });
    return network;
  };
  const network = trained(5);
  const fresh = Array.from({ length: 500 }, () => vector(random, 8));
  const squares = (guess: (x: Float64Array) => number) => fresh.reduce((sum, x) => sum + (guess(x) - truth(x)) ** 2, 0);
  expect(squares((x) => network.predict(x))).toBeLessThan(0.1 * squares(() => 0.3));
  expect(trained(5).parameters).toEqual(network.parameters);
  expect(trained(6).parameters).not.toEqual(network.parameters);
});

test('weights that decay strongly leave the mean, since biases do not decay', () => {
  const random = new Random(1);
  const inputs = Array.from({ length: 1000 }, () => vector(random, 8));
  const network = Network.random(layers, new Random(1));
  train(
    network,
    inputs,
    inputs.map(() => 3),
    { seed: 1, epochs: 200, batch: 100, learningRate: 0.03, weightDecay: 30 },
  );
  expect(network.predict(vector(random, 8))).toBeCloseTo(3, 1);
});

test('a net without one output, or with too few parameters, is refused', () => {
  expect(() => new Network([8, 2])).toThrow(TypeError);
  expect(() => new Network(layers, [1, 2])).toThrow('433 parameters');
});

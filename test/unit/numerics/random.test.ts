import { Random } from '../../../engines/core/numerics';

/** xoshiro128** as its authors publish it (prng.di.unimi.it/xoshiro128starstar.c), in unbounded integers. */
function* reference(state: bigint[]): Generator<number> {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & mask;
  for (;;) {
    yield Number((rotate((state[1]! * 5n) & mask, 7n) * 9n) & mask);
    const t = (state[1]! << 9n) & mask;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= t;
    state[3] = rotate(state[3]!, 11n);
  }
}

const moments = (values: number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
};

test('the bits are those of the published generator', () => {
  const random = new Random(7);
  const state = [...(random as unknown as { state: Int32Array }).state].map((word) => BigInt(word >>> 0));
  const expected = reference(state);
  for (let i = 0; i < 10_000; i++) expect(random.bits()).toBe(expected.next().value);
});

test('one seed gives one sequence, another seed another', () => {
  const draw = (seed: number) =>
    Array.from(
      { length: 100 },
      (
        (random) => () =>
          random.uniform()
      )(new Random(seed)),
    );
  expect(draw(1)).toEqual(draw(1));
  expect(draw(2)).not.toEqual(draw(1));
});

test('uniform, normal and exponential numbers have their mean and variance, within five standard errors', () => {
  const random = new Random(20);
  const n = 100_000;
  const uniform = moments(Array.from({ length: n }, () => random.uniform()));
  expect(Math.abs(uniform.mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  const normal = moments(Array.from({ length: n }, () => random.normal()));
  expect(Math.abs(normal.mean)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(normal.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  const exponential = moments(Array.from({ length: n }, () => random.exponential()));
  expect(Math.abs(exponential.mean - 1)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(exponential.variance - 1)).toBeLessThan(5 * Math.sqrt(8 / n));
});

test('integers below a limit come equally often: chi-squared of 9 degrees below its 99.99 % point', () => {
  const random = new Random(3);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) counts[random.below(10)]!++;
  expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(33.7);
});

import { venueOfOrder } from '../../../engines/core/domain';

const numbers = Array.from({ length: 100_000 }, (_, index) => 11_885_113 + index * 4);
const counts = (shares: number[], orders = numbers) => {
  const venueOf = venueOfOrder(shares.map((share) => ({ share })));
  const found = shares.map(() => 0);
  for (const order of orders) found[venueOf(order)]!++;
  return found;
};

test('each venue has its share of the orders', () => {
  const [a, b, c] = counts([50, 30, 20]) as [number, number, number];
  // Three standard deviations of a binomial count are at most 475.
  expect(Math.abs(a - 50_000)).toBeLessThan(475);
  expect(Math.abs(b - 30_000)).toBeLessThan(475);
  expect(Math.abs(c - 20_000)).toBeLessThan(475);
});

test('one venue has them all, and numbers past 32 bits count too', () => {
  expect(counts([7])).toEqual([numbers.length]);
  const large = numbers.map((number) => number + 2 ** 40);
  expect(counts([1, 1], large).reduce((a, b) => a + b)).toBe(numbers.length);
  expect(Math.abs(counts([1, 1], large)[0]! - 50_000)).toBeLessThan(475);
});

test('the same order stands at the same venue whoever asks', () => {
  const shares = [{ share: 0.5 }, { share: 0.3 }, { share: 0.2 }];
  const first = venueOfOrder(shares);
  const second = venueOfOrder(shares);
  for (const order of numbers.slice(0, 1000)) expect(second(order)).toBe(first(order));
});

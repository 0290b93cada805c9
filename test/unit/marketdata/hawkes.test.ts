import { Random } from '@nautilus/core/numerics';
import { Hawkes, type HawkesParameters } from '../../../engines/marketdata/synthetic/hawkes';
import { arrivals } from '../../../engines/marketdata/synthetic/order-flow';

/** Mean rates by type: (I − N)⁻¹ μ as the sum of Nᵏ μ (Hawkes 1971). */
function meanRates({ base, offspring }: HawkesParameters): number[] {
  const sum = [...base];
  let term = [...base];
  for (let generation = 0; generation < 400; generation++) {
    term = offspring.map((row) => row.reduce((total, share, cause) => total + share * term[cause]!, 0));
    term.forEach((rate, type) => {
      sum[type]! += rate;
    });
  }
  return sum;
}

function sample(parameters: HawkesParameters, seed: number, seconds: number): { time: number; type: number }[] {
  const process = new Hawkes(parameters, new Random(seed));
  const events: { time: number; type: number }[] = [];
  for (process.next(); process.time < seconds; process.next()) events.push({ time: process.time, type: process.type });
  return events;
}

/** Largest distance of the sample's distribution from the exponential one with mean 1, times √n (Kolmogorov). */
function kolmogorov(residuals: readonly number[]): number {
  const sorted = [...residuals].sort((a, b) => a - b);
  const n = sorted.length;
  const distance = sorted.reduce((most, value, index) => {
    const expected = 1 - Math.exp(-value);
    return Math.max(most, Math.abs(expected - index / n), Math.abs((index + 1) / n - expected));
  }, 0);
  return distance * Math.sqrt(n);
}

/** Where the distribution of Kolmogorov's statistic has 99.9 %. */
const KOLMOGOROV_999 = 1.949;

const flow = (branching: number) => arrivals({ rate: 20, branching, decay: 8 });

test.each([0, 0.3, 0.7, 0.9])('at a branching ratio of %d the mean rates are those of the theory', (branching) => {
  const parameters = flow(branching);
  const expected = meanRates(parameters);
  expect(expected.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(20, 6);
  const seconds = 4000;
  const counts = [0, 0, 0, 0, 0, 0];
  for (const { type } of sample(parameters, 7, seconds)) counts[type]!++;
  // The variance of a count is its mean times 1 / (1 − n)² at most: five standard deviations.
  counts.forEach((count, type) => {
    const mean = expected[type]! * seconds;
    expect(Math.abs(count - mean)).toBeLessThan((5 * Math.sqrt(mean)) / (1 - branching));
  });
});

test.each([0.3, 0.7, 0.9])('at %d the counts of long windows vary as the branching ratio says', (branching) => {
  const window = 50;
  const windows = 800;
  const counts = new Float64Array(windows);
  for (const { time } of sample(flow(branching), 3, window * windows)) counts[Math.floor(time / window)]!++;
  const mean = counts.reduce((sum, count) => sum + count, 0) / windows;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (windows - 1);
  // Variance over mean goes to 1 / (1 − n)², so n = 1 − √(mean / variance).
  expect(1 - Math.sqrt(mean / variance)).toBeCloseTo(branching, 1);
});

test.each([0, 0.5, 0.9])('at %d time, rescaled by the intensity of each type, is a Poisson process', (branching) => {
  const parameters = flow(branching);
  const { base, offspring, decay } = parameters;
  const events = sample(parameters, 11, 2000);
  // The sums over all earlier events anew for each type: no state is shared with what is tested.
  for (let type = 0; type < base.length; type++) {
    const residuals: number[] = [];
    let excited = 0;
    let compensator = 0;
    let last = 0;
    for (const event of events) {
      const wait = event.time - last;
      const fade = Math.exp(-decay * wait);
      compensator += base[type]! * wait + (excited * (1 - fade)) / decay;
      excited = excited * fade + offspring[type]![event.type]! * decay;
      last = event.time;
      if (event.type !== type) continue;
      residuals.push(compensator);
      compensator = 0;
    }
    expect(residuals.length).toBeGreaterThan(1000);
    expect(kolmogorov(residuals)).toBeLessThan(KOLMOGOROV_999);
  }
});

test('residuals of a wrong intensity are told apart', () => {
  const events = sample(flow(0.7), 11, 2000);
  const rate = events.length / 2000;
  const residuals = events.map(({ time }, index) => (time - (events[index - 1]?.time ?? 0)) * rate);
  expect(kolmogorov(residuals)).toBeGreaterThan(3 * KOLMOGOROV_999);
});

test('the same seed gives the same arrivals, another one others', () => {
  expect(sample(flow(0.7), 5, 100)).toEqual(sample(flow(0.7), 5, 100));
  expect(sample(flow(0.7), 5, 100)).not.toEqual(sample(flow(0.7), 6, 100));
});

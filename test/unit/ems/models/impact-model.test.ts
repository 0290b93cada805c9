import { Random } from '../../../../engines/core/numerics';
import { almgrenChriss } from '../../../../engines/ems/models/almgren-chriss';
import {
  estimateImpact,
  executionProblem,
  type ImpactObservations,
  observeImpact,
} from '../../../../engines/ems/models/impact-model';
import { loadSample, sampleMarket } from './sample';

const options = { instrument: 1, tickSize: 100, capacity: 65_536 };

/** A market that is linear with the given parameters; its noise is heavier when more is traded, as real noise is. */
function linearMarket(
  random: Random,
  truth: { gamma: number; b: number; epsilon: number; beta: number },
  intervals: number,
): ImpactObservations {
  const netTaken = Float64Array.from({ length: intervals }, () => 1000 * random.normal());
  const noise = netTaken.map((net) => 0.02 * random.normal() * (1 + Math.abs(net) / 1000));
  const midChange = netTaken.map((net, i) => truth.gamma * net + noise[i]!);
  return {
    intervalSeconds: 10,
    midChange,
    netTaken,
    orderFlow: midChange.map((change) => (change + 0.05 * random.normal()) / truth.beta),
    probe: netTaken.map((_, i) => 100 * (1 + (i % 10))),
    probeCost: netTaken.map((_, i) => truth.epsilon + truth.b * 100 * (1 + (i % 10)) + 0.03 * random.normal()),
  };
}

test('known parameters are found, and the stated errors are the real ones: scores over 400 markets have deviation 1', () => {
  const random = new Random(12);
  const truth = { gamma: 8e-5, b: 2e-4, epsilon: 0.09, beta: 2e-5 };
  const scores = { gamma: [] as number[], b: [] as number[], epsilon: [] as number[] };
  for (let round = 0; round < 400; round++) {
    const found = estimateImpact(linearMarket(random, truth, 200))!;
    scores.gamma.push((found.permanent.value - truth.gamma) / found.permanent.standardError);
    scores.b.push((found.depthSlope.value - truth.b) / found.depthSlope.standardError);
    scores.epsilon.push((found.halfSpread.value - truth.epsilon) / found.halfSpread.standardError);
  }
  for (const list of Object.values(scores)) {
    const mean = list.reduce((sum, score) => sum + score, 0) / list.length;
    const deviation = Math.sqrt(list.reduce((sum, score) => sum + (score - mean) ** 2, 0) / list.length);
    // Five standard errors of a mean and of a deviation of 400 normal scores.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(400));
    expect(Math.abs(deviation - 1)).toBeLessThan(5 / Math.sqrt(800));
  }
});

test('volatility is that of a walk with known steps', () => {
  const random = new Random(4);
  const market = linearMarket(random, { gamma: 0, b: 1, epsilon: 0, beta: 1 }, 2000);
  const found = estimateImpact({ ...market, midChange: market.midChange.map(() => 0.16 * random.normal()) })!;
  expect(Math.abs(found.volatility.value - 0.16 / Math.sqrt(10))).toBeLessThan(4 * found.volatility.standardError);
  // Of normal steps: σ/√(2n).
  expect(found.volatility.standardError).toBeCloseTo(found.volatility.value / Math.sqrt(4000), 4);
});

test('too little to fit is null: two intervals, a market in which nobody traded', () => {
  const market = linearMarket(new Random(1), { gamma: 1, b: 1, epsilon: 1, beta: 1 }, 50);
  const few = Object.fromEntries(
    Object.entries(market).map(([key, value]) => [key, typeof value === 'number' ? value : value.slice(0, 2)]),
  );
  expect(estimateImpact(few as unknown as ImpactObservations)).toBeNull();
  expect(estimateImpact({ ...market, netTaken: new Float64Array(50) })).toBeNull();
});

test('a book deeper than what trades move lastingly, or an estimate below 0, still makes a problem with a solution', () => {
  const impact = estimateImpact(linearMarket(new Random(2), { gamma: 8e-5, b: 1e-5, epsilon: 0.09, beta: 2e-5 }, 500))!;
  const order = { quantity: 1000, seconds: 600, slices: 10, riskAversion: 1e-6 };
  const problem = executionProblem(impact, order);
  expect(problem.temporaryImpact).toBeCloseTo(impact.permanent.value * 60, 12);
  expect(almgrenChriss(problem).schedule[9]).toBe(1);
  const negative = executionProblem({ ...impact, permanent: { value: -1e-6, standardError: 1e-6 } }, order);
  expect(negative.permanentImpact).toBe(0);
  expect(negative.temporaryImpact).toBeCloseTo(impact.depthSlope.value * 60, 12);
});

describe('the sample of AAPL', () => {
  test('impact from 09:35 on is that of a second program: its own book in Python, numpy’s least squares', async () => {
    const market = sampleMarket(await loadSample());
    const seen = observeImpact(market, options, { fromNs: 34_500e9, toNs: 35_840e9 });
    const found = estimateImpact(seen)!;
    expect(found.intervals).toBe(134);
    const expectEstimate = (actual: { value: number; standardError: number }, value: number, standardError: number) => {
      expect(actual.value / value).toBeCloseTo(1, 7);
      expect(actual.standardError / standardError).toBeCloseTo(1, 7);
    };
    expectEstimate(found.permanent, 8.11670748e-5, 9.06737728e-6);
    expectEstimate(found.depthSlope, 2.0386935e-4, 3.21699567e-5);
    expectEstimate(found.orderFlow, 2.39072859e-5, 1.38128043e-5);
    expectEstimate(found.halfSpread, 0.08598411, 0.0136146513);
    expect(found.permanentRSquared).toBeCloseTo(0.46145341819761, 10);
    expect(found.orderFlowRSquared).toBeCloseTo(0.15194705457765, 10);
    expect(found.volatility.value).toBeCloseTo(0.0505857480961561, 10);
  });

  test('its two halves agree, within their errors, on what a share taken and a share of imbalance move the price', async () => {
    const session = await loadSample();
    const of = (fromNs: number, toNs: number) =>
      estimateImpact(observeImpact(sampleMarket(session), options, { fromNs, toNs }))!;
    const first = of(34_500e9, 35_170e9);
    const second = of(35_170e9, 35_840e9);
    for (const name of ['permanent', 'orderFlow'] as const)
      expect(Math.abs(first[name].value - second[name].value)).toBeLessThan(
        3 * Math.hypot(first[name].standardError, second[name].standardError),
      );
  });

  test('makes a problem that Almgren and Chriss can solve: 5,000 shares in 27 minutes', async () => {
    const market = sampleMarket(await loadSample());
    const impact = estimateImpact(observeImpact(market, options, { fromNs: 34_500e9, toNs: 35_840e9 }))!;
    const order = { quantity: 5000, seconds: 1620, slices: 54, riskAversion: 1e-6 };
    const plan = almgrenChriss(executionProblem(impact, order));
    const patient = almgrenChriss(executionProblem(impact, { ...order, riskAversion: 0 }));
    // Equal parts of 92.6 shares: half the permanent impact of all, half the spread, and b − γ/2 a share of a part.
    const { permanent, halfSpread, depthSlope } = impact;
    const part = 5000 / 54;
    const byHand =
      0.5 * permanent.value * 5000 ** 2 +
      halfSpread.value * 5000 +
      (depthSlope.value - permanent.value / 2) * part * 5000;
    expect(patient.expectedCost).toBeCloseTo(byHand, 6);
    expect(plan.expectedCost).toBeGreaterThan(patient.expectedCost);
    expect(plan.costDeviation).toBeLessThan(patient.costDeviation);
    expect(plan.schedule[26]!).toBeGreaterThan(0.5);
  });
});

import { Random } from '../../../../engines/core/numerics';
import { almgrenChriss, type ExecutionProblem } from '../../../../engines/ems/models/almgren-chriss';
import { targetAfter } from '../../../../engines/ems/models/schedule';

/** The paper's example: section 4.1, table 1, without rounding. X = 10⁶, T = 5 days, γ and η a day's. */
const paper: ExecutionProblem = {
  quantity: 1e6,
  seconds: 5,
  slices: 5,
  volatility: 0.95,
  temporaryImpact: 2.5e-6,
  permanentImpact: 2.5e-7,
  fixedCost: 0.0625,
  riskAversion: 2e-6,
};

/** What the cost is by its definition, trade by trade: the slice's price, less what was pushed before and what is pushed now. */
function expectedCost(
  { quantity, seconds, slices, temporaryImpact, permanentImpact, fixedCost }: ExecutionProblem,
  trades: number[],
) {
  const tau = seconds / slices;
  let pushed = 0;
  let cost = 0;
  for (const traded of trades) {
    cost += traded * (pushed + fixedCost + (temporaryImpact * traded) / tau);
    pushed += permanentImpact * traded;
  }
  expect(trades.reduce((sum, traded) => sum + traded, 0)).toBeCloseTo(quantity, 3);
  return cost;
}

function variance({ quantity, seconds, slices, volatility }: ExecutionProblem, trades: number[]) {
  let left = quantity;
  return trades.reduce((sum, traded) => sum + volatility ** 2 * (seconds / slices) * (left -= traded) ** 2, 0);
}

/** Minimises cost + λ·variance over what is left after each slice as a quadratic, by Gauss's elimination on its gradient. */
function optimalTrades(problem: ExecutionProblem): number[] {
  const { quantity, seconds, slices, volatility, temporaryImpact, permanentImpact, riskAversion } = problem;
  const tau = seconds / slices;
  const n = slices - 1;
  // Trades are differences of holdings: Σᵢ nᵢ(η/τ·nᵢ + γ·Σ_{k<i} nₖ) + λσ²τ·Σx². The Hessian from its terms, one by one.
  const hessian = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const gradient = new Array<number>(n).fill(0);
  const addProduct = (i: number, j: number, weight: number) => {
    // weight·nᵢ·nⱼ with nᵢ = xᵢ − xᵢ₊₁, x₀ = quantity, x_N = 0.
    for (const [a, signA] of [
      [i, 1],
      [i + 1, -1],
    ] as const)
      for (const [b, signB] of [
        [j, 1],
        [j + 1, -1],
      ] as const) {
        const w = weight * signA * signB;
        const inside = (x: number) => x >= 1 && x <= n;
        if (inside(a) && inside(b)) {
          hessian[a - 1]![b - 1]! += w;
          hessian[b - 1]![a - 1]! += w;
        } else if (inside(a) && b === 0) gradient[a - 1]! += w * quantity;
        else if (inside(b) && a === 0) gradient[b - 1]! += w * quantity;
      }
  };
  for (let i = 0; i < slices; i++) {
    addProduct(i, i, temporaryImpact / tau);
    for (let k = 0; k < i; k++) addProduct(i, k, permanentImpact);
  }
  for (let i = 0; i < n; i++) hessian[i]![i]! += 2 * riskAversion * volatility ** 2 * tau;
  const rows = hessian.map((row, i) => [...row, -gradient[i]!]);
  for (let c = 0; c < n; c++) {
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let j = c; j <= n; j++) rows[r]![j]! -= factor * rows[c]![j]!;
    }
  }
  const holdings = [quantity, ...rows.map((row, i) => row[n]! / row[i]!), 0];
  return holdings.slice(1).map((left, i) => holdings[i]! - left);
}

const equalSchedule = (slices: number) => Array.from({ length: slices }, (_, slice) => (slice + 1) / slices);

const tradesOf = ({ quantity }: ExecutionProblem, schedule: Float64Array) =>
  [...schedule].map((done, slice) => quantity * (done - (slice === 0 ? 0 : schedule[slice - 1]!)));

test('the schedule is the minimum of the quadratic, for 300 random problems', () => {
  const random = new Random(16);
  for (let round = 0; round < 300; round++) {
    const problem: ExecutionProblem = {
      quantity: 10 ** (1 + 5 * random.uniform()),
      seconds: 10 ** (1 + 4 * random.uniform()),
      slices: 2 + random.below(40),
      volatility: 10 ** (-3 + 3 * random.uniform()),
      temporaryImpact: 10 ** (-6 + 4 * random.uniform()),
      permanentImpact: 0,
      fixedCost: random.uniform(),
      riskAversion: 10 ** (-8 + 6 * random.uniform()),
    };
    const permanentImpact = (1.9 * random.uniform() * problem.temporaryImpact * problem.slices) / problem.seconds;
    const whole = { ...problem, permanentImpact };
    const plan = almgrenChriss(whole);
    const trades = tradesOf(whole, plan.schedule);
    const expected = optimalTrades(whole);
    for (const [slice, traded] of expected.entries())
      expect(Math.abs(trades[slice]! - traded) / whole.quantity).toBeLessThan(1e-7);
    expect(plan.expectedCost / expectedCost(whole, trades)).toBeCloseTo(1, 9);
    expect(plan.costDeviation).toBeCloseTo(Math.sqrt(variance(whole, trades)), 3);
  }
});

test('the paper’s example: for λ = 10⁻⁶ κ is 0.61 a day', () => {
  const plan = almgrenChriss({ ...paper, riskAversion: 1e-6 });
  expect(1 / plan.halfLifeSeconds).toBeCloseTo(0.61, 2);
  // By hand: κ̃² = 10⁻⁶·0.95²/(2.5·10⁻⁶ − 2.5·10⁻⁷/2) = 0.38, cosh κ = 1.19.
  expect(1 / plan.halfLifeSeconds).toBeCloseTo(Math.acosh(1.19), 12);
});

test('without risk aversion it is TWAP; with more and more it is done ever sooner, at last in the first slice', () => {
  const indifferent = almgrenChriss({ ...paper, riskAversion: 0 });
  expect([...indifferent.schedule]).toEqual([...equalSchedule(5)].map((fraction) => expect.closeTo(fraction, 12)));
  expect(indifferent.halfLifeSeconds).toBe(Infinity);
  const hardly = almgrenChriss({ ...paper, riskAversion: 1e-18 });
  expect([...hardly.schedule]).toEqual([...equalSchedule(5)].map((fraction) => expect.closeTo(fraction, 9)));
  let before = 0;
  for (const riskAversion of [0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3, 1, 1e100, Number.MAX_VALUE]) {
    const first = almgrenChriss({ ...paper, riskAversion }).schedule[0]!;
    expect(first).toBeGreaterThanOrEqual(before);
    before = first;
  }
  expect(before).toBe(1);
});

test('whole targets ascend, never run ahead of the schedule, and end at the quantity', () => {
  const random = new Random(5);
  for (let round = 0; round < 200; round++) {
    const { schedule } = almgrenChriss({
      ...paper,
      slices: 1 + random.below(60),
      riskAversion: 10 ** (-9 + 6 * random.uniform()),
      temporaryImpact: 1e-4,
    });
    const quantity = 1 + random.below(10_000);
    let before = 0;
    schedule.forEach((fraction, slice) => {
      const target = targetAfter(quantity, schedule, slice);
      expect(target).toBeGreaterThanOrEqual(before);
      if (slice < schedule.length - 1)
        expect(Math.abs(target - (quantity * fraction - 0.5))).toBeLessThanOrEqual(0.5 + 1e-6);
      before = target;
    });
    expect(before).toBe(quantity);
  }
  // 0.1 + 0.2 of ten shares are three.
  expect(targetAfter(10, Float64Array.of(0.3 - 1e-16, 1), 0)).toBe(3);
});

test.each([
  ['quantity', 0],
  ['seconds', 0],
  ['slices', 1.5],
  ['volatility', -1],
  ['temporaryImpact', 1e-7],
  ['riskAversion', Number.NaN],
] as const)('%s of %d is refused with what is allowed', (name, value) => {
  expect(() => almgrenChriss({ ...paper, [name]: value })).toThrow(
    expect.objectContaining({ code: 'NAUT_SCHEDULE_INPUT', message: expect.stringContaining(`${name} is ${value}`) }),
  );
});

import { CodedError } from '@nautilus/core/domain';
import type { Schedule } from './schedule';

/** Linear impact and the order that meets it. Money in currency, quantities in shares, times in seconds. */
export interface ExecutionProblem {
  /** X: shares to trade, above 0. */
  readonly quantity: number;
  /** T: seconds to trade in. */
  readonly seconds: number;
  /** N: equal slices of them. */
  readonly slices: number;
  /** σ: of the price, currency a share per √second. */
  readonly volatility: number;
  /** η: temporary impact, currency a share per share/second: trading v a second costs η·v on each share. */
  readonly temporaryImpact: number;
  /** γ: permanent impact, currency a share per share: what is traded moves the price for all that comes after. */
  readonly permanentImpact: number;
  /** ε: fixed cost of a share, currency: half the spread, and fees. */
  readonly fixedCost: number;
  /** λ: what a unit of variance may cost, 1/currency. 0 waits as long as it may (equal slices). */
  readonly riskAversion: number;
}

export interface ExecutionPlan {
  readonly schedule: Schedule;
  /** Seconds in which an order without end would fall to 1/e; infinite without risk aversion. */
  readonly halfLifeSeconds: number;
  /** Expected cost and its standard deviation, currency. */
  readonly expectedCost: number;
  readonly costDeviation: number;
}

const needs = (name: string, value: number, allowed: string, fix: string): CodedError =>
  new CodedError({ code: 'NAUT_SCHEDULE_INPUT', message: `${name} is ${value}; allowed: ${allowed}`, fix });

function check(problem: ExecutionProblem): void {
  const { quantity, seconds, slices } = problem;
  if (!(quantity > 0 && Number.isFinite(quantity)))
    throw needs('quantity', quantity, 'more than 0 shares', 'there is nothing to schedule');
  if (!(seconds > 0 && Number.isFinite(seconds)))
    throw needs('seconds', seconds, 'more than 0', 'an end after the start');
  if (!(Number.isInteger(slices) && slices >= 1))
    throw needs('slices', slices, 'a whole number from 1', 'one at least');
  for (const name of ['volatility', 'permanentImpact', 'fixedCost', 'riskAversion'] as const)
    if (!(problem[name] >= 0 && Number.isFinite(problem[name])))
      throw needs(name, problem[name], 'a finite number from 0', 'estimate it from more data, or take 0');
  const { temporaryImpact, permanentImpact } = problem;
  if (!(temporaryImpact > (permanentImpact * seconds) / slices / 2 && Number.isFinite(temporaryImpact)))
    throw needs(
      'temporaryImpact',
      temporaryImpact,
      `more than half the permanent impact of a slice, ${(permanentImpact * seconds) / slices / 2}`,
      'cut the time into more slices: without that, waiting within a slice would cost nothing',
    );
}

/**
 * The trajectory that minimises expected cost + λ · variance under linear impact.
 *
 * Almgren and Chriss, Optimal Execution of Portfolio Transactions (Journal of Risk 3, 2000): with τ = T/N, η̃ = η − γτ/2 and
 * κ from 2(cosh(κτ) − 1)/τ² = λσ²/η̃, what is left after slice j is X·sinh(κ(T − jτ))/sinh(κT) (their equations 16–18).
 *
 * @throws CodedError NAUT_SCHEDULE_INPUT
 */
export function almgrenChriss(problem: ExecutionProblem): ExecutionPlan {
  check(problem);
  const { quantity, seconds, slices, volatility, temporaryImpact, permanentImpact, fixedCost, riskAversion } = problem;
  const tau = seconds / slices;
  const adjusted = temporaryImpact - (permanentImpact * tau) / 2;
  // κτ = arcosh(1 + z), without losing the small z: log1p(z + √(z(z + 2))). Beyond 700 all is done in the first slice.
  const z = (riskAversion * volatility ** 2 * tau ** 2) / (2 * adjusted);
  const kappaTau = Math.min(700, Math.log1p(z + Math.sqrt(z * (z + 2))));
  const left = (slice: number): number =>
    sinhRatio(kappaTau * (slices - slice), kappaTau * slices, slices - slice, slices);
  const schedule = new Float64Array(slices);
  let squaredTrades = 0;
  let squaredHoldings = 0;
  for (let slice = 1; slice <= slices; slice++) {
    const holding = slice === slices ? 0 : left(slice);
    const traded = (slice === 1 ? 1 : left(slice - 1)) - holding;
    schedule[slice - 1] = 1 - holding;
    squaredTrades += (traded * quantity) ** 2;
    squaredHoldings += (holding * quantity) ** 2;
  }
  return {
    schedule,
    halfLifeSeconds: tau / kappaTau,
    expectedCost: 0.5 * permanentImpact * quantity ** 2 + fixedCost * quantity + (adjusted / tau) * squaredTrades,
    costDeviation: volatility * Math.sqrt(tau * squaredHoldings),
  };
}

/** sinh(a)/sinh(b) for 0 ≤ a ≤ b without overflow; the ratio of `m` to `n` where both vanish. */
function sinhRatio(a: number, b: number, m: number, n: number): number {
  return b === 0 ? m / n : Math.exp(a - b) * (Math.expm1(-2 * a) / Math.expm1(-2 * b));
}

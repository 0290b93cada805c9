import { PRICE_UNITS } from '@nautilus/core/domain';

/** How an account's margin is reckoned; `none`: it is not. */
export const marginRules = ['none', 'reg-t', 'portfolio'] as const;
export type MarginRule = (typeof marginRules)[number];

/**
 * Requirements of a holding by rule, in the units of its value: 1e-4 of the currency, rounded up to one.
 *
 * Initial: half of the market value, long (12 CFR 220.12(a)) and short (220.12(c): 150 %, of which the sale's proceeds are 100).
 */
export const initialOf = (value: number): number => Math.ceil(Math.abs(value) / 2);

/**
 * Maintenance, FINRA Rule 4210(c): 25 % of what is long. Of what is short, 30 % but 5.00 a share at least; of shares below 5.00, all of
 * it but 2.50 a share at least.
 *
 * @param quantity shares, negative is short
 * @param mark price units
 */
export function maintenanceOf(quantity: number, mark: number): number {
  if (quantity >= 0) return Math.ceil((quantity * mark) / 4);
  const shares = -quantity;
  const value = shares * mark;
  return mark < 5 * PRICE_UNITS
    ? Math.max(shares * 2.5 * PRICE_UNITS, value)
    : Math.max(shares * 5 * PRICE_UNITS, Math.ceil((value * 3) / 10));
}

/**
 * Price changes that a portfolio of equities is revalued at, basis points: ten points, equally far from each other, from −15 % to +15 %
 * (FINRA Rule 4210(g)(2), after the theoretical intermarket margin system of the Options Clearing Corporation).
 */
const portfolioScenarios: readonly number[] = Object.freeze([
  -1500, -1200, -900, -600, -300, 300, 600, 900, 1200, 1500,
]);

/** The largest loss of one underlying over the scenarios: `value` is the net of all holdings in it. */
export function portfolioRequirement(value: number): number {
  let worst = 0;
  for (const change of portfolioScenarios) {
    const loss = Math.ceil((-value * change) / 10_000);
    if (loss > worst) worst = loss;
  }
  return worst;
}

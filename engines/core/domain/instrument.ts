/** Price units in one unit of currency: prices are integers of 1e-4, as in ITCH and LOBSTER. */
export const PRICE_UNITS = 10_000;

export interface Instrument {
  /** Row of the quotes table, `instrument` in every message. */
  readonly id: number;
  readonly symbol: string;
  readonly currency: string;
  /** Smallest step of an order's price, in price units (one cent is 100). */
  readonly tickSize: number;
}

/** A decimal price in price units, or undefined when it has more than four decimals or does not fit 32 bits. */
export function toPriceUnits(price: number): number | undefined {
  const units = Math.round(price * PRICE_UNITS);
  if (!Number.isFinite(price) || Math.abs(units) > 0x7fffffff) return undefined;
  return Math.abs(price * PRICE_UNITS - units) < 1e-5 ? units : undefined;
}

export const fromPriceUnits = (units: number): number => units / PRICE_UNITS;

/** Decimals of an average price. */
const AVERAGE_DECIMALS = 8;

/**
 * Price a share in currency, rounded to eight decimals, halves up. Every average that is shown or stored comes
 * from here, so that the engines, the API and the database agree to the last digit.
 *
 * Exact: the remainder of the division is rounded, not its quotient.
 *
 * @param notional price units × shares, an integer from 0 up to 2^53
 * @param quantity shares, at least 1, a 32-bit integer
 */
export function averagePrice(notional: number, quantity: number): number {
  const rest = notional % quantity;
  const steps = 10 ** AVERAGE_DECIMALS / PRICE_UNITS;
  const units = ((notional - rest) / quantity) * steps + Math.round((rest * steps) / quantity);
  return units / 10 ** AVERAGE_DECIMALS;
}

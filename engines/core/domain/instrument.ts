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

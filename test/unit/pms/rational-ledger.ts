/** The obvious ledger: one object a position, rational numbers of BigInt, no rounding at all. */
export interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

export const rational = (over: bigint, under = 1n): Rational => ({ over, under });
const add = (a: Rational, b: Rational): Rational => rational(a.over * b.under + b.over * a.under, a.under * b.under);
const times = (a: Rational, b: Rational): Rational => rational(a.over * b.over, a.under * b.under);
const negative = (a: Rational): Rational => rational(-a.over, a.under);

/** |a − b| ≤ `tolerance`. */
export function within(a: Rational, b: bigint, tolerance: bigint): boolean {
  const difference = a.over - b * a.under;
  return (difference < 0n ? -difference : difference) <= tolerance * a.under;
}

export class RationalPosition {
  quantity = 0n;
  average = rational(0n);
  realised = rational(0n);
  cash = 0n;

  /** @param shares signed: positive bought, negative sold */
  trade(price: bigint, shares: bigint): void {
    this.cash -= price * shares;
    for (let left = shares; left !== 0n; ) left -= this.step(price, left);
  }

  /** Trades until the position is flat at most; returns the shares that it traded. */
  private step(price: bigint, shares: bigint): bigint {
    const opposite = (this.quantity > 0n && shares < 0n) || (this.quantity < 0n && shares > 0n);
    if (!opposite) {
      const cost = add(times(this.average, rational(this.quantity)), rational(price * shares));
      this.quantity += shares;
      this.average = rational(cost.over, cost.under * this.quantity);
      if (this.average.under < 0n) this.average = rational(-this.average.over, -this.average.under);
      return shares;
    }
    const size = this.quantity < 0n ? -this.quantity : this.quantity;
    const wanted = shares < 0n ? -shares : shares;
    const closed = (wanted < size ? wanted : size) * (shares < 0n ? -1n : 1n);
    const gain = times(add(this.average, negative(rational(price))), rational(closed));
    this.realised = add(this.realised, gain);
    this.quantity += closed;
    return closed;
  }
}

import { CodedError } from '@nautilus/core/domain';

const HALF = 0x10000;

/**
 * amount × part / whole to the nearest integer, halves to the even one, without the rounding of doubles and without BigInt.
 * Rounding down instead would, fill after fill, move profit in one direction.
 *
 * With amount = a·whole + b the result is a·part + b·part / whole. Where b·part is no exact double, for it can have 62 bits, it is
 * divided in two steps of 16 bits as on paper. Quotients are exact: what is below 2^53 has, over a divisor d, at least 1 / d to the
 * next integer, which is more than half a unit in the last place.
 *
 * @param amount integer from 0 to 2^53 - 1
 * @param part integer from 0 to `whole`
 * @param whole integer from 1 to 2^31 - 1
 */
export function proportion(amount: number, part: number, whole: number): number {
  const times = Math.floor(amount / whole);
  const rest = amount - times * whole;
  const product = rest * part;
  let down = times * part;
  let left = product;
  if (product > Number.MAX_SAFE_INTEGER) {
    const high = Math.floor(part / HALF);
    const upper = rest * high;
    const quotient = Math.floor(upper / whole);
    down += quotient * HALF;
    left = (upper - quotient * whole) * HALF + rest * (part - high * HALF);
  }
  const quotient = Math.floor(left / whole);
  down += quotient;
  const twice = 2 * (left - quotient * whole);
  return twice > whole || (twice === whole && down % 2 === 1) ? down + 1 : down;
}

/** A sum or product of integers that a double still holds exactly. @throws CodedError NAUT_POSITION_OVERFLOW */
export function exact(value: number, what: string): number {
  if (Number.isSafeInteger(value)) return value;
  throw new CodedError({
    code: 'NAUT_POSITION_OVERFLOW',
    message: `${what} would be ${value}; exact arithmetic ends at ±${Number.MAX_SAFE_INTEGER} (900 billion of currency)`,
    fix: 'split the account, or correct the execution if its price or quantity is wrong',
  });
}

import { CodedError } from '@nautilus/core/domain';

const HALF = 0x10000;

/** The integer part of `dividend / divisor`, exact: both non-negative integers, the dividend below 2^53. */
const quotient = (dividend: number, divisor: number): number => (dividend - (dividend % divisor)) / divisor;

/**
 * amount × part / whole to the nearest integer, halves to the even one, without the rounding of doubles and without BigInt.
 * Rounding down instead would, fill after fill, move profit in one direction.
 *
 * The product can have 84 bits, so it is never formed: with amount = a·whole + b the result is a·part + b·part / whole,
 * and b·part, still up to 62 bits, is divided in two steps of 16 bits as on paper.
 *
 * @param amount integer from 0 to 2^53 - 1
 * @param part integer from 0 to `whole`
 * @param whole integer from 1 to 2^31 - 1
 */
export function proportion(amount: number, part: number, whole: number): number {
  const rest = amount % whole;
  const high = quotient(part, HALF);
  const upper = rest * high;
  const lower = (upper % whole) * HALF + rest * (part - high * HALF);
  const down = quotient(amount, whole) * part + quotient(upper, whole) * HALF + quotient(lower, whole);
  const twice = 2 * (lower % whole);
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

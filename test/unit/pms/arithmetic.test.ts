import fc from 'fast-check';
import { exact, proportion } from '../../../engines/pms/books/arithmetic';

function nearest(dividend: bigint, divisor: bigint): bigint {
  const down = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  if (twice === divisor) return down % 2n === 0n ? down : down + 1n;
  return twice > divisor ? down + 1n : down;
}

describe('proportion', () => {
  test('is the nearest integer to amount × part / whole, the even one of two, for every size of operand', () => {
    const operands = fc
      .tuple(fc.maxSafeNat(), fc.integer({ min: 1, max: 0x7fffffff }))
      .chain(([amount, whole]) =>
        fc.tuple(fc.constant(amount), fc.integer({ min: 0, max: whole }), fc.constant(whole)),
      );
    fc.assert(
      fc.property(operands, ([amount, part, whole]) => {
        expect(BigInt(proportion(amount, part, whole))).toBe(nearest(BigInt(amount) * BigInt(part), BigInt(whole)));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [1, 1, 2, 0],
    [3, 1, 2, 2],
    [5, 1, 2, 2],
    [2, 1, 3, 1],
    [1, 1, 3, 0],
  ])('%d × %d / %d is %d', (amount, part, whole, result) => {
    expect(proportion(amount, part, whole)).toBe(result);
  });

  test('of the whole is the amount', () => {
    expect(proportion(Number.MAX_SAFE_INTEGER, 0x7fffffff, 0x7fffffff)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

test('a number that a double cannot hold exactly is refused by name', () => {
  expect(exact(Number.MAX_SAFE_INTEGER, 'the cash balance')).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => exact(2 ** 53, 'the cash balance')).toThrow(
    expect.objectContaining({ code: 'NAUT_POSITION_OVERFLOW', message: expect.stringContaining('the cash balance') }),
  );
});

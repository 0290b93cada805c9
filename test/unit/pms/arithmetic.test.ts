import fc from 'fast-check';
import { exact, proportion } from '../../../engines/pms/arithmetic';

describe('proportion', () => {
  test('is the integer part of amount × part / whole, for every size of operand', () => {
    const operands = fc
      .tuple(fc.maxSafeNat(), fc.integer({ min: 1, max: 0x7fffffff }))
      .chain(([amount, whole]) =>
        fc.tuple(fc.constant(amount), fc.integer({ min: 0, max: whole }), fc.constant(whole)),
      );
    fc.assert(
      fc.property(operands, ([amount, part, whole]) => {
        expect(BigInt(proportion(amount, part, whole))).toBe((BigInt(amount) * BigInt(part)) / BigInt(whole));
      }),
      { numRuns: 2000 },
    );
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

import { averagePrice } from '@nautilus/core/domain';
import fc from 'fast-check';

/** The decimal that is nearest to notional / quantity / 10^4 with eight digits, by integers of any size. */
function byIntegers(notional: number, quantity: number): string {
  const shares = BigInt(quantity);
  const units = (2n * BigInt(notional) * 10_000n + shares) / (2n * shares);
  const digits = units.toString().padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

test('an average price prints as a decimal, without the noise of a binary fraction', () => {
  expect(String(averagePrice(5_856_480.8 * 1000, 1000))).toBe('585.64808');
  expect(String(averagePrice(5_862_371_428, 1000))).toBe('586.2371428');
  expect(String(averagePrice(2 * 5_861_400 + 5_861_900, 3))).toBe('586.15666667');
});

test('an average price is the nearest of eight decimals, for every notional and quantity of 32-bit prices', () => {
  const fills = fc.record({
    quantity: fc.integer({ min: 1, max: 0x7fffffff }),
    price: fc.double({ min: 0, max: 0x7fffffff, noNaN: true }),
  });
  fc.assert(
    fc.property(fills, ({ quantity, price }) => {
      const notional = Math.min(Math.floor(price * quantity), Number.MAX_SAFE_INTEGER);
      const average = averagePrice(notional, quantity);
      expect(average).toBe(Number(byIntegers(notional, quantity)));
      expect(String(average)).toMatch(/^(\d+(\.\d{1,8})?|\de-\d|\d\.\d+e-\d)$/);
    }),
  );
});

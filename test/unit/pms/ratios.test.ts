import fc from 'fast-check';
import { allot, nearest, type OpenLot, spread, transformLots } from '../../../engines/pms/corporate-actions/ratios';

const ratio = fc.record({ over: fc.bigInt(1n, 50n), under: fc.bigInt(1n, 50n) });
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

test.each([
  [5n, 2n, 2n],
  [7n, 2n, 4n],
  [-5n, 2n, -2n],
  [-7n, 2n, -4n],
  [-7n, 3n, -2n],
  [8n, 3n, 3n],
])('%d / %d is nearest to %d', (over, under, result) => expect(nearest(over, under)).toBe(result));

test('a spread adds up to the rounded sum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(-1_000_000n, 1_000_000n), { minLength: 1 }),
      fc.bigInt(1n, 1000n),
      (parts, under) => {
        expect(sum(spread(parts, under))).toBe(nearest(sum(parts), under));
      },
    ),
  );
});

test('a holding gets the whole part of what it is due, and each position its own within one share', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(-5000n, 5000n), { minLength: 1, maxLength: 6 }),
      ratio,
      (quantities, { over, under }) => {
        const allotments = allot(quantities, over, under);
        // BigInt division cuts towards zero, which is what a custodian gives a long holding, and takes of a short one.
        expect(sum(allotments.map(({ whole }) => whole))).toBe((sum(quantities) * over) / under);
        quantities.forEach((quantity, place) => {
          const { whole, fraction } = allotments[place]!;
          expect(whole * under + fraction).toBe(quantity * over);
          expect(fraction > -under && fraction < under).toBe(true);
        });
      },
    ),
  );
});

test('lots keep their shares and their cost: what is not in them was released', () => {
  const lot = fc.record({ quantity: fc.bigInt(1n, 500n), cost: fc.bigInt(1n, 10n ** 9n) });
  fc.assert(
    fc.property(fc.array(lot, { minLength: 1, maxLength: 6 }), ratio, fc.boolean(), (parts, { over, under }, short) => {
      const sign = short ? -1n : 1n;
      const lots = parts.map(
        ({ quantity, cost }, record): OpenLot => ({ quantity: sign * quantity, cost: sign * cost, day: 1, record }),
      );
      const [allotment] = allot([sum(lots.map(({ quantity }) => quantity))], over, under);
      const after = transformLots(lots, over, under, allotment!, 77n);
      expect(sum(after.lots.map(({ quantity }) => quantity))).toBe(allotment!.whole);
      expect(sum(after.lots.map(({ cost }) => cost)) + after.released).toBe(sum(lots.map(({ cost }) => cost)));
      for (const { quantity } of after.lots) expect(quantity * sign > 0n).toBe(true);
    }),
  );
});

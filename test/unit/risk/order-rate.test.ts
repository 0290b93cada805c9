import { OrderRate } from '@nautilus/core/domain';
import fc from 'fast-check';

test('counts like a list of all times that is searched each time', () => {
  // A pace that drifts from sparse to dense: the window must grow while it has moved already.
  const steps = fc.array(fc.integer({ min: 0, max: 4e7 }), { minLength: 300, maxLength: 600 });
  fc.assert(
    fc.property(steps, (gaps) => {
      const rate = new OrderRate();
      const all: number[] = [];
      let now = 1e9;
      for (const [index, gap] of gaps.entries()) {
        now += Math.floor(gap / (1 + index / 50));
        expect(rate.within(now)).toBe(all.filter((time) => time > now - 1e9).length);
        rate.record(now);
        all.push(now);
      }
    }),
    { numRuns: 30 },
  );
});

test('no window of a second ever holds more than the limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2e8 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      (gaps, perSecond) => {
        const rate = new OrderRate();
        const accepted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (!rate.allows(now, perSecond)) continue;
          rate.record(now);
          accepted.push(now);
        }
        for (const start of accepted) {
          expect(accepted.filter((time) => time >= start && time < start + 1e9).length).toBeLessThanOrEqual(perSecond);
        }
      },
    ),
  );
});

import { OrderRate } from '@nautilus/core/domain';
import fc from 'fast-check';

test('counts like a list of all times that is searched each time', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3e7 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(steps, (gaps) => {
      const rate = new OrderRate();
      const all: number[] = [];
      let now = 1e9;
      for (const gap of gaps) {
        now += gap;
        expect(rate.within(now)).toBe(all.filter((time) => time > now - 1e9).length);
        rate.record(now);
        all.push(now);
      }
    }),
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

import * as messages from '@nautilus/core/domain';
import { defineLayout, topics } from '@nautilus/core/domain';
import fc from 'fast-check';

const Sample = defineLayout('Sample', { flag: 'u8', count: 'i32', price: 'f64', other: 'u8' });

test('fields are placed widest first, aligned, in whole cache lines', () => {
  expect(Sample.fields.map(({ name, offset }) => [name, offset])).toEqual([
    ['price', 0],
    ['count', 8],
    ['flag', 12],
    ['other', 13],
  ]);
  expect(Sample.size).toBe(64);
  for (const { layout } of Object.values(topics)) {
    expect(layout.size % 64).toBe(0);
    for (const { type, offset } of layout.fields) expect(offset % { f64: 8, i32: 4, u8: 1 }[type]).toBe(0);
  }
});

test('a view reads and writes the bytes that a DataView sees, in the slot of its offset', () => {
  fc.assert(
    fc.property(fc.double(), fc.integer(), fc.nat({ max: 255 }), fc.nat({ max: 3 }), (price, count, flag, slot) => {
      const buffer = new ArrayBuffer(4 * Sample.size);
      const view = Sample.view(buffer);
      view.offset = slot * Sample.size;
      view.assign({ price, count, flag });
      const bytes = new DataView(buffer, slot * Sample.size);
      expect(bytes.getFloat64(0, true)).toBe(price);
      expect(bytes.getInt32(8, true)).toBe(count);
      expect(bytes.getUint8(12)).toBe(flag);
      expect(view.copy()).toEqual({ price, count, flag, other: 0 });
    }),
  );
});

test('two layouts that differ in a name, a type or a field have different fingerprints', () => {
  const fingerprints = [
    Sample,
    defineLayout('Sample', { flag: 'u8', count: 'i32', price: 'f64' }),
    defineLayout('Sample', { flag: 'u8', count: 'u8', price: 'f64', other: 'u8' }),
    defineLayout('Sample', { flag: 'u8', count: 'i32', cost: 'f64', other: 'u8' }),
    defineLayout('Other', { flag: 'u8', count: 'i32', price: 'f64', other: 'u8' }),
  ].map((layout) => layout.fingerprint);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
  expect(defineLayout('Sample', { flag: 'u8', count: 'i32', price: 'f64', other: 'u8' }).fingerprint).toBe(
    fingerprints[0],
  );
});

test.each([
  'offset',
  'copy',
  'words',
  'constructor',
  'Upper',
  'two words',
  'x;alert()',
])('%p is not a field name', (name) => {
  expect(() => defineLayout('Bad', { [name]: 'f64' })).toThrow(/is not a field name/);
});

test('prices are whole units of 1e-4 or refused', () => {
  expect(messages.toPriceUnits(585.94)).toBe(5859400);
  expect(messages.toPriceUnits(0.1 + 0.2)).toBe(3000);
  for (const price of [1.00005, Number.NaN, Number.POSITIVE_INFINITY, 300_000]) {
    expect(messages.toPriceUnits(price)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }), (units) => {
      expect(messages.toPriceUnits(messages.fromPriceUnits(units))).toBe(units);
    }),
  );
});

test('the market clock never goes back', () => {
  const clock = new messages.MarketClock();
  clock.advance(5);
  clock.advance(3);
  expect(clock.nowNs()).toBe(5);
});

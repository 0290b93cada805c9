import fc from 'fast-check';
import { wrap } from '../../../cli/output/wrap';

test('a text is broken at its spaces, no line wider than asked for unless it is one word', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const lines = wrap(text, width);
      expect(lines.join(' ').split(' ')).toEqual(
        text.split(/\s+/).filter(Boolean).length === 0 ? [''] : text.split(/\s+/).filter(Boolean),
      );
      for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
    }),
  );
});

import { codec, rejections } from '@nautilus/core/domain';

test('a code has one name: two names of one code are refused when the codes are defined', () => {
  expect(() => codec({ halted: 68, journalUnavailable: 68 })).toThrow(
    'journalUnavailable and halted share the code 68',
  );
});

test('every reason of a rejection is found by its code and by its name', () => {
  for (const name of rejections.names) expect(rejections.name(rejections.code(name))).toBe(name);
});

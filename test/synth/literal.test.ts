import { literal } from '@nautilus/constructs';
import { Fn } from 'cdktf';

test('what Terraform would read as a template is doubled', () => {
  expect(literal(`a $\{b} %{if c} $(d) %s`)).toBe(`a $$\{b} %%{if c} $(d) %s`);
});

test('a reference of cdktf stays a reference', () => {
  const reference = Fn.lower('A') as unknown as string;
  expect(literal(reference)).toBe(reference);
});

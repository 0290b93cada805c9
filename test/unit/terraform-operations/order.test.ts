import fc from 'fast-check';
import { inOrder } from '../../../operations/terraform/deployment';

test('a stack comes after all that it depends on, in whatever order they are declared', () => {
  // Each stack may depend on those with a smaller number; the declaration is shuffled.
  const stacks = fc
    .array(fc.nat(), { minLength: 1, maxLength: 8 })
    .map((bits) =>
      bits.map((mask, index) => ({
        name: `s${index}`,
        dependsOn: bits.slice(0, index).flatMap((_, other) => ((mask >> other) & 1 ? [`s${other}`] : [])),
      })),
    )
    .chain((declared) => fc.shuffledSubarray(declared, { minLength: declared.length }));
  fc.assert(
    fc.property(stacks, (declared) => {
      const order = inOrder(declared);
      expect([...order].sort()).toEqual(declared.map(({ name }) => name).sort());
      for (const { name, dependsOn } of declared)
        for (const other of dependsOn) expect(order.indexOf(other)).toBeLessThan(order.indexOf(name));
    }),
  );
});

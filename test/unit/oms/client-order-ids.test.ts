import fc from 'fast-check';
import { ClientOrderIds } from '../../../engines/oms/client-order-ids';

test('pairs are found as a map finds them, whatever half of the id they share', () => {
  const id = fc.oneof(
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 50 }).map((high) => high * 2 ** 32 + 7),
    fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 31, 2 ** 32, 2 ** 32 - 1),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), id), { maxLength: 300 }), (pairs) => {
      const ids = new ClientOrderIds();
      const model = new Map<string, number>();
      for (const [account, clientOrderId] of pairs) {
        const key = `${account} ${clientOrderId}`;
        expect(ids.find(account, clientOrderId)).toBe(model.get(key) ?? -1);
        if (model.has(key)) continue;
        ids.add(account, clientOrderId, model.size);
        model.set(key, model.size);
      }
    }),
  );
});

test('it grows and forgets nothing', () => {
  const ids = new ClientOrderIds();
  for (let i = 0; i < 100_000; i++) ids.add(i % 7, i * 3 + 1, i);
  let wrong = 0;
  for (let i = 0; i < 100_000; i++) if (ids.find(i % 7, i * 3 + 1) !== i) wrong++;
  expect([wrong, ids.find(0, 2)]).toEqual([0, -1]);
});

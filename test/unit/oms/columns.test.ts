import { OrderCommand } from '@nautilus/core/domain';
import * as fc from 'fast-check';
import { ClientOrderIds } from '../../../engines/oms/client-order-ids';
import { Outbox } from '../../../engines/oms/outbox';

test('client order ids are found as in a map, across doublings', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.maxSafeNat()), { maxLength: 300 }), (pairs) => {
      const ids = new ClientOrderIds();
      const oracle = new Map<string, number>();
      for (let copy = 0; copy < 20; copy++) {
        for (const [account, id] of pairs) {
          const key = `${account} ${id + copy}`;
          if (ids.find(account, id + copy) !== (oracle.get(key) ?? -1))
            throw new Error(`${key} is not found as in the map`);
          if (oracle.has(key)) continue;
          ids.add(account, id + copy, oracle.size);
          oracle.set(key, oracle.size);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('an outbox gives messages in order, once each, and only those that were released', () => {
  const room = fc.array(fc.record({ push: fc.nat(900), release: fc.nat(900), room: fc.nat(900) }), { maxLength: 12 });
  fc.assert(
    fc.property(room, (turns) => {
      const slot = OrderCommand.view(new ArrayBuffer(OrderCommand.size));
      let room = 0;
      const outbox = new Outbox(OrderCommand, {
        claim: () => (room-- > 0 ? slot : undefined),
        inFlight: () => out.length % 7,
      });
      const out: number[] = [];
      let pushed = 0;
      let released = 0;
      for (const turn of turns) {
        for (let i = 0; i < turn.push; i++) {
          const message = outbox.push(++pushed);
          message.sequence = pushed;
          message.quantity = pushed % 1000;
        }
        released = Math.min(pushed, released + turn.release);
        room = turn.room;
        outbox.drain(released, (message) => {
          out.push(message.quantity === message.sequence % 1000 ? message.sequence : -1);
        });
        expect(out.length).toBeLessThanOrEqual(released);
        expect(outbox.size).toBe(pushed - out.length);
      }
      expect(out).toEqual(out.map((_, index) => index + 1));
    }),
  );
});

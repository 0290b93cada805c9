import { OrderAck } from '@nautilus/core/domain';
import { StateReader, StateWriter } from '@nautilus/core/journal';
import { SnapshotSink } from '../../../engines/core/journal/snapshot-sink';
import { Outbox } from '../../../engines/oms/outbox';

/** A ring with room for ever. */
function ring() {
  const told: number[] = [];
  const view = OrderAck.view(new ArrayBuffer(OrderAck.size));
  const drain = (box: Outbox<never>, released: number) =>
    box.drain({ claim: () => view } as never, released, (ack) => void told.push((ack as typeof view).sequence));
  return { told, drain };
}

const filled = (from: number, to: number) => {
  const box = new Outbox(OrderAck);
  for (let sequence = from; sequence <= to; sequence++) box.push(sequence * 10).sequence = sequence;
  return box;
};

test('what waits comes back in its order, each behind its record, without what was published meanwhile', () => {
  // More than it has room for at first, and around the end of it.
  const box = filled(1, 1000);
  const before = ring();
  before.drain(box as never, 7000);
  for (let sequence = 1001; sequence <= 3000; sequence++) box.push(sequence * 10).sequence = sequence;
  const sink = new SnapshotSink();
  box.save(new StateWriter(sink, 'test'));

  const restored = new Outbox(OrderAck);
  const state = new StateReader(Buffer.concat(Array.from(sink.parts(), (part) => Buffer.from(part))), 'test');
  restored.restore(state, ({ sequence }) => sequence > 900);
  const after = ring();
  after.drain(restored as never, 20_000);
  expect(after.told).toEqual(Array.from({ length: 1100 }, (_, i) => 901 + i));
  after.drain(restored as never, 30_000);
  expect(after.told).toHaveLength(2100);
  expect(restored.size).toBe(0);
});

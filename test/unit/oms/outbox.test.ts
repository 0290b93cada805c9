import { type FieldsOf, OrderAck } from '@nautilus/core/domain';
import { StateReader, StateWriter } from '@nautilus/core/journal';
import { SnapshotSink } from '../../../engines/core/journal/snapshot-sink';
import { Outbox } from '../../../engines/oms/outbox';

/** An outbox before a publication with room for ever, of which `inFlight` are on their way to a broker. */
function outbox({ inFlight } = { inFlight: 0 }) {
  const told: number[] = [];
  const view = OrderAck.view(new ArrayBuffer(OrderAck.size));
  const publication = { claim: () => view, inFlight: () => wire.inFlight };
  const wire = { inFlight };
  const box = new Outbox(OrderAck, publication);
  const push = (from: number, to: number) => {
    for (let sequence = from; sequence <= to; sequence++) box.push(sequence * 10).sequence = sequence;
  };
  const drain = (released: number) => box.drain(released, (ack) => void told.push(ack.sequence));
  return { box, told, wire, push, drain };
}

/** A new process's outbox with what the other had saved and the publication does not have. */
function restored(box: Outbox<FieldsOf<typeof OrderAck>>, last: number) {
  const sink = new SnapshotSink();
  box.save(new StateWriter(sink, 'test'));
  const fresh = outbox();
  const state = new StateReader(Buffer.concat(Array.from(sink.parts(), (part) => Buffer.from(part))), 'test');
  fresh.box.restore(state, ({ sequence }) => sequence > last);
  return fresh;
}

const from = (first: number, to: number) => Array.from({ length: to - first + 1 }, (_, i) => first + i);

test('what waits comes back in its order, each behind its record, without what was published meanwhile', () => {
  const { box, push, drain } = outbox();
  // More than it has room for at first, and around the end of it.
  push(1, 1000);
  drain(7000);
  push(1001, 3000);
  const after = restored(box, 900);
  after.drain(20_000);
  expect(after.told).toEqual(from(901, 2000));
  after.drain(30_000);
  expect(after.told).toHaveLength(2100);
  expect(after.box.size).toBe(0);
});

test('what a broker has not confirmed is in a snapshot, for it is lost with the process', () => {
  const { box, push, drain, wire, told } = outbox();
  push(1, 500);
  drain(5000);
  wire.inFlight = 80;
  expect(box.size).toBe(0);
  const after = restored(box, 430);
  after.drain(5000);
  expect(after.told).toEqual(from(431, 500));

  // It is kept while the queue grows, handed over once, and let go when it is confirmed.
  push(501, 3000);
  drain(30_000);
  expect(told).toEqual(from(1, 3000));
  wire.inFlight = 2580;
  const later = restored(box, 0);
  later.drain(30_000);
  expect(later.told).toEqual(from(421, 3000));
  wire.inFlight = 0;
  expect(restored(box, 0).box.size).toBe(0);
});

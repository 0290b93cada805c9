import { OrderUpdate } from '@nautilus/core/domain';
import { StateReader, StateWriter } from '@nautilus/core/journal';
import { SnapshotSink } from '../../../engines/core/journal/snapshot-sink';
import { OrderEvent } from '../../../engines/oms/life-cycle';
import { OrderState } from '../../../engines/oms/order-state';
import { JournalRecord, RecordKind } from '../../../engines/oms/records';
import { UpdateQueue } from '../../../engines/oms/update-queue';

/** A queue of updates of one order of 100 shares before a ring with `room`. */
function queue(room = Number.POSITIVE_INFINITY, told = 0) {
  const state = new OrderState();
  const record = new JournalRecord();
  record.begin(RecordKind.order);
  record.order.quantity = 100;
  state.apply(record, 1);
  const heard: number[][] = [];
  const view = OrderUpdate.view(new ArrayBuffer(OrderUpdate.size));
  const wire = { room };
  const publication = {
    claim: () => (wire.room-- > 0 ? view : undefined),
    commit: () => undefined,
  };
  const updates = new UpdateQueue(() => state, publication, told);
  const publish = (released: number) => {
    for (;;) {
      const before = updates.told;
      const left = wire.room;
      wire.room = Math.min(1, left);
      updates.publish(released);
      wire.room = left - (updates.told - before);
      if (updates.told === before) return;
      heard.push([view.sequence, view.filled, view.quantity]);
    }
  };
  /** Updates of records `from` to `to`, each of which fills one share more. */
  const add = (from: number, to: number) => {
    for (let number = from; number <= to; number++) {
      state.record = number;
      state.signals.updates = number;
      state.orders.chunkOf(0).filled[0] = number;
      updates.add(OrderEvent.partialFill, 0);
    }
  };
  return { updates, heard, add, publish, wire };
}

const expected = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => [from + i, from + i, 100]);

test('each change is told as it was, once its record is durable and the ring has room', () => {
  const { heard, add, publish, wire } = queue(50);
  add(1, 3000);
  publish(20);
  expect(heard).toEqual(expected(1, 20));
  publish(3000);
  expect(heard).toHaveLength(50);
  wire.room = 10_000;
  publish(3000);
  expect(heard).toEqual(expected(1, 3000));
});

test('what was not told when a snapshot was taken is told after it, and nothing twice', () => {
  const { updates, add, publish } = queue();
  add(1, 2500);
  publish(100);
  const sink = new SnapshotSink();
  updates.save(new StateWriter(sink, 'test'));
  const bytes = Buffer.concat(Array.from(sink.parts(), (part) => Buffer.from(part)));
  // The process went on and told some more before it died.
  const after = queue(Number.POSITIVE_INFINITY, 1200);
  after.updates.restore(new StateReader(bytes, 'test'), 2500);
  after.publish(3000);
  expect(after.heard.map(([sequence, filled]) => [sequence, filled])).toEqual(
    expected(1201, 2500).map(([sequence, filled]) => [sequence, filled]),
  );
});

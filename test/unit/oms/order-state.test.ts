import { CommandKind, ReportKind } from '@nautilus/core/domain';
import * as fc from 'fast-check';
import { SnapshotSink } from '../../../engines/core/journal/snapshot-sink';
import { IMPOSSIBLE, isLive, OrderEvent, OrderStatus, transition } from '../../../engines/oms/life-cycle';
import { OrderState } from '../../../engines/oms/order-state';
import { rowOf } from '../../../engines/oms/order-store';
import { JournalRecord, RecordKind, Source } from '../../../engines/oms/records';
import { ReportOutcome } from '../../../engines/oms/report-fold';
import type { OutputListener } from '../../../engines/oms/signals';
import { restoreSnapshot, saveSnapshot } from '../../../engines/oms/snapshot';
import { flow, longFlow, Scribe, type Step } from './random-flow';

/** A journal in memory. */
class Tape {
  readonly records: Uint8Array[] = [];
  append(record: JournalRecord): number {
    return this.records.push(record.bytes.slice(0, record.length));
  }
}

function listening() {
  const told: string[] = [];
  const listener: OutputListener = {
    command: (sequence, kind, index) => void told.push(`command ${sequence} ${kind} ${index}`),
    ack: (sequence, kind, orderId, reason) => void told.push(`ack ${sequence} ${kind} ${orderId} ${reason}`),
    update: (sequence, event, index) => void told.push(`update ${sequence} ${event} ${index}`),
  };
  return { told, listener };
}

const bytesOf = (sink: SnapshotSink) => Buffer.concat(Array.from(sink.parts(), (part) => Buffer.from(part)));

/** A change is journaled only when the order system's checks let it through. */
function mayBeJournaled(state: OrderState, step: Step): boolean {
  if (step.kind !== 'change') return true;
  const index = state.orders.find(step.order);
  if (index < 0) return false;
  const chunk = state.orders.chunkOf(index);
  const status = chunk.status[rowOf(index)] as number;
  const filled = chunk.filled[rowOf(index)] as number;
  const replace = step.command === CommandKind.replace;
  const event = replace ? OrderEvent.replaceRequested : OrderEvent.cancelRequested;
  return transition(status, event, filled) !== IMPOSSIBLE && (!replace || step.quantity > filled);
}

/** Runs steps; after record number `restartAt` the process dies and another one begins from the tape. */
function run(steps: readonly Step[], restarts: readonly number[] = []) {
  const tape = new Tape();
  const scribe = new Scribe();
  const record = new JournalRecord();
  let state = new OrderState();
  for (const step of steps) {
    if (!mayBeJournaled(state, step)) continue;
    scribe.write(step, record);
    state.apply(record, tape.append(record));
    if (restarts.includes(tape.records.length)) state = replay(tape);
  }
  return { tape, state };
}

function replay(tape: Tape, listener?: OutputListener): OrderState {
  const state = new OrderState(listener);
  const record = new JournalRecord();
  tape.records.forEach((bytes, index) => {
    record.load(bytes, index + 1);
    state.apply(record, index + 1);
  });
  return state;
}

test('a replay gives the same hash, and so does a process that was restarted at any records', () => {
  fc.assert(
    fc.property(flow, fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 5 }), (steps, restarts) => {
      const { tape, state } = run(steps);
      expect(replay(tape).hash()).toBe(state.hash());
      expect(run(steps, restarts).state.hash()).toBe(state.hash());
    }),
  );
});

test('a state from a snapshot is the one that it was taken of, and goes on like it', () => {
  fc.assert(
    fc.property(longFlow, fc.nat(100), (steps, percent) => {
      const { tape } = run(steps);
      const at = Math.floor((tape.records.length * percent) / 101);
      const record = new JournalRecord();
      const sides = [listening(), listening()].map(({ told, listener }) => ({ told, state: new OrderState(listener) }));
      const [whole, restored] = sides as [(typeof sides)[number], (typeof sides)[number]];
      const sink = new SnapshotSink();
      let hash = '';
      for (const [i, bytes] of tape.records.entries()) {
        if (i === at) {
          saveSnapshot(sink, whole.state, { save: () => {}, restore: () => {} });
          whole.told.length = 0;
          hash = whole.state.hash();
        }
        record.load(bytes, i + 1);
        whole.state.apply(record, i + 1);
      }
      if (tape.records.length === 0) return;
      // Only now, when much of what was lent has changed.
      restoreSnapshot(bytesOf(sink), restored.state);
      expect(restored.state.hash()).toBe(hash);
      for (const [i, bytes] of tape.records.entries()) {
        if (i < at) continue;
        record.load(bytes, i + 1);
        restored.state.apply(record, i + 1);
      }
      expect(restored.told).toEqual(whole.told);
      expect(restored.state.hash()).toBe(whole.state.hash());
      expect(restored.state.exposure).toEqual(whole.state.exposure);
      expect(restored.state.refusals.newest(1000)).toEqual(whole.state.refusals.newest(1000));
      expect([...restored.state.liveOrders()]).toEqual([...whole.state.liveOrders()]);
      for (let index = 0; index < whole.state.orders.count; index++) {
        const chunk = whole.state.orders.chunkOf(index);
        const text = whole.state.textOf(index);
        const account = chunk.account[rowOf(index)] as number;
        const id = chunk.clientOrderId[rowOf(index)] as number;
        const found =
          text === undefined ? restored.state.findNumeric(account, id) : restored.state.findText(account, text);
        expect(found).toBe(index);
      }
    }),
  );
});

test('a new session, which touches every live order, changes nothing of what a snapshot has', () => {
  const steps: Step[] = [
    { kind: 'order', quantity: 10, side: 0, text: false },
    { kind: 'report', order: 1, report: ReportKind.working, quantity: 0 },
  ];
  const { state, tape } = run(steps);
  const before = state.hash();
  const sink = new SnapshotSink();
  saveSnapshot(sink, state, { save: () => {}, restore: () => {} });
  const session = run([...steps, { kind: 'session' }]).tape.records[tape.records.length] as Uint8Array;
  const record = new JournalRecord();
  record.load(session, tape.records.length + 1);
  state.apply(record, tape.records.length + 1);
  expect(state.hash()).not.toBe(before);
  const restored = new OrderState();
  restoreSnapshot(bytesOf(sink), restored);
  expect(restored.hash()).toBe(before);
});

test('a snapshot of another layout, or one that ends early, is refused', () => {
  const sink = new SnapshotSink();
  saveSnapshot(sink, run([]).state, { save: () => {}, restore: () => {} });
  const bytes = bytesOf(sink);
  const foreign = expect.objectContaining({ code: 'NAUT_JOURNAL_STATE' });
  expect(() => restoreSnapshot(bytes.subarray(0, sink.length - 8), new OrderState())).toThrow(foreign);
  const other = Buffer.from(bytes);
  other[other.indexOf('layout') + 8] = 0x21;
  expect(() => restoreSnapshot(other, new OrderState())).toThrow(foreign);
});

test('a replay tells the same commands and answers under the same numbers, without a gap', () => {
  fc.assert(
    fc.property(flow, (steps) => {
      const { tape } = run(steps);
      const [first, second] = [listening(), listening()];
      replay(tape, first.listener);
      replay(tape, second.listener);
      expect(second.told).toEqual(first.told);
      for (const what of ['command', 'ack', 'update']) {
        const numbers = first.told.filter((line) => line.startsWith(what)).map((line) => Number(line.split(' ')[1]));
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }
    }),
  );
});

test('no flow fills an order past its quantity, and positions are the sum of executions', () => {
  fc.assert(
    fc.property(flow, (steps) => {
      const { state } = run(steps);
      const bought = new Map<number, number>();
      let position = 0;
      for (let index = 0; index < state.executions.count; index++) {
        const fills = state.executions.chunkOf(index);
        const orderId = fills.orderId[rowOf(index)] as number;
        const quantity = fills.quantity[rowOf(index)] as number;
        bought.set(orderId, (bought.get(orderId) ?? 0) + quantity);
        position += state.orders.chunkOf(orderId - 1).side[rowOf(orderId - 1)] === 0 ? quantity : -quantity;
      }
      let open = 0;
      for (let index = 0; index < state.orders.count; index++) {
        const chunk = state.orders.chunkOf(index);
        const row = rowOf(index);
        expect(chunk.filled[row]).toBe(bought.get(index + 1) ?? 0);
        expect(chunk.filled[row]).toBeLessThanOrEqual(chunk.quantity[row] as number);
        expect(chunk.status[row] === OrderStatus.filled).toBe(chunk.filled[row] === chunk.quantity[row]);
        if (isLive(chunk.status[row] as number))
          open +=
            (chunk.status[row] === OrderStatus.pendingReplace
              ? Math.max(chunk.quantity[row] as number, chunk.pendingQuantity[row] as number)
              : (chunk.quantity[row] as number)) - (chunk.filled[row] as number);
      }
      expect(state.exposure.position(1, 2)).toBe(position);
      expect(state.exposure.open(1, 2, 0) + state.exposure.open(1, 2, 1)).toBe(open);
    }),
  );
});

describe('one order of 100 shares', () => {
  const begin = () => {
    const tape = new Tape();
    const record = new JournalRecord();
    const { told, listener } = listening();
    const state = new OrderState(listener);
    record.begin(RecordKind.order);
    Object.assign(record.order, { command: CommandKind.submit, quantity: 100, clientOrderId: 5, source: Source.entry });
    state.apply(record, tape.append(record));
    const report = (epoch: number, sequence: number, kind: number, quantity = 0, orderId = 1, more = {}) => {
      record.begin(RecordKind.report);
      Object.assign(record.report, { epoch, sequence, report: kind, quantity, orderId, price: 10, ...more });
      return state.apply(record, tape.append(record));
    };
    return { state, told, report, status: () => state.orders.chunkOf(0).status[0] };
  };

  test('a report that was heard before changes nothing', () => {
    const { state, report } = begin();
    expect(report(1, 1, ReportKind.fill, 10)).toBe(ReportOutcome.applied);
    expect(report(1, 1, ReportKind.fill, 10)).toBe(ReportOutcome.repeated);
    expect(report(0, 9, ReportKind.fill, 10)).toBe(ReportOutcome.repeated);
    expect(state.executions.count).toBe(1);
  });

  test('a fill that another session of the execution system tells again counts once, by what its child had filled', () => {
    const { state, report, status } = begin();
    const fill = (epoch: number, sequence: number, childId: number, quantity: number, cumulative: number) =>
      report(epoch, sequence, ReportKind.fill, quantity, 1, { childId, cumulative });
    expect(fill(1, 1, 7, 10, 0)).toBe(ReportOutcome.applied);
    expect(fill(2, 1, 7, 10, 10)).toBe(ReportOutcome.repeated);
    expect(fill(2, 2, 7, 20, 30)).toBe(ReportOutcome.applied);
    expect(fill(3, 1, 7, 35, 45)).toBe(ReportOutcome.applied);
    expect(fill(3, 2, 8, 55, 55)).toBe(ReportOutcome.applied);
    expect(status()).toBe(OrderStatus.filled);
    expect(fill(4, 1, 8, 55, 55)).toBe(ReportOutcome.repeated);
    expect(fill(4, 2, 8, 5, 60)).toBe(ReportOutcome.impossible);
    expect(Array.from(state.executions.chunkOf(0).quantity.subarray(0, 5))).toEqual([10, 20, 15, 55, 0]);
  });

  test('fills past the quantity, of nothing, and of unknown orders are refused and counted', () => {
    const { state, report } = begin();
    expect(report(1, 1, ReportKind.fill, 101)).toBe(ReportOutcome.overfill);
    expect(report(1, 2, ReportKind.fill, 0)).toBe(ReportOutcome.overfill);
    expect(report(1, 3, ReportKind.fill, 1, 2)).toBe(ReportOutcome.unknownOrder);
    expect(report(1, 4, ReportKind.fill, 100)).toBe(ReportOutcome.applied);
    expect(report(1, 5, ReportKind.fill, 1)).toBe(ReportOutcome.impossible);
    expect([state.refusedReports, state.executions.count]).toEqual([4, 1]);
  });

  test('a new session submits it again while it lives, and not after its end', () => {
    const { told, report, status } = begin();
    report(1, 1, ReportKind.fill, 30);
    report(2, 1, ReportKind.sessionStarted, 0, 0);
    expect(told.filter((line) => line.startsWith('command')).at(-1)).toBe('command 2 1 0');
    expect(status()).toBe(OrderStatus.partiallyFilled);
    report(2, 2, ReportKind.cancelled);
    report(3, 1, ReportKind.sessionStarted, 0, 0);
    expect(told.filter((line) => line.startsWith('command'))).toHaveLength(2);
  });
});

test('a record that another program wrote is refused', () => {
  const record = new JournalRecord();
  expect(() => record.load(new Uint8Array(72), 7)).toThrow(/record 7 of the order journal has kind 0/);
});

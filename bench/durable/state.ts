/**
 * Snapshots of the order system's state, in a process of its own: `state DIRECTORY ORDERS`, each order filled once.
 *
 * Prints milliseconds: the pause of the engine for a snapshot (median of five, after a first), until it is on the disk, bringing it
 * back, and folding the records instead.
 */
import { ReportKind } from '@nautilus/core/domain';
import { Journal } from '@nautilus/core/journal';
import { OrderState } from '../../engines/oms/order-state';
import { JournalRecord, RecordKind } from '../../engines/oms/records';
import { restoreSnapshot, saveSnapshot } from '../../engines/oms/snapshot';

const SNAPSHOTS = 5;

const [directory, count] = process.argv.slice(2) as [string, string];
const orders = Number(count);
const nothing = { save: () => {}, restore: () => {} };
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

async function main(): Promise<void> {
  const journal = Journal.open({ directory, name: 'orders', durability: 'batched' });
  const state = new OrderState();
  const record = new JournalRecord();
  const put = () => state.apply(record, journal.append(record.bytes, record.length));
  for (let number = 1; number <= orders; number++) {
    record.begin(RecordKind.order);
    record.order.clientOrderId = number;
    record.order.quantity = 10;
    put();
    record.begin(RecordKind.report);
    Object.assign(record.report, {
      epoch: 1,
      sequence: number,
      orderId: number,
      quantity: 10,
      report: ReportKind.fill,
    });
    put();
    if (number % 1000 === 0) await journal.flush();
  }
  const pauses: number[] = [];
  const written: number[] = [];
  for (let i = 0; i <= SNAPSHOTS; i++) {
    const start = performance.now();
    const done = journal.snapshot((sink) => saveSnapshot(sink, state, nothing));
    pauses.push(performance.now() - start);
    await done;
    written.push(performance.now() - start);
  }
  await journal.close();

  const again = Journal.open({ directory, name: 'orders', durability: 'batched' });
  const timed = (fold: (into: OrderState) => void) => {
    const into = new OrderState();
    const start = performance.now();
    fold(into);
    const took = performance.now() - start;
    if (into.hash() !== state.hash()) throw new Error('the state that came back is another');
    return took;
  };
  const restored = timed((into) =>
    again.replay({ restore: (bytes) => restoreSnapshot(bytes, into), apply: () => undefined }),
  );
  const folded = timed((into) =>
    again.read(1, (number, data) => {
      record.load(data, number);
      into.apply(record, number);
    }),
  );
  await again.close();
  process.stdout.write(`${median(pauses.slice(1))} ${median(written.slice(1))} ${restored} ${folded}\n`);
}

void main();

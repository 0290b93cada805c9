/**
 * The order system's journal, in a process of its own:
 *
 * program write DIRECTORY ORDERS: journals so many orders, each filled once, and a snapshot of them.
 * program snapshot|journal|read DIRECTORY: prints the milliseconds from opening it until the state is there, from the snapshot or from the
 * first record; or until all records are read and their checksums compared. Then records and, except for `read`, the hash of the state.
 */
import { ReportKind } from '@nautilus/core/domain';
import { Journal } from '@nautilus/core/journal';
import { OrderState } from '../../engines/oms/order-state';
import { JournalRecord, RecordKind } from '../../engines/oms/records';
import { JOURNAL_NAME } from '../../engines/oms/replay';
import { restoreSnapshot, saveSnapshot } from '../../engines/oms/snapshot';

const FLUSH_EVERY = 1000;
const nothing = { save: () => {}, restore: () => {} };
const [mode, directory, orders] = process.argv.slice(2) as ['write' | 'snapshot' | 'journal' | 'read', string, string];
const open = () => Journal.open({ directory, name: JOURNAL_NAME, durability: 'batched' });

async function write(count: number): Promise<void> {
  const journal = open();
  const state = new OrderState();
  const record = new JournalRecord();
  const put = () => state.apply(record, journal.append(record.bytes, record.length));
  for (let number = 1; number <= count; number++) {
    record.begin(RecordKind.order);
    record.order.clientOrderId = number;
    record.order.account = 1 + (number % 100);
    record.order.instrument = 1 + (number % 500);
    record.order.quantity = 10;
    put();
    record.begin(RecordKind.report);
    Object.assign(record.report, {
      epoch: 1,
      sequence: number,
      orderId: number,
      quantity: 10,
      price: 1_000_000,
      report: ReportKind.fill,
    });
    put();
    if (number % FLUSH_EVERY === 0) await journal.flush();
  }
  await journal.snapshot((sink) => saveSnapshot(sink, state, nothing));
  await journal.close();
}

async function recover(): Promise<void> {
  const state = new OrderState();
  const record = new JournalRecord();
  let records = 0;
  const apply = (number: number, data: Uint8Array): void => {
    records++;
    record.load(data, number);
    state.apply(record, number);
  };
  const start = performance.now();
  const journal = open();
  if (mode === 'snapshot') journal.replay({ restore: (bytes) => restoreSnapshot(bytes, state), apply });
  else journal.read(1, mode === 'journal' ? apply : () => void records++);
  const ms = performance.now() - start;
  await journal.close();
  if (mode === 'snapshot' ? records > 0 : records < 2) throw new Error(`${records} records were folded`);
  const found = mode === 'read' ? `${records}` : BigInt(`0x${state.hash().slice(0, 12)}`);
  process.stdout.write(`${ms}\n${found}\n`);
}

void (mode === 'write' ? write(Number(orders)) : recover());

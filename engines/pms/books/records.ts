import { Execution, type FieldsOf, type View } from '@nautilus/core/domain';
import type { BooksEvent } from './events';

export type ExecutionView = View<FieldsOf<typeof Execution>>;

export const JOURNAL_NAME = 'books';

/** First byte of a record; the seven after it are 0. */
export const RecordKind = { execution: 1, event: 2 } as const;
const HEADER_BYTES = 8;
/** The fields of an execution: a slot of the ring has more bytes. */
const EXECUTION_BYTES = Math.ceil(Execution.end / 8) * 8;

/** A record of the journal `books`: an execution in its layout, or any other event as JSON. */
export class BooksRecord {
  private readonly slot = new Uint8Array(HEADER_BYTES + Execution.size);
  readonly bytes = this.slot.subarray(0, HEADER_BYTES + EXECUTION_BYTES);
  readonly execution: ExecutionView = Execution.view(this.slot.buffer);

  constructor() {
    this.bytes[0] = RecordKind.execution;
    this.execution.offset = HEADER_BYTES;
  }

  /** Makes `bytes` the record of an execution. */
  write(execution: ExecutionView): void {
    const record = this.execution;
    record.sequence = execution.sequence;
    record.sentAt = execution.sentAt;
    record.timeNs = execution.timeNs;
    record.orderId = execution.orderId;
    record.childId = execution.childId;
    record.fee = execution.fee;
    record.account = execution.account;
    record.instrument = execution.instrument;
    record.price = execution.price;
    record.quantity = execution.quantity;
    record.strategy = execution.strategy;
    record.side = execution.side;
    record.maker = execution.maker;
    record.venue = execution.venue;
  }

  /** Reads a record: undefined is an execution, which stands in `execution` then. */
  read(data: Uint8Array): BooksEvent | undefined {
    if (data[0] !== RecordKind.execution) return JSON.parse(Buffer.from(data.subarray(HEADER_BYTES)).toString());
    this.slot.set(data);
    return undefined;
  }
}

export function eventBytes(event: BooksEvent): Uint8Array {
  const text = Buffer.from(JSON.stringify(event));
  const bytes = new Uint8Array(HEADER_BYTES + text.length);
  bytes[0] = RecordKind.event;
  bytes.set(text, HEADER_BYTES);
  return bytes;
}

/** A record as `nautilus journal show` prints it. */
export function describeRecord(data: Uint8Array): object & { kind: string } {
  const record = new BooksRecord();
  return record.read(data) ?? { kind: 'execution', ...record.execution.copy() };
}

/**
 * The journal's records: an 8-byte prefix (kind, then the fingerprint of the layout), one fixed layout, and for an
 * order entered over HTTP its client order id as ASCII.
 *
 * A record carries all that its decision was made from or led to, so that the state is a fold over the journal.
 */
import { CodedError, defineLayout, type Layout } from '@nautilus/core/domain';

export const RecordKind = {
  /** The first record: which journal this is. */
  opened: 1,
  /** An order passed every check and has its number. */
  order: 2,
  /** An order, cancel or replace was refused. */
  refusal: 3,
  /** A cancel or replace passed every check. */
  change: 4,
  /** A report of the execution system, as it came. */
  report: 5,
} as const;

/** Where an order or a change came from. */
export const Source = { entry: 0, http: 1 } as const;

/** Longest client order id over HTTP, in characters. */
export const MAX_TEXT = 64;

const Opened = defineLayout('oms.Opened', {
  /** Random, so that a database can tell two journals apart. */
  identity: 'f64',
  /** Wall clock, milliseconds since 1970. */
  at: 'f64',
});

const OrderRecord = defineLayout('oms.OrderRecord', {
  /** Wall clock, milliseconds since 1970. */
  at: 'f64',
  timeNs: 'f64',
  /** Of an order: its number. Of a change or a duplicate: the order that it is about. */
  orderId: 'f64',
  /** Entered over shared memory; 0 over HTTP. */
  clientOrderId: 'f64',
  /** Sequence of the OrderEntry that it came with; 0 over HTTP. */
  entrySequence: 'f64',
  startNs: 'f64',
  endNs: 'f64',
  /** Of a refusal: the value that was refused and the bound that it broke, in the units of the reason. */
  value: 'f64',
  allowed: 'f64',
  account: 'i32',
  instrument: 'i32',
  /** Of a replace: the new total. */
  quantity: 'i32',
  limitPrice: 'i32',
  slices: 'i32',
  /** Of a refusal: why. */
  reason: 'i32',
  /** CommandKind */
  command: 'u8',
  side: 'u8',
  type: 'u8',
  timeInForce: 'u8',
  algorithm: 'u8',
  /** Source */
  source: 'u8',
  textLength: 'u8',
});

const ReportRecord = defineLayout('oms.ReportRecord', {
  at: 'f64',
  timeNs: 'f64',
  epoch: 'f64',
  sequence: 'f64',
  orderId: 'f64',
  childId: 'f64',
  price: 'i32',
  quantity: 'i32',
  reason: 'i32',
  /** ReportKind */
  report: 'u8',
  maker: 'u8',
});

const PREFIX = 8;
const layouts: Readonly<Record<number, Layout<never>>> = {
  [RecordKind.opened]: Opened as unknown as Layout<never>,
  [RecordKind.order]: OrderRecord as unknown as Layout<never>,
  [RecordKind.refusal]: OrderRecord as unknown as Layout<never>,
  [RecordKind.change]: OrderRecord as unknown as Layout<never>,
  [RecordKind.report]: ReportRecord as unknown as Layout<never>,
};

/** A record's kind by its name in `RecordKind`, and its fields. */
export type RecordDescription = { readonly kind: string } & Readonly<Record<string, string | number>>;

/** Window on one record: filled in place before it is appended, or loaded from the journal. Used again for each. */
export class JournalRecord {
  private readonly buffer = new ArrayBuffer(PREFIX + OrderRecord.size + MAX_TEXT);
  readonly bytes = new Uint8Array(this.buffer);
  private readonly words = new Int32Array(this.buffer);
  readonly opened = Opened.view(this.buffer);
  readonly order = OrderRecord.view(this.buffer);
  readonly report = ReportRecord.view(this.buffer);

  constructor() {
    this.opened.offset = PREFIX;
    this.order.offset = PREFIX;
    this.report.offset = PREFIX;
  }

  /** RecordKind */
  get kind(): number {
    return this.bytes[0] as number;
  }

  /** Bytes to append. */
  get length(): number {
    return PREFIX + this.layout.size + (this.layout.size === OrderRecord.size ? this.order.textLength : 0);
  }

  private get layout(): Layout<never> {
    return layouts[this.kind] as Layout<never>;
  }

  /** Starts a record: every field is 0. */
  begin(kind: number): void {
    this.bytes.fill(0, 0, PREFIX + OrderRecord.size);
    this.bytes[0] = kind;
    this.words[1] = this.layout.fingerprint;
  }

  /** Turns an order under way into a change or a refusal: they have one layout. */
  become(kind: typeof RecordKind.change | typeof RecordKind.refusal): void {
    this.bytes[0] = kind;
  }

  /** The client order id of an order entered over HTTP; empty for others. */
  get text(): string {
    const start = PREFIX + OrderRecord.size;
    return Buffer.from(this.buffer, start, this.order.textLength).toString('latin1');
  }

  /** ASCII of at most MAX_TEXT characters. */
  set text(text: string) {
    this.order.textLength = Buffer.from(this.buffer, PREFIX + OrderRecord.size, MAX_TEXT).write(text, 'latin1');
  }

  /** A plain copy of the record. Allocates: not for the order path. */
  describe(): RecordDescription {
    const { text } = this;
    const kind = Object.entries(RecordKind).find(([, value]) => value === this.kind)?.[0] ?? String(this.kind);
    if (this.kind === RecordKind.opened) return { kind, ...this.opened.copy() };
    if (this.kind === RecordKind.report) return { kind, ...this.report.copy() };
    return { kind, ...this.order.copy(), ...(text === '' ? {} : { text }) };
  }

  /** Loads record `number` of a journal. @throws CodedError NAUT_JOURNAL_FOREIGN when another program wrote it */
  load(data: Uint8Array, number: number): void {
    if (data.length >= PREFIX && data.length <= this.bytes.length) this.bytes.set(data);
    const layout = layouts[this.kind];
    if (layout === undefined || this.words[1] !== layout.fingerprint || data.length !== this.length) {
      throw new CodedError({
        code: 'NAUT_JOURNAL_FOREIGN',
        message: `record ${number} of the order journal has kind ${data[0]} and ${data.length} bytes, which this version does not write`,
        fix: 'start the version that wrote this journal, or give the order system an empty data directory',
      });
    }
  }
}

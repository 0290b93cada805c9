/**
 * The journal's records: an 8-byte prefix (kind, then the fingerprint of the layout), one fixed layout, and for an
 * order entered over HTTP its client order id as ASCII. Without such an id a record ends with its last word that is not 0.
 *
 * A record carries all that its decision was made from or led to, so that the state is a fold over the journal.
 */
import {
  CodedError,
  defineLayout,
  type ExecutionReport,
  type Fields,
  type Layout,
  type ViewOf,
} from '@nautilus/core/domain';

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
  /** A trade has reached a stop. */
  trigger: 6,
  /** All orders of a scope are to be cancelled. */
  sweep: 7,
  /** The next of them, by their indices. */
  sweepStep: 8,
  /** A client's session began or ended. */
  session: 9,
  /** The kill switch of an account, whose orders were swept, was released. */
  killReleased: 10,
  /** A corporate action took effect. */
  action: 11,
} as const;

/** Where an order or a change came from: over shared memory, HTTP or FIX. */
export const Source = { entry: 0, http: 1, fix: 2 } as const;

/** Longest client order id over HTTP, in characters. */
export const MAX_TEXT = 64;

/** A record in a file is as short as its fields allow. */
const recordLayout = <const F extends Fields, const S extends Fields = Record<never, never>>(
  name: string,
  fields: F,
  seldom?: S,
) => defineLayout(name, fields, 8, seldom);

const Opened = recordLayout('oms.Opened', {
  /** Random, so that a database can tell two journals apart. */
  identity: 'f64',
  /** Wall clock, milliseconds since 1970. */
  at: 'f64',
});

const OrderRecord = recordLayout(
  'oms.OrderRecord',
  {
    /** Wall clock, milliseconds since 1970. */
    at: 'f64',
    timeNs: 'f64',
    /** Entered over shared memory; 0 over HTTP. */
    clientOrderId: 'f64',
    /** Sequence of the OrderEntry that it came with; 0 over HTTP. */
    entrySequence: 'f64',
    account: 'i32',
    instrument: 'i32',
    /** Of a replace: the new total. */
    quantity: 'i32',
    limitPrice: 'i32',
    strategy: 'i32',
    /** CommandKind */
    command: 'u8',
    side: 'u8',
    type: 'u8',
    timeInForce: 'u8',
    algorithm: 'u8',
    contingency: 'u8',
    /** Source */
    source: 'u8',
    textLength: 'u8',
    /** Orders of its list that follow: none of them goes before all are there. */
    listRest: 'u8',
  },
  {
    /** Of an order: its number. Of a change or a duplicate: the order that it is about. */
    orderId: 'f64',
    startNs: 'f64',
    endNs: 'f64',
    riskAversion: 'f64',
    /** As in OrderEntry; groups that the order system numbers are negative. */
    group: 'f64',
    /** Number of the care order that it is a child of; 0: none. */
    parent: 'f64',
    /** Of a refusal: the value that was refused and the bound that it broke, in the units of the reason. */
    value: 'f64',
    allowed: 'f64',
    stopPrice: 'i32',
    displayQuantity: 'i32',
    participation: 'i32',
    slices: 'i32',
    session: 'i32',
    /** Of a refusal: why. */
    reason: 'i32',
  },
);

const ReportRecord = recordLayout('oms.ReportRecord', {
  at: 'f64',
  timeNs: 'f64',
  epoch: 'f64',
  sequence: 'f64',
  orderId: 'f64',
  childId: 'f64',
  fee: 'f64',
  price: 'i32',
  quantity: 'i32',
  /** As in ExecutionReport. */
  cumulative: 'i32',
  reason: 'i32',
  /** ReportKind */
  report: 'u8',
  maker: 'u8',
  venue: 'u8',
});

const Trigger = recordLayout('oms.Trigger', {
  at: 'f64',
  /** Market time of the quote that showed the trade. */
  timeNs: 'f64',
  orderId: 'f64',
  /** The last trade. */
  price: 'i32',
});

const SweepRecord = recordLayout('oms.Sweep', {
  at: 'f64',
  clientOrderId: 'f64',
  entrySequence: 'f64',
  /** SweepScope: a number, or -1 for any. */
  account: 'i32',
  instrument: 'i32',
  side: 'i32',
  strategy: 'i32',
  session: 'i32',
  reason: 'i32',
  dayOnly: 'u8',
  source: 'u8',
});

const SweepStep = recordLayout('oms.SweepStep', {
  at: 'f64',
  /** Record that began the sweep. */
  sweep: 'f64',
  /** Indices of the orders to look at: from the first to the one before the last. */
  from: 'f64',
  end: 'f64',
});

const SessionRecord = recordLayout('oms.Session', {
  at: 'f64',
  clientOrderId: 'f64',
  entrySequence: 'f64',
  account: 'i32',
  session: 'i32',
  heartbeatMs: 'i32',
  /** Of an end: why; 0 when the client logged off. */
  reason: 'i32',
  /** 1: it began, 0: it ended. */
  begins: 'u8',
  cancelOnDisconnect: 'u8',
  source: 'u8',
});

const KillReleased = recordLayout('oms.KillReleased', { at: 'f64', account: 'i32' });

const ActionRecord = recordLayout('oms.Action', {
  at: 'f64',
  /** Of the CorporateAction, whose fields these are. */
  sequence: 'f64',
  amount: 'f64',
  instrument: 'i32',
  into: 'i32',
  over: 'i32',
  under: 'i32',
  exDay: 'i32',
  /** Of the instrument, when it was heard of: the last trade, and the tick size. */
  lastTrade: 'i32',
  tickSize: 'i32',
  /** CorporateActionKind */
  action: 'u8',
});

const PREFIX = 8;
const layouts: Readonly<Record<number, Layout<never>>> = {
  [RecordKind.opened]: Opened as unknown as Layout<never>,
  [RecordKind.order]: OrderRecord as unknown as Layout<never>,
  [RecordKind.refusal]: OrderRecord as unknown as Layout<never>,
  [RecordKind.change]: OrderRecord as unknown as Layout<never>,
  [RecordKind.report]: ReportRecord as unknown as Layout<never>,
  [RecordKind.trigger]: Trigger as unknown as Layout<never>,
  [RecordKind.sweep]: SweepRecord as unknown as Layout<never>,
  [RecordKind.sweepStep]: SweepStep as unknown as Layout<never>,
  [RecordKind.session]: SessionRecord as unknown as Layout<never>,
  [RecordKind.killReleased]: KillReleased as unknown as Layout<never>,
  [RecordKind.action]: ActionRecord as unknown as Layout<never>,
};

/** By kind: the words of a record with every field 0. */
const blank: Readonly<Record<number, Int32Array>> = Object.fromEntries(
  Object.entries(layouts).map(([kind, { size, fingerprint }]) => {
    const words = new Int32Array((PREFIX + size) >> 2);
    words[0] = Number(kind);
    words[1] = fingerprint;
    return [kind, words];
  }),
);

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
  readonly trigger = Trigger.view(this.buffer);
  readonly sweep = SweepRecord.view(this.buffer);
  readonly sweepStep = SweepStep.view(this.buffer);
  readonly session = SessionRecord.view(this.buffer);
  readonly killReleased = KillReleased.view(this.buffer);
  readonly action = ActionRecord.view(this.buffer);
  private readonly views: Readonly<Record<number, { offset: number; copy(): Record<string, number> }>> = {
    [RecordKind.opened]: this.opened,
    [RecordKind.order]: this.order,
    [RecordKind.refusal]: this.order,
    [RecordKind.change]: this.order,
    [RecordKind.report]: this.report,
    [RecordKind.trigger]: this.trigger,
    [RecordKind.sweep]: this.sweep,
    [RecordKind.sweepStep]: this.sweepStep,
    [RecordKind.session]: this.session,
    [RecordKind.killReleased]: this.killReleased,
    [RecordKind.action]: this.action,
  };

  constructor() {
    for (const view of Object.values(this.views)) view.offset = PREFIX;
  }

  /** RecordKind */
  get kind(): number {
    return this.bytes[0] as number;
  }

  /** Whom the answer to the entry is for that the record came with. */
  get asked(): { readonly clientOrderId: number; readonly account: number } {
    if (this.kind === RecordKind.sweep) return this.sweep;
    return this.kind === RecordKind.session ? this.session : this.order;
  }

  /** Market time of the record; 0 of one that has none. */
  get timeNs(): number {
    const { kind } = this;
    if (kind === RecordKind.report) return this.report.timeNs;
    if (kind === RecordKind.trigger) return this.trigger.timeNs;
    return kind === RecordKind.order || kind === RecordKind.change ? this.order.timeNs : 0;
  }

  /** Bytes to append. */
  get length(): number {
    const { layout, words } = this;
    const text = layout === (OrderRecord as unknown) ? this.order.textLength : 0;
    let end = (PREFIX + layout.size) >> 2;
    if (text === 0) while (words[end - 1] === 0) end--;
    return (end << 2) + text;
  }

  private get layout(): Layout<never> {
    return layouts[this.kind] as Layout<never>;
  }

  /** Starts a record: every field is 0. */
  begin(kind: number): void {
    this.words.set(blank[kind] as Int32Array);
  }

  /** Starts the record of a report, as it came. */
  beginReport(message: ViewOf<typeof ExecutionReport>, at: number): void {
    this.begin(RecordKind.report);
    const { report } = this;
    report.at = at;
    report.timeNs = message.timeNs;
    report.epoch = message.epoch;
    report.sequence = message.sequence;
    report.orderId = message.orderId;
    report.childId = message.childId;
    report.fee = message.fee;
    report.price = message.price;
    report.quantity = message.quantity;
    report.cumulative = message.cumulative;
    report.reason = message.reason;
    report.report = message.kind;
    report.maker = message.maker;
    report.venue = message.venue;
  }

  /** Takes the bytes of a record: what it ends without is 0. */
  take(data: Uint8Array): void {
    this.bytes.set(data);
    this.bytes.fill(0, data.length);
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
    const text = this.layout === (OrderRecord as unknown) ? this.text : '';
    const kind = Object.entries(RecordKind).find(([, value]) => value === this.kind)?.[0] ?? String(this.kind);
    return { kind, ...this.views[this.kind]?.copy(), ...(text === '' ? {} : { text }) };
  }

  /** Loads record `number` of a journal. @throws CodedError NAUT_JOURNAL_FOREIGN when another program wrote it */
  load(data: Uint8Array, number: number): void {
    if (data.length >= PREFIX && data.length <= this.bytes.length) this.take(data);
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

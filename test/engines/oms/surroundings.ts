/** Everything around an order system, played by the test through the real rings: client, risk, market data, execution and positions. */
import {
  AckKind,
  CommandKind,
  monotonicNs,
  type OrderAck,
  type OrderCommand,
  OrderEntry,
  type OrderUpdate,
  ReportKind,
  Side,
  tables,
  topics,
  type ValuesOf,
} from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';

export type Ack = ValuesOf<typeof OrderAck>;
export type Command = ValuesOf<typeof OrderCommand>;
export type Update = ValuesOf<typeof OrderUpdate>;

/** What positions are made from, less the time of sending. */
export interface Fill {
  readonly sequence: number;
  readonly orderId: number;
  readonly childId: number;
  readonly price: number;
  readonly quantity: number;
}

export const ACCOUNT = 1;
export const INSTRUMENT = 1;
export const settings = {
  accounts: [{ id: ACCOUNT, name: 'main' }],
  instruments: [{ id: INSTRUMENT, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
  limitsStaleAfterMs: 60_000,
  journal: { preallocateBytes: 1 << 20 },
};

const wide = {
  maxOrderNotional: 1e15,
  maxOrderQuantity: 1_000_000,
  maxPosition: 2_000_000_000,
  collarBasisPoints: 500,
  maxOrdersPerSecond: 1_000_000_000,
  killSwitch: 0,
};

/** Nothing of the past is kept that a snapshot stands for. */
export const forgetful = {
  snapshot: { records: 20 },
  retention: { snapshots: 1, segments: 1 },
  segmentBytes: 4096,
  preallocateBytes: 0,
};

const noEntry = Object.fromEntries(OrderEntry.fields.map(({ name }) => [name, 0])) as ValuesOf<typeof OrderEntry>;

export class Surroundings {
  private readonly hub;
  private readonly entries;
  private readonly reports;
  private readonly limits;
  private readonly quotes;
  private readonly ackReader;
  private readonly commandReader;
  private readonly executionReader;
  private readonly updateReader;
  private entrySequence = 0;
  private reportSequence = 0;
  private childId = 0;
  /** Session of the execution system. */
  epoch = 0;
  /** False: the execution system leaves its commands where they are. */
  takesCommands = true;

  readonly acks: Ack[] = [];
  readonly commands: Command[] = [];
  readonly updates: Update[] = [];
  /** Without the repetitions that a restart may bring. */
  readonly executions: Fill[] = [];
  /** Executions that came a second time. */
  repeatedExecutions = 0;
  /** What this execution system has filled, by order. */
  readonly filled = new Map<number, number>();

  constructor(directory: string) {
    this.hub = openHub({ directory });
    this.entries = this.hub.publish(topics.orderEntry);
    this.reports = this.hub.publish(topics.executionReports);
    this.limits = this.hub.table(tables.limits);
    this.quotes = this.hub.table(tables.quotes);
    this.hub.table(tables.clock).write(0, (clock) => {
      clock.timeNs = 34_200e9;
    });
    this.ackReader = this.hub.subscribe(topics.orderAcks, { name: 'client', reliable: true });
    this.commandReader = this.hub.subscribe(topics.orderCommands, { name: 'ems', reliable: true });
    this.executionReader = this.hub.subscribe(topics.executions, { name: 'positions', reliable: true });
    this.updateReader = this.hub.subscribe(topics.orderUpdates, { name: 'drop-copy' });
    this.allow({});
    this.quotes.write(INSTRUMENT, (quote) => {
      quote.timeNs = 34_100e9;
      quote.bid = 5_859_000;
      quote.bidQuantity = 100;
      quote.ask = 5_860_000;
      quote.askQuantity = 100;
      quote.last = 5_859_500;
    });
  }

  allow(limits: Partial<typeof wide>): void {
    this.limits.write(ACCOUNT, (row) => {
      row.assign({ ...wide, ...limits, writtenAt: monotonicNs(), defined: 1 });
    });
  }

  /** A client's entry: a buy of 10 shares at the offer, but for what is given; false when the ring is full. */
  enter(entry: Partial<Omit<ValuesOf<typeof OrderEntry>, 'sequence' | 'sentAt'>>): boolean {
    const message = this.entries.claim();
    if (message === undefined) return false;
    message.assign({
      ...noEntry,
      sequence: ++this.entrySequence,
      sentAt: monotonicNs(),
      account: ACCOUNT,
      instrument: INSTRUMENT,
      quantity: 10,
      limitPrice: 5_860_000,
      kind: CommandKind.submit,
      ...entry,
    });
    this.entries.commit();
    return true;
  }

  /** A trade that the quotes show. */
  trade(last: number): void {
    this.quotes.write(INSTRUMENT, (quote) => {
      quote.timeNs += 1e6;
      quote.last = last;
    });
  }

  /** The execution system starts and knows nothing. */
  startSession(): void {
    this.epoch++;
    this.reportSequence = 0;
    this.report({ kind: ReportKind.sessionStarted, orderId: 0 });
  }

  report(report: {
    kind: number;
    orderId: number;
    quantity?: number;
    price?: number;
    reason?: number;
    childId?: number;
    cumulative?: number;
  }): void {
    const message = this.reports.claim();
    if (message === undefined) throw new Error('the ring of reports is full');
    const { orderId, quantity = 0 } = report;
    message.sequence = ++this.reportSequence;
    message.epoch = this.epoch;
    message.sentAt = monotonicNs();
    message.timeNs = 34_200e9 + this.reportSequence;
    message.orderId = orderId;
    message.childId = report.childId ?? ++this.childId;
    message.instrument = INSTRUMENT;
    message.price = report.price ?? 5_860_000;
    message.quantity = quantity;
    message.cumulative = report.cumulative ?? 0;
    message.reason = report.reason ?? 0;
    message.kind = report.kind;
    message.side = Side.buy;
    message.maker = 0;
    message.fee = 0;
    message.venue = 0;
    this.reports.commit();
    if (report.kind === ReportKind.fill) this.filled.set(orderId, (this.filled.get(orderId) ?? 0) + quantity);
  }

  /** Room for reports. */
  get reportRoom(): number {
    return this.reports.free();
  }

  /** Reads what the order system said; `onCommand` is the execution system's answer. */
  listen(onCommand: (command: Command) => void = () => undefined): number {
    return (
      this.ackReader.poll((ack) => void this.acks.push(ack.copy())) +
      this.updateReader.poll((update) => void this.updates.push(update.copy())) +
      this.commandReader.poll(
        (message) => {
          const command = message.copy();
          this.commands.push(command);
          onCommand(command);
        },
        this.takesCommands ? Math.max(0, this.reportRoom - 64) : 0,
      ) +
      this.executionReader.poll(({ sequence, orderId, childId, price, quantity }) => {
        if (sequence <= (this.executions.at(-1)?.sequence ?? 0)) this.repeatedExecutions++;
        else this.executions.push({ sequence, orderId, childId, price, quantity });
      })
    );
  }

  /** Listens until something is true. */
  async until(
    what: string,
    isTrue: () => boolean | Promise<boolean>,
    onCommand?: (command: Command) => void,
  ): Promise<void> {
    const end = Date.now() + 20_000;
    for (;;) {
      this.listen(onCommand);
      if (await isTrue()) return;
      if (Date.now() > end) throw new Error(`not within 20 s: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  accepted(): Ack[] {
    return this.acks.filter((ack) => ack.kind === AckKind.accepted);
  }

  close(): void {
    this.hub.close();
  }
}

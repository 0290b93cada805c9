import { AckKind, CommandKind, monotonicNs, OrderType, Side, tables, topics } from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';
import { build, type Histogram } from 'hdr-histogram-js';

export const ACCOUNT = 1;
export const INSTRUMENT = 1;

/** A client that enters orders over the ring, with limits and a quote in place that let them through. */
export class Client {
  private readonly hub;
  private readonly entries;
  private readonly acks;
  private sent = 0;
  private answered = 0;
  private refusedWith = 0;

  constructor(directory: string) {
    this.hub = openHub({ directory });
    this.entries = this.hub.publish(topics.orderEntry);
    this.acks = this.hub.subscribe(topics.orderAcks, { name: 'bench', reliable: true });
    this.hub.table(tables.limits).write(ACCOUNT, (row) => {
      row.maxOrderNotional = 1e15;
      row.maxOrderQuantity = 1_000_000;
      row.maxPosition = 2_000_000_000;
      row.collarBasisPoints = 500;
      row.maxOrdersPerSecond = 1_000_000_000;
      row.killSwitch = 0;
      row.writtenAt = monotonicNs();
      row.defined = 1;
    });
    this.hub.table(tables.quotes).write(INSTRUMENT, (quote) => {
      quote.timeNs = 34_200e9;
      quote.bid = 5_859_000;
      quote.ask = 5_860_000;
      quote.bidQuantity = quote.askQuantity = 100;
      quote.last = 5_859_500;
    });
  }

  /** Round trips in ms with `inFlight` orders under way, and the seconds that all took. */
  measure(orders: number, inFlight: number): { readonly trips: Float64Array; readonly seconds: number } {
    const trips = new Float64Array(orders);
    const starts = new Float64Array(orders);
    const first = this.answered;
    const note = (ack: { kind: number; reason: number }) => {
      if (ack.kind !== AckKind.accepted) this.refusedWith = ack.reason;
      trips[this.answered - first] = performance.now() - (starts[this.answered - first] as number);
      this.answered++;
    };
    const begin = performance.now();
    while (this.answered - first < orders) {
      while (this.sent - first < orders && this.sent - this.answered < inFlight) {
        starts[this.sent - first] = performance.now();
        this.send();
      }
      this.acks.poll(note);
      if (this.refusedWith !== 0) throw new Error(`an order was refused for reason ${this.refusedWith}`);
    }
    return { trips, seconds: (performance.now() - begin) / 1e3 };
  }

  /**
   * Orders at fixed times, `perSecond` of them, whether the answers keep up or not: each is counted from the time at which it was to be
   * sent, so that a pause counts for every order that it held up (Tene's coordinated omission). Nanoseconds.
   */
  openLoad(orders: number, perSecond: number): Histogram {
    const histogram = build({ highestTrackableValue: 60e9, numberOfSignificantValueDigits: 3, useWebAssembly: false });
    const interval = 1e3 / perSecond;
    const first = { sent: this.sent, answered: this.answered };
    const begin = performance.now();
    const due = (order: number) => begin + order * interval;
    const note = (ack: { kind: number; reason: number }) => {
      if (ack.kind !== AckKind.accepted) this.refusedWith = ack.reason;
      histogram.recordValue(Math.round((performance.now() - due(this.answered - first.answered)) * 1e6));
      this.answered++;
    };
    while (this.answered - first.answered < orders) {
      const sent = this.sent - first.sent;
      if (sent < orders && performance.now() >= due(sent)) this.send();
      this.acks.poll(note);
      if (this.refusedWith !== 0) throw new Error(`an order was refused for reason ${this.refusedWith}`);
    }
    return histogram;
  }

  close(): void {
    this.hub.close();
  }

  private send(): void {
    const entry = this.entries.claim();
    if (entry === undefined) throw new Error('the order system does not read');
    entry.sequence = ++this.sent;
    entry.sentAt = monotonicNs();
    entry.clientOrderId = this.sent;
    entry.startNs = 0;
    entry.endNs = 0;
    entry.account = ACCOUNT;
    entry.instrument = INSTRUMENT;
    entry.quantity = 1;
    entry.limitPrice = 5_860_000;
    entry.riskAversion = entry.group = entry.parent = 0;
    entry.stopPrice = entry.displayQuantity = entry.participation = entry.slices = 0;
    entry.strategy = entry.session = entry.contingency = 0;
    entry.kind = CommandKind.submit;
    entry.side = Side.buy;
    entry.type = OrderType.limit;
    entry.timeInForce = 0;
    entry.algorithm = 0;
    this.entries.commit();
  }
}

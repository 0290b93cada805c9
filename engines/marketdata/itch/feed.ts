import { BookEventKind, Side } from '@nautilus/core/domain';
import { FeedError } from '../feeds/errors';
import type { Feed, FeedCounts } from '../feeds/feed';
import type { MessageSource } from './framed-messages';
import { LiveOrders } from './live-orders';
import { SourceClock } from './source-clock';
import { itchLengths, itchView } from './view';

const MOST = 0x7fffffff;
const LATEST_NS = 172_800e9;
/** Largest reference number that a double holds exactly. */
const MOST_REFERENCE = Number.MAX_SAFE_INTEGER;
/** Stock locates that are not played, and those not heard of yet. */
const IGNORED = -1;
const UNHEARD = -2;
const BUY = 'B'.charCodeAt(0);
const SELL = 'S'.charCodeAt(0);
const PRINTABLE = 'Y'.charCodeAt(0);
/** BookEventKind.halt: halted, quoting, trading. */
const states: Readonly<Record<string, number>> = { H: -1, P: -1, Q: 0, T: 1 };

const code = (type: string) => type.charCodeAt(0);
const Kind = {
  R: code('R'),
  H: code('H'),
  A: code('A'),
  F: code('F'),
  E: code('E'),
  C: code('C'),
  X: code('X'),
  D: code('D'),
  U: code('U'),
  P: code('P'),
  Q: code('Q'),
} as const;

/** Views that only look. */
const views = {
  directory: itchView('R'),
  action: itchView('H'),
  add: itchView('A'),
  executed: itchView('E'),
  executedAt: itchView('C'),
  cancel: itchView('X'),
  delete: itchView('D'),
  replace: itchView('U'),
  trade: itchView('P'),
  cross: itchView('Q'),
};

export interface ItchFeedOptions {
  /** What is played, by symbol; orders of other stocks are passed over. */
  readonly instruments: ReadonlyMap<string, { readonly id: number; readonly tickSize: number }>;
  readonly venueOf: (orderId: number) => number;
  /** Leave out messages that make no sense, and count them, instead of stopping at the first. */
  readonly skip: boolean;
  /** As people know the source. */
  readonly file: string;
}

/**
 * NASDAQ TotalView-ITCH 5.0 as a feed. Orders are numbered 1, 2, 3 … as they are entered, since reference numbers have 64 bits. A replace
 * is two steps, a `remove` and an `add`; an execution with a price that is not to be printed is a `reduce`; trades against orders that are
 * not displayed, and crosses, are `executeHidden`.
 */
export class ItchFeed implements Feed {
  kind = 0;
  timeNs = 0;
  instrument = 0;
  venue = 0;
  orderId = 0;
  side = 0;
  price = 0;
  quantity = 0;
  events = 0;
  readonly totalEvents = null;
  startNs: number | null = null;
  readonly endNs = null;
  private skipped = 0;
  private readonly orders = new LiveOrders();
  private lastId = 0;
  /** By stock locate: instrument, or why it has none. */
  private readonly instruments = new Int32Array(1 << 16).fill(UNHEARD);
  private readonly tickSizes = new Int32Array(1 << 16);
  /** Time of the last message. */
  private messageNs = 0;
  private readonly clock = new SourceClock();
  /** Of the source when it said so last, and as the last step told it. */
  private sourceStale = false;
  private toldStale = false;
  /** What the last message means, until it is taken: one step, or two of a replace. */
  private due = 0;
  private readonly step = { kind: 0, instrument: 0, orderId: 0, side: 0, price: 0, quantity: 0 };
  private readonly after = { orderId: 0, price: 0, quantity: 0 };
  private problem: FeedError | undefined;
  private ended = false;
  private viewed: Uint8Array | undefined;

  constructor(
    private readonly source: MessageSource,
    private readonly options: ItchFeedOptions,
  ) {}

  get counts(): FeedCounts {
    const { counts } = this.source;
    return { ...counts, skipped: counts.skipped + this.skipped, clockJumps: this.clock.jumps };
  }

  get stale(): boolean {
    return this.toldStale;
  }

  get nextTimeNs(): number {
    while (this.due === 0 && this.problem === undefined) {
      if (this.ended) return Number.POSITIVE_INFINITY;
      if (!this.read()) return this.ended ? Number.POSITIVE_INFINITY : Number.NaN;
    }
    return this.messageNs;
  }

  take(): void {
    if (this.problem !== undefined) throw this.problem;
    const { step, after } = this;
    this.timeNs = this.messageNs;
    this.kind = step.kind;
    this.instrument = step.instrument;
    this.orderId = step.orderId;
    this.side = step.side;
    this.price = step.price;
    this.quantity = step.quantity;
    this.venue = this.options.venueOf(step.orderId);
    this.toldStale = this.sourceStale;
    if (--this.due === 0) return;
    step.kind = BookEventKind.add;
    step.orderId = after.orderId;
    step.price = after.price;
    step.quantity = after.quantity;
  }

  close(): void {
    this.source.close();
  }

  /** Reads a message; false when there is none (yet). */
  private read(): boolean {
    const { source } = this;
    try {
      const found = source.next();
      if (found === 'message') this.message();
      else if (found === 'stale') this.becameStale();
      else {
        this.ended = found === 'end';
        return false;
      }
    } catch (error) {
      if (!(error instanceof FeedError)) throw error;
      if (!this.options.skip || error.code === 'NAUT_FEED_FILE_UNREADABLE' || error.code === 'NAUT_FEED_FILE_DAMAGED')
        this.problem = error;
      else this.skipped++;
    }
    return true;
  }

  private message(): void {
    const { bytes, at, length } = this.source;
    if (bytes !== this.viewed) {
      for (const view of Object.values(views)) view.on(bytes);
      this.viewed = bytes;
    }
    const type = bytes[at]!;
    const expected = itchLengths[type]!;
    if (expected === 0) throw this.refuse('type', String.fromCharCode(type), 'one of ITCH 5.0');
    if (length !== expected)
      throw this.refuse('length', String(length), `${expected} for type ${String.fromCharCode(type)}`);
    const head = views.delete;
    head.at = at;
    const { timeNs, locate } = head;
    this.messageNs = this.timeOf(timeNs);
    this.events++;
    const instrument = this.instruments[locate]!;
    if (instrument === IGNORED) return;
    if (instrument === UNHEARD) {
      const symbol = this.symbolOf(type, at);
      if (symbol === undefined || !this.listens(locate, symbol)) return;
    }
    this.apply(type, at, locate, this.instruments[locate]!);
    if (this.due > 0) this.startNs ??= timeNs;
  }

  /** When a message is told. Where nobody knows when messages came, their times must not go back. */
  private timeOf(saidNs: number): number {
    const { arrivedNs, stale } = this.source;
    const late = this.sourceStale;
    this.sourceStale = stale;
    if (!Number.isNaN(arrivedNs)) return this.clock.tell(saidNs, arrivedNs, late);
    if (saidNs < this.messageNs)
      throw this.refuse('time', String(saidNs), `from ${this.messageNs} on, as the one before`);
    if (saidNs > LATEST_NS) throw this.refuse('time', String(saidNs), `up to ${LATEST_NS}`);
    return saidNs;
  }

  private becameStale(): void {
    this.sourceStale = true;
    this.messageNs = this.clock.wait(this.source.staleSinceNs);
    this.say(BookEventKind.time, 0, 0, 0, 0, 0);
  }

  /** The symbol in a message that may be the first of its stock. */
  private symbolOf(type: number, at: number): string | undefined {
    const { directory, add, cross } = views;
    if (type === Kind.R || type === Kind.H) {
      directory.at = at;
      return directory.stock;
    }
    if (type === Kind.A || type === Kind.F || type === Kind.P) {
      add.at = at;
      return add.stock;
    }
    if (type !== Kind.Q) return undefined;
    cross.at = at;
    return cross.stock;
  }

  /** Whether the stock is played. */
  private listens(locate: number, symbol: string): boolean {
    const instrument = this.options.instruments.get(symbol);
    this.instruments[locate] = instrument?.id ?? IGNORED;
    this.tickSizes[locate] = instrument?.tickSize ?? 1;
    return instrument !== undefined;
  }

  private apply(type: number, at: number, locate: number, instrument: number): void {
    if (type === Kind.A || type === Kind.F) this.add(at, locate, instrument);
    else if (type === Kind.E) {
      const view = views.executed;
      view.at = at;
      this.find(view.reference, locate);
      this.reduce(BookEventKind.execute, instrument, view.shares, this.orders.price);
    } else if (type === Kind.C) {
      const view = views.executedAt;
      view.at = at;
      this.find(view.reference, locate);
      const printed = this.source.bytes[at + 31] === PRINTABLE;
      const price = this.price32(view.price);
      if (printed) this.reduce(BookEventKind.execute, instrument, view.shares, price);
      else this.reduce(BookEventKind.reduce, instrument, view.shares, this.orders.price);
    } else if (type === Kind.X) {
      const view = views.cancel;
      view.at = at;
      this.find(view.reference, locate);
      this.reduce(BookEventKind.reduce, instrument, view.shares, this.orders.price);
    } else if (type === Kind.D) {
      const view = views.delete;
      view.at = at;
      this.find(view.reference, locate);
      this.remove(instrument);
      this.due = 1;
    } else if (type === Kind.U) this.replace(at, locate, instrument);
    else if (type === Kind.P) this.trade(at, instrument);
    else if (type === Kind.Q) this.cross(at, instrument);
    else if (type === Kind.H) this.halt(at, instrument);
  }

  private add(at: number, locate: number, instrument: number): void {
    const view = views.add;
    view.at = at;
    const reference = this.unused(view.reference);
    const side = this.sideAt(at + 19);
    const quantity = this.quantity32(view.shares);
    const price = this.tickPrice(view.price, locate);
    const id = ++this.lastId;
    this.orders.add(reference, id, locate, side, price, quantity);
    this.say(BookEventKind.add, instrument, id, side, price, quantity);
  }

  /** What is taken from the order that was found. */
  private reduce(kind: number, instrument: number, shares: number, price: number): void {
    const { orders } = this;
    if (shares < 1 || shares > orders.left)
      throw this.refuse('shares', String(shares), `1 to the ${orders.left} that the order has left`);
    this.say(kind, instrument, orders.id, orders.side, price, shares);
    orders.take(shares);
  }

  private remove(instrument: number): void {
    const { orders } = this;
    this.say(BookEventKind.remove, instrument, orders.id, orders.side, orders.price, orders.left);
    orders.remove();
  }

  private replace(at: number, locate: number, instrument: number): void {
    const view = views.replace;
    view.at = at;
    const { orders, after } = this;
    const reference = this.unused(view.reference);
    const quantity = this.quantity32(view.shares);
    const price = this.tickPrice(view.price, locate);
    this.find(view.original, locate);
    const { side } = orders;
    this.remove(instrument);
    after.orderId = ++this.lastId;
    after.price = price;
    after.quantity = quantity;
    orders.add(reference, after.orderId, locate, side, price, quantity);
    this.due = 2;
  }

  private trade(at: number, instrument: number): void {
    const view = views.trade;
    view.at = at;
    const side = this.sideAt(at + 19);
    this.say(BookEventKind.executeHidden, instrument, 0, side, this.price32(view.price), this.quantity32(view.shares));
  }

  /** The official price of a cross; one of no shares says that there was none. */
  private cross(at: number, instrument: number): void {
    const view = views.cross;
    view.at = at;
    if (view.shares === 0) return;
    const [price, quantity] = [this.price32(view.price), this.quantity32(view.shares)];
    this.say(BookEventKind.executeHidden, instrument, 0, Side.buy, price, quantity);
  }

  private halt(at: number, instrument: number): void {
    const view = views.action;
    view.at = at;
    const state = states[view.state];
    if (state === undefined) throw this.refuse('state', view.state, Object.keys(states).join(', '));
    this.say(BookEventKind.halt, instrument, 0, 0, state, 0);
  }

  private say(kind: number, instrument: number, orderId: number, side: number, price: number, quantity: number): void {
    const { step } = this;
    step.kind = kind;
    step.instrument = instrument;
    step.orderId = orderId;
    step.side = side;
    step.price = price;
    step.quantity = quantity;
    this.due = 1;
  }

  private find(reference: number, locate: number): void {
    if (!this.orders.find(reference) || this.orders.place !== locate)
      throw this.refuse('reference', String(reference), 'the number of an order of this stock that rests');
  }

  private unused(reference: number): number {
    if (reference > MOST_REFERENCE) throw this.refuse('reference', String(reference), `up to ${MOST_REFERENCE}`);
    if (this.orders.find(reference))
      throw this.refuse('reference', String(reference), 'a number that no resting order has');
    return reference;
  }

  private sideAt(at: number): number {
    const side = this.source.bytes[at]!;
    if (side !== BUY && side !== SELL) throw this.refuse('side', String.fromCharCode(side), 'B or S');
    return side === BUY ? Side.buy : Side.sell;
  }

  private quantity32(shares: number): number {
    if (shares < 1 || shares > MOST) throw this.refuse('shares', String(shares), `1 to ${MOST}`);
    return shares;
  }

  private price32(price: number): number {
    if (price < 1 || price > MOST) throw this.refuse('price', String(price), `1 to ${MOST}`);
    return price;
  }

  private tickPrice(price: number, locate: number): number {
    const tickSize = this.tickSizes[locate]!;
    if (this.price32(price) % tickSize !== 0)
      throw this.refuse('price', String(price), `multiples of ${tickSize}, the tick of the instrument`);
    return price;
  }

  private refuse(field: string, value: string, allowed: string): FeedError {
    const { source, options } = this;
    const type = String.fromCharCode(source.bytes[source.at]!);
    return new FeedError({
      code: 'NAUT_FEED_MESSAGE_MALFORMED',
      message: `${options.file}: message ${JSON.stringify(type)} at byte ${source.offset}: ${field} is ${JSON.stringify(value)}`,
      value,
      allowed,
      fix: 'copy the file again, or leave out such messages with skip: true',
    });
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type BookEvent,
  BookEventKind,
  type FieldsOf,
  monotonicNs,
  type Quote,
  Side,
  tables,
  topics,
  type Values,
  type View,
} from '@nautilus/core/domain';
import { type Engine, EngineError, type EngineIo } from '@nautilus/core/kernel';
import type { OrderBook } from '@nautilus/core/matching';
import type { Publication, TableWriter } from '@nautilus/core/transport';
import { BarBuilder, finishedBar } from './bar-builder';
import { BarHistory } from './bar-history';
import type { MarketDataConfig } from './config';
import { FeedCursor, samePlace } from './feed-cursor';
import { LobsterError, type LobsterSession, loadLobster } from './lobster';
import { MarketPace } from './market-pace';
import { Outbox } from './outbox';

/** Steps that are published together, with one time of publication. */
const BATCH = 64;
/** Steps of one poll: what is due is published in one go, but a server must answer in between. */
const STEPS_PER_POLL = 16_384;
/** Longest silence of the feed, wall time. */
const SILENCE_NS = 50e6;
/** Time over which the rate is measured. */
const RATE_NS = 1e9;

export type FeedState = 'waiting' | 'running' | 'ended';
type Bar = FieldsOf<(typeof topics.bars)['layout']>;
type Trade = FieldsOf<(typeof topics.trades)['layout']>;
type Event = Values<FieldsOf<typeof BookEvent>>;

interface Ends {
  readonly events: Publication<FieldsOf<typeof BookEvent>>;
  readonly trades: Publication<Trade>;
  readonly bars: Publication<Bar>;
  /** The last event of an earlier life, and how often it was published. */
  readonly last: Event | undefined;
  readonly repetitions: number;
}

/**
 * Replays a session: book events, trades and bars on their topics, the best bid and ask in the quotes table, and the
 * venue's book for whoever joins late.
 *
 * Sequences follow from the place in the session, so an engine that was killed goes on where its rings say it stopped:
 * no message is missing and none comes twice.
 */
export class MarketDataEngine implements Engine {
  readonly cursor: FeedCursor;
  readonly bars: BarHistory;
  state: FeedState = 'waiting';
  /** Price units, 0 before the first trade. */
  last = 0;
  /** Of the last published book event. */
  sequence = 0;
  private readonly instrument: number;
  private readonly events: Publication<FieldsOf<typeof BookEvent>>;
  private readonly trades: Outbox<Trade>;
  private readonly barOutbox: Outbox<Bar>;
  private readonly quotes: TableWriter<FieldsOf<typeof Quote>>;
  private readonly builders: readonly BarBuilder[];
  private readonly pace: MarketPace;
  private readonly resumeNs: number;
  /** By an earlier life. */
  private endPublished = false;
  private publishedAt = 0;
  private rateFrom = { wallNs: 0, events: 0 };
  private rate: number | null = null;

  private constructor(
    readonly config: MarketDataConfig,
    private readonly io: EngineIo,
    session: LobsterSession,
    { events, trades, bars, last, repetitions }: Ends,
  ) {
    this.instrument = config.instruments.find(({ symbol }) => symbol === config.feed.instrument)!.id;
    this.cursor = new FeedCursor(session);
    this.pace = new MarketPace(config.feed.speed);
    this.bars = new BarHistory(config.barSeconds, io.memory);
    this.builders = [...config.barSeconds].sort((a, b) => a - b).map((seconds) => new BarBuilder(seconds));
    this.events = events;
    this.trades = new Outbox(trades);
    this.barOutbox = new Outbox(bars);
    this.quotes = io.table(tables.quotes);
    this.resumeNs = this.resume(last, repetitions);
    this.writeQuote();
    this.exportMetrics();
  }

  /** Reads the session. @throws EngineError when the file cannot be replayed for the instrument */
  static async open(config: MarketDataConfig, io: EngineIo): Promise<MarketDataEngine> {
    const { file, instrument } = config.feed;
    const session = await loadLobster(file).catch((error: unknown) => {
      throw error instanceof LobsterError ? asEngineError(error) : error;
    });
    const { tickSize } = config.instruments.find(({ symbol }) => symbol === instrument)!;
    if (session.increment % tickSize !== 0) throw wrongTick(file, instrument, tickSize, session.increment);
    io.log.info({ file, events: session.events.count, unseenOrders: session.unseen.length }, 'session loaded');
    const events = await io.publish(topics.bookEvents);
    const last = events.last();
    return new MarketDataEngine(config, io, session, {
      events,
      trades: await io.publish(topics.trades),
      bars: await io.publish(topics.bars),
      last,
      repetitions: last ? await repetitionsOf(last, events.position, io) : 0,
    });
  }

  poll(): number {
    if (this.state === 'waiting' && !this.begin()) return 0;
    if (!this.trades.flush() || !this.barOutbox.flush()) return 0;
    const wallNs = monotonicNs();
    const marketNs = this.pace.marketAt(wallNs);
    let done = this.publishDue(marketNs, wallNs);
    if (this.cursor.nextTimeNs > marketNs || this.cursor.nextTimeNs === Number.POSITIVE_INFINITY)
      done += this.publishTime(marketNs, wallNs);
    this.measure(wallNs);
    return done;
  }

  status(): object {
    return { ...this.feed(), restingOrders: this.book.size, sequence: this.sequence };
  }

  get book(): OrderBook {
    return this.cursor.mirror.book;
  }

  /** The venue's book of a symbol; undefined when no feed is about it. @throws EngineError NAUT_SYMBOL_UNKNOWN */
  bookOf(symbol: string): OrderBook | undefined {
    this.instrumentOf(symbol);
    return symbol === this.config.feed.instrument ? this.book : undefined;
  }

  /** @throws EngineError NAUT_SYMBOL_UNKNOWN */
  instrumentOf(symbol: string) {
    const found = this.config.instruments.find((instrument) => instrument.symbol === symbol);
    if (found) return found;
    throw new EngineError({
      status: 404,
      code: 'NAUT_SYMBOL_UNKNOWN',
      message: `there is no instrument "${symbol}"`,
      value: symbol,
      allowed: this.config.instruments.map((instrument) => instrument.symbol),
      fix: 'add it to trading.instruments of the profile, or ask for one that is there',
    });
  }

  /** Market time: of the last published event. */
  get timeNs(): number {
    return this.io.clock.nowNs();
  }

  feed() {
    const { cursor, config, state } = this;
    const { session } = cursor;
    return {
      kind: config.feed.kind,
      instrument: config.feed.instrument,
      session: config.session,
      file: config.feed.file,
      state,
      waitingFor: state === 'waiting' ? this.missingReaders() : [],
      speed: config.feed.speed,
      events: cursor.events,
      totalEvents: session.events.count,
      position: cursor.events / session.events.count,
      timeNs: this.timeNs,
      startNs: session.events.timeNs[0]!,
      endNs: session.events.timeNs[session.events.count - 1]!,
      eventsPerSecond: this.rate,
    };
  }

  private missingReaders(): string[] {
    return this.config.feed.awaitReaders.filter((name) => !this.events.hasReader(name));
  }

  private begin(): boolean {
    if (!this.config.feed.awaitReaders.every((name) => this.events.hasReader(name))) return false;
    const wallNs = monotonicNs();
    this.pace.begin(this.resumeNs, wallNs);
    this.rateFrom = { wallNs, events: this.cursor.events };
    this.state = 'running';
    if (this.endPublished) this.end(wallNs);
    this.io.log.info({ sequence: this.sequence, speed: this.config.feed.speed }, 'replay begins');
    return true;
  }

  /** Publishes the steps up to a market time, as far as there is room. */
  private publishDue(marketNs: number, wallNs: number): number {
    let done = 0;
    let stamp = wallNs;
    while (done < STEPS_PER_POLL && this.cursor.nextTimeNs <= marketNs && this.cursor.nextTimeNs !== Infinity) {
      const slot = this.events.claim();
      if (slot === undefined) break;
      this.step();
      this.writeEvent(slot, this.cursor, stamp);
      if (++done % BATCH === 0) {
        if (!this.commit(stamp)) return done;
        stamp = monotonicNs();
      }
    }
    if (done % BATCH !== 0) this.commit(stamp);
    return done;
  }

  /** Says how late it is when the feed has been silent, and once that it has ended. */
  private publishTime(marketNs: number, wallNs: number): number {
    const ends = this.state === 'running' && this.cursor.nextTimeNs === Number.POSITIVE_INFINITY;
    if (!ends && wallNs - this.publishedAt < SILENCE_NS) return 0;
    const slot = this.events.claim();
    if (slot === undefined) return 0;
    const timeNs = ends ? this.cursor.timeNs : Math.max(marketNs, this.timeNs);
    const kind = ends ? BookEventKind.end : BookEventKind.time;
    this.writeEvent(slot, { kind, timeNs, orderId: 0, quantity: 0, price: 0, side: 0 }, wallNs);
    this.finishBars(timeNs);
    this.commit(wallNs);
    if (ends) this.end(wallNs);
    return 1;
  }

  private end(wallNs: number): void {
    this.state = 'ended';
    this.pace.goOnAfterEnd(this.timeNs, wallNs);
    this.io.log.info({ events: this.cursor.events, sequence: this.sequence }, 'replay ended');
  }

  private writeEvent(
    slot: View<FieldsOf<typeof BookEvent>>,
    event: Pick<FeedCursor, 'kind' | 'timeNs' | 'orderId' | 'quantity' | 'price' | 'side'>,
    publishedAt: number,
  ): void {
    slot.sequence = ++this.sequence;
    slot.timeNs = event.timeNs;
    slot.publishedAt = publishedAt;
    slot.orderId = event.orderId;
    slot.instrument = this.instrument;
    slot.price = event.price;
    slot.quantity = event.quantity;
    slot.kind = event.kind;
    slot.side = event.side;
    this.io.clock.advance(event.timeNs);
  }

  /** Shows a batch to everybody. Trades and bars first: what the book events tell last is known to all. */
  private commit(publishedAt: number): boolean {
    this.publishedAt = publishedAt;
    const traded = this.trades.flush();
    const finished = this.barOutbox.flush();
    this.events.commit();
    this.writeQuote();
    return traded && finished;
  }

  /** The next step of the session, with the bars that it finishes and the trade that it is. */
  private step(): void {
    const { cursor } = this;
    this.finishBars(cursor.nextTimeNs);
    cursor.take();
    if (!cursor.traded) return;
    const { timeNs, price, quantity, side, kind } = cursor;
    this.last = price;
    for (const builder of this.builders) builder.add(timeNs, price, quantity);
    this.trades.push({
      timeNs,
      publishedAt: monotonicNs(),
      instrument: this.instrument,
      price,
      quantity,
      aggressor: side === Side.buy ? Side.sell : Side.buy,
      hidden: kind === BookEventKind.executeHidden ? 1 : 0,
    });
  }

  private finishBars(timeNs: number): void {
    for (let bar = finishedBar(this.builders, timeNs); bar; bar = finishedBar(this.builders, timeNs)) {
      this.bars.add(bar);
      this.barOutbox.push({
        timeNs: bar.timeNs,
        instrument: this.instrument,
        intervalSeconds: bar.seconds,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        volume: bar.volume,
        notional: bar.notional,
        trades: bar.trades,
      });
      bar.reset();
    }
  }

  /**
   * Goes to the place after the last event of an earlier life, without publishing it again.
   * Returns the market time to go on from.
   */
  private resume(last: Event | undefined, repetitions: number): number {
    const { session } = this.cursor;
    const startNs = session.events.timeNs[0]!;
    if (last === undefined) return startNs;
    this.sequence = last.sequence;
    if (last.instrument !== this.instrument) throw foreignRing(this.config.feed.file);
    let equals = repetitions;
    while (!this.cursor.isAt(last) || --equals > 0) {
      if (this.cursor.nextTimeNs > last.timeNs) throw foreignRing(this.config.feed.file);
      this.step();
    }
    this.finishBars(last.timeNs);
    this.io.clock.advance(last.timeNs);
    // Nothing but time follows the end.
    this.endPublished =
      this.cursor.nextTimeNs === Number.POSITIVE_INFINITY &&
      (last.kind === BookEventKind.end || last.kind === BookEventKind.time);
    this.io.log.info({ sequence: last.sequence, events: this.cursor.events }, 'going on where the last life stopped');
    return last.timeNs;
  }

  private writeQuote(): void {
    this.quotes.write(this.instrument, this.fillQuote);
  }

  private readonly fillQuote = (row: View<FieldsOf<typeof Quote>>): void => {
    const { book } = this;
    row.timeNs = this.timeNs;
    row.publishedAt = this.publishedAt;
    row.eventSequence = this.sequence;
    row.bid = book.bestBid() ?? 0;
    row.bidQuantity = Math.min(book.bestQuantity(Side.buy), 0x7fffffff);
    row.ask = book.bestAsk() ?? 0;
    row.askQuantity = Math.min(book.bestQuantity(Side.sell), 0x7fffffff);
    row.last = this.last;
  };

  private measure(wallNs: number): void {
    const elapsed = wallNs - this.rateFrom.wallNs;
    if (elapsed < RATE_NS) return;
    this.rate = ((this.cursor.events - this.rateFrom.events) / elapsed) * 1e9;
    this.rateFrom = { wallNs, events: this.cursor.events };
  }

  private exportMetrics(): void {
    this.io.gauge('nautilus_marketdata_events', 'Events of the feed that are in the book', () => this.cursor.events);
    this.io.gauge(
      'nautilus_marketdata_feed_running',
      '1 while the feed plays; 0 before it starts and after it ended',
      () => (this.state === 'running' ? 1 : 0),
    );
    this.io.gauge('nautilus_marketdata_resting_orders', 'Orders in the book', () => this.book.size);
    this.io.gauge('nautilus_marketdata_time_seconds', 'Market time, seconds after midnight', () => this.timeNs / 1e9);
  }
}

const asEngineError = ({ code, message, value, allowed, fix, cause }: LobsterError): EngineError =>
  new EngineError({ status: 500, code, message, value, allowed, fix, cause });

const wrongTick = (file: string, symbol: string, tickSize: number, increment: number): EngineError =>
  new EngineError({
    status: 500,
    code: 'NAUT_FEED_TICK_SIZE',
    message: `${file} has prices that are multiples of ${increment} only, ${symbol} has a tick of ${tickSize} price units`,
    value: tickSize,
    allowed: `a divisor of ${increment}`,
    fix: `correct tickSize of ${symbol} in trading.instruments of the profile`,
  });

/** How often a message stands in the topic, sequence and time of publication aside: a venue may do the same thing twice in a nanosecond. */
async function repetitionsOf(last: Event, end: number, io: EngineIo): Promise<number> {
  if (last.kind === BookEventKind.time || last.kind === BookEventKind.end) return 1;
  let equals = 0;
  const reader = await io.topics.subscribe(topics.bookEvents, { name: 'marketdata-resume', from: 'oldest' });
  while (reader.position < end) {
    if (reader.poll((event) => (equals += samePlace(event, last) ? 1 : 0)) === 0) await nextTurn();
  }
  reader.close();
  return equals;
}

const foreignRing = (file: string): EngineError =>
  new EngineError({
    status: 500,
    code: 'NAUT_FEED_CHANGED',
    message: `the ring of book events holds another session than ${file}: it cannot be gone on with`,
    value: file,
    fix: 'stop the platform (nautilus local down, or nautilus destroy) so that its shared memory is emptied, and start it again',
  });

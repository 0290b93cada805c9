import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type BookEvent,
  BookEventKind,
  barKinds,
  CodedError,
  type FieldsOf,
  monotonicNs,
  Side,
  tables,
  topics,
  type Values,
  type View,
} from '@nautilus/core/domain';
import { type Engine, EngineError, type EngineIo } from '@nautilus/core/kernel';
import type { Publication } from '@nautilus/core/transport';
import type { BarBuilder } from './bars/bar-builder';
import { BarHistory } from './bars/bar-history';
import { BarSet } from './bars/bar-set';
import { fileOf, type MarketDataConfig, symbolsOf, venueOf } from './config';
import { contradiction } from './feeds/errors';
import { type Feed, type FeedEvent, saysTheSame, stepOf } from './feeds/feed';
import { MergedFeeds } from './feeds/merged-feeds';
import { openFeed } from './feeds/open';
import { InstrumentMarkets } from './instrument-markets';
import { MarketPace } from './market-pace';
import { exportMetrics } from './metrics';
import { Outbox } from './outbox';
import { QuoteBoard } from './quote-board';
import { RecordingWriter } from './recording/writer';

/** Steps that are published together, with one time of publication. */
const BATCH = 64;
/** While more steps are due, so many of them to a row of the quotes at least: a row costs as much as half a step. */
const STEPS_PER_QUOTE = 16;
/** Steps of one poll: what is due is published in one go, but a server must answer in between. */
const STEPS_PER_POLL = 16_384;
/** Longest silence of the feed, wall time. */
const SILENCE_NS = 50e6;
/** Time over which the rate is measured. */
const RATE_NS = 1e9;

export type FeedState = 'waiting' | 'running' | 'ended' | 'failed';
type Bar = FieldsOf<(typeof topics.bars)['layout']>;
type Trade = FieldsOf<(typeof topics.trades)['layout']>;
type Event = Values<FieldsOf<typeof BookEvent>>;

interface Ends {
  readonly events: Publication<FieldsOf<typeof BookEvent>>;
  readonly trades: Publication<Trade>;
  readonly bars: Publication<Bar>;
}

/** What is said of a feed that cannot go on. */
interface Failure {
  readonly code: string;
  readonly message: string;
}

/**
 * Plays the feeds on one clock: book events, trades and bars on their topics, the best bid and ask over all venues in the quotes table,
 * and the venues' books for whoever joins late.
 *
 * Sequences of trades and bars, and the `step` of book events, follow from the place in the session, so an engine that was killed goes on
 * where its rings say it stopped: no message is missing and none comes twice.
 */
export class MarketDataEngine implements Engine {
  readonly markets: InstrumentMarkets;
  readonly history: BarHistory;
  state: Exclude<FeedState, 'failed'> = 'waiting';
  /** Of the last published book event. */
  sequence = 0;
  private readonly merged: MergedFeeds;
  readonly failures: (Failure | undefined)[];
  /** By feed: whether its books are marked as not reliable. */
  private readonly stale: boolean[];
  private readonly events: Publication<FieldsOf<typeof BookEvent>>;
  private readonly trades: Outbox<Trade>;
  private readonly barOutbox: Outbox<Bar>;
  private readonly quotes: QuoteBoard;
  private readonly bars: BarSet;
  private readonly pace: MarketPace;
  /** Market time to go on from; undefined: that of the first step. */
  private resumeNs: number | undefined;
  /** By an earlier life. */
  private endPublished = false;
  private recorder: RecordingWriter | undefined;
  private publishedAt = 0;
  private rateFrom = { wallNs: 0, steps: 0 };
  private rate: number | null = null;

  private constructor(
    readonly config: MarketDataConfig,
    private readonly io: EngineIo,
    feeds: readonly Feed[],
    { events, trades, bars }: Ends,
  ) {
    this.markets = new InstrumentMarkets(config);
    this.merged = new MergedFeeds(feeds);
    this.failures = feeds.map(() => undefined);
    this.stale = feeds.map(() => false);
    this.pace = new MarketPace(config.speed);
    this.history = new BarHistory(io.memory);
    this.bars = new BarSet(
      config.bars.map(({ kind, size }) => ({ kind: barKinds.code(kind), size })),
      this.finishBar,
    );
    this.events = events;
    this.trades = new Outbox(trades);
    this.barOutbox = new Outbox(bars);
    this.quotes = new QuoteBoard(io.table(tables.quotes), io.table(tables.clock), io.clock);
    if (config.record !== undefined)
      this.recorder = new RecordingWriter(config.record, {
        session: config.session,
        instruments: config.instruments,
        venues: config.venues.map(({ name }) => name),
      });
    exportMetrics(this, this.merged, io);
  }

  /** Opens the feeds. @throws FeedError one cannot be played */
  static async open(config: MarketDataConfig, io: EngineIo): Promise<MarketDataEngine> {
    const feeds = await Promise.all(config.feeds.map((feed) => openFeed(feed, config)));
    const engine = new MarketDataEngine(config, io, feeds, {
      events: await io.publish(topics.bookEvents),
      trades: await io.publish(topics.trades),
      bars: await io.publish(topics.bars),
    });
    const last = engine.events.last();
    if (last !== undefined) await engine.resume(last);
    for (const { id } of config.instruments) if (engine.markets.at(id) !== undefined) engine.markets.touch(id);
    engine.quotes.writeTime();
    engine.writeQuotes();
    return engine;
  }

  poll(): number {
    if (this.state === 'waiting' && !this.begin()) return 0;
    if (!this.trades.flush() || !this.barOutbox.flush()) return 0;
    const wallNs = monotonicNs();
    if (this.markets.notices.waiting > 0 && !this.tellStale(wallNs)) return 0;
    const marketNs = this.pace.marketAt(wallNs);
    let done = this.publishDue(marketNs, wallNs);
    const { nextTimeNs } = this.merged;
    if (nextTimeNs > marketNs || nextTimeNs === Number.POSITIVE_INFINITY) done += this.publishTime(marketNs, wallNs);
    this.writeQuotes();
    this.measure(wallNs);
    return done;
  }

  stop(): void {
    this.recorder?.finish();
    for (const feed of this.merged.feeds) feed.close();
  }

  status(): object {
    return { feeds: this.feeds(), restingOrders: this.markets.restingOrders, sequence: this.sequence };
  }

  /** Market time: of the last published event. */
  get timeNs(): number {
    return this.io.clock.nowNs();
  }

  feeds() {
    const { config, merged, state } = this;
    const symbols = config.instruments.map(({ symbol }) => symbol);
    const waitingFor = state === 'waiting' ? this.missingReaders() : [];
    return config.feeds.map((feed, index) => {
      const { events, totalEvents, startNs, endNs, stale, counts } = merged.feeds[index]!;
      const problem = this.failures[index] ?? null;
      return {
        kind: feed.kind,
        instruments: symbolsOf(feed, symbols),
        venue: venueOf(feed) ?? null,
        session: config.session,
        file: fileOf(feed),
        state: problem === null ? state : ('failed' as const),
        problem,
        waitingFor,
        speed: config.speed,
        events,
        totalEvents,
        position: totalEvents === null ? null : events / totalEvents,
        timeNs: this.timeNs,
        startNs,
        endNs,
        stale,
        ...counts,
        eventsPerSecond: this.rate,
      };
    });
  }

  private missingReaders(): string[] {
    return this.config.awaitReaders.filter((name) => !this.events.hasReader(name));
  }

  private begin(): boolean {
    if (!this.config.awaitReaders.every((name) => this.events.hasReader(name))) return false;
    const { nextTimeNs } = this.merged;
    if (Number.isNaN(nextTimeNs)) return false;
    const wallNs = monotonicNs();
    this.pace.begin(this.resumeNs ?? (nextTimeNs === Number.POSITIVE_INFINITY ? 0 : nextTimeNs), wallNs);
    this.rateFrom = { wallNs, steps: this.merged.steps };
    this.state = 'running';
    if (this.endPublished) this.end(wallNs);
    this.io.log.info({ sequence: this.sequence, speed: this.config.speed }, 'replay begins');
    return true;
  }

  /** Publishes the steps up to a market time, as far as there is room. */
  private publishDue(marketNs: number, wallNs: number): number {
    let done = 0;
    let quoted = 0;
    let stamp = wallNs;
    for (let next = this.merged.nextTimeNs; next <= marketNs && next !== Infinity; next = this.merged.nextTimeNs) {
      const slot = done < STEPS_PER_POLL ? this.events.claim() : undefined;
      if (slot === undefined) break;
      this.writeEvent(slot, this.step(next), stamp);
      done++;
      if (this.markets.notices.waiting > 0 && !this.tellStale(stamp)) return done;
      if (done % BATCH === 0) {
        if (!this.commit(stamp)) return done;
        if (done - quoted >= STEPS_PER_QUOTE * this.markets.movedCount) {
          this.writeQuotes();
          quoted = done;
        }
        stamp = monotonicNs();
      }
    }
    if (done % BATCH !== 0) this.commit(stamp);
    return done;
  }

  /** Says which books are stale, or are no longer, as far as there is room; true when nothing is left to be said. */
  private tellStale(wallNs: number): boolean {
    const { notices } = this.markets;
    while (notices.waiting > 0) {
      const slot = this.events.claim();
      if (slot === undefined) break;
      this.writeEvent(slot, notices.take(this.timeNs), wallNs);
    }
    const told = this.commit(wallNs) && notices.waiting === 0;
    this.writeQuotes();
    return told;
  }

  /** Says how late it is when the feed has been silent, and once that it has ended. */
  private publishTime(marketNs: number, wallNs: number): number {
    const ends = this.state === 'running' && this.merged.nextTimeNs === Number.POSITIVE_INFINITY;
    if (!ends && wallNs - this.publishedAt < SILENCE_NS) return 0;
    const slot = this.events.claim();
    if (slot === undefined) return 0;
    const timeNs = ends ? this.merged.timeNs : Math.max(marketNs, this.timeNs);
    this.writeEvent(slot, stepOf(ends ? BookEventKind.end : BookEventKind.time, timeNs), wallNs);
    this.bars.advance(timeNs);
    this.commit(wallNs);
    if (ends) this.end(wallNs);
    return 1;
  }

  private end(wallNs: number): void {
    this.state = 'ended';
    this.pace.goOnAfterEnd(this.timeNs, wallNs);
    this.io.log.info({ steps: this.merged.steps, sequence: this.sequence }, 'replay ended');
  }

  private writeEvent(slot: View<FieldsOf<typeof BookEvent>>, event: FeedEvent, publishedAt: number): void {
    slot.sequence = ++this.sequence;
    slot.timeNs = event.timeNs;
    slot.publishedAt = publishedAt;
    slot.step = this.merged.steps;
    slot.orderId = event.orderId;
    slot.instrument = event.instrument;
    slot.price = event.price;
    slot.quantity = event.quantity;
    slot.kind = event.kind;
    slot.side = event.side;
    slot.venue = event.venue;
    this.io.clock.advance(event.timeNs);
  }

  /** Shows a batch to everybody. Trades and bars first: what the book events tell last is known to all. */
  private commit(publishedAt: number): boolean {
    this.publishedAt = publishedAt;
    const traded = this.trades.flush();
    const finished = this.barOutbox.flush();
    this.events.commit();
    this.quotes.writeTime();
    return traded && finished;
  }

  /**
   * The next step of the session, at `timeNs`, with the bars that it finishes and the trade that it is. When what the feed says cannot be,
   * the session goes on without it, its books are no longer relied on, and the step says nothing but the time.
   */
  private step(timeNs: number): FeedEvent {
    const { merged, markets } = this;
    this.bars.advance(timeNs);
    const index = merged.nextFeed;
    try {
      const feed = merged.take();
      if (feed.stale !== this.stale[index]) {
        this.stale[index] = feed.stale;
        markets.rely(index, !feed.stale);
      }
      if (feed.kind === BookEventKind.time) return feed;
      const refused = markets.at(feed.instrument).apply(feed);
      if (refused < 0) throw contradiction(feed, refused);
      markets.touch(feed.instrument);
      if (this.recorder !== undefined) this.record(this.recorder, feed);
      if (feed.kind === BookEventKind.execute || feed.kind === BookEventKind.executeHidden) this.trade(feed);
      return feed;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.fail(index, error);
      return stepOf(BookEventKind.time, timeNs);
    }
  }

  /** A recording that cannot go on stops: the market does not. */
  private record(recorder: RecordingWriter, event: FeedEvent): void {
    try {
      recorder.add(event);
    } catch (error) {
      this.recorder = undefined;
      this.io.log.error({ file: recorder.file, problem: (error as Error).message }, 'the recording has stopped');
    }
  }

  private fail(index: number, { code, message }: CodedError): void {
    this.failures[index] = { code, message };
    this.merged.drop(index);
    this.markets.rely(index, false);
    this.io.log.error({ feed: index, code, problem: message }, 'a feed cannot go on');
  }

  private trade({ instrument, venue, timeNs, price, quantity, side, kind }: FeedEvent): void {
    this.bars.trade(instrument, timeNs, price, quantity);
    this.trades.push({
      timeNs,
      publishedAt: monotonicNs(),
      instrument,
      price,
      quantity,
      aggressor: side === Side.buy ? Side.sell : Side.buy,
      hidden: kind === BookEventKind.executeHidden ? 1 : 0,
      venue,
    });
  }

  private readonly finishBar = (bar: BarBuilder): void => {
    const { instrument, spec, timeNs, open, high, low, close, volume, notional, trades } = bar;
    this.history.add(bar);
    const { kind, size } = spec;
    this.barOutbox.push({ timeNs, instrument, kind, size, open, high, low, close, volume, notional, trades });
  };

  /** Goes to the place after the last event of an earlier life, without publishing it again. */
  private async resume(last: Event): Promise<void> {
    const { merged } = this;
    const { notices } = this.markets;
    this.sequence = last.sequence;
    let event: FeedEvent | undefined;
    while (merged.steps < last.step) {
      const { nextTimeNs } = merged;
      if (nextTimeNs > last.timeNs) throw foreignRing(this.config);
      if (Number.isNaN(nextTimeNs)) await nextTurn();
      else {
        // Of earlier steps everything was told: only of the last one may something be missing.
        notices.clear();
        event = this.step(nextTimeNs);
      }
    }
    const saysTime = last.kind === BookEventKind.time || last.kind === BookEventKind.end;
    if (last.kind < BookEventKind.time && (event === undefined || !saysTheSame(event, last)))
      throw foreignRing(this.config);
    this.bars.advance(last.timeNs);
    this.io.clock.advance(last.timeNs);
    this.resumeNs = last.timeNs;
    while (Number.isNaN(merged.nextTimeNs)) await nextTurn();
    // Nothing but time follows the end.
    this.endPublished = saysTime && merged.nextTimeNs === Number.POSITIVE_INFINITY;
    if (this.endPublished) notices.clear();
    this.io.log.info({ sequence: last.sequence, steps: merged.steps }, 'going on where the last life stopped');
  }

  /**
   * Quotes are as new as the book events whenever a poll ends, and when books are said to be stale. While more steps are due, events are
   * ahead of them, by a few thousand where hundreds of instruments move: with each batch of 64 nearly every step would write a row.
   */
  private writeQuotes(): void {
    this.markets.takeMoved(this.quotes.at(this.sequence, this.publishedAt).write);
  }

  private measure(wallNs: number): void {
    const elapsed = wallNs - this.rateFrom.wallNs;
    if (elapsed < RATE_NS) return;
    this.rate = ((this.merged.steps - this.rateFrom.steps) / elapsed) * 1e9;
    this.rateFrom = { wallNs, steps: this.merged.steps };
  }
}

const foreignRing = ({ feeds }: MarketDataConfig): EngineError =>
  new EngineError({
    status: 500,
    code: 'NAUT_FEED_CHANGED',
    message: 'the ring of book events holds another session than the feeds: it cannot be gone on with',
    value: feeds.map(({ kind }) => kind),
    fix: 'stop the platform (nautilus local down, or nautilus destroy) so that its shared memory is emptied, and start it again',
  });

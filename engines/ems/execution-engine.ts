import { setTimeout as delay } from 'node:timers/promises';
import {
  type BookEvent,
  BookEventKind,
  type ExecutionReport,
  type FieldsOf,
  monotonicNs,
  type OrderCommand,
  Rejection,
  ReportKind,
  sides,
  type View,
} from '@nautilus/core/domain';
import { type Engine, EngineError, type EngineIo, type LatencyRecorder } from '@nautilus/core/kernel';
import type { Publication, Subscription } from '@nautilus/core/transport';
import type { ExecutionConfig } from './config';
import { Desk } from './desk/desk';
import { FixVenues, problemOf } from './fix-venues';
import { type BookOrders, fetchBook } from './late-join';
import { builtInModels } from './models/built-in';
import { openVenues } from './open-venues';
import { ReportRing } from './report-ring';
import { beginSession } from './session';
import { FixVenue } from './venue/fix-venue';
import type { SimulatedVenue } from './venue/simulated-venue';
import { exportVenues } from './venue-metrics';

/** Inputs of one poll: bounds what the outbox can hold and how late a command can be behind market data. */
const EVENTS_PER_POLL = 256;
const COMMANDS_PER_POLL = 64;
const RETRY_MS = 250;
/** Its topics. */
interface Ends {
  readonly reports: Publication<FieldsOf<typeof ExecutionReport>>;
  readonly commands: Subscription<FieldsOf<typeof OrderCommand>>;
  readonly feed: Subscription<FieldsOf<typeof BookEvent>>;
}

/** Children of a session have ids of one range of this size. */
const CHILD_IDS = 2 ** 32;

/**
 * Execution management: commands of the order system and the market's events in, reports out.
 *
 * A restart knows nothing: it begins a session with a larger epoch, forgets the commands that are in the ring and lets the
 * order system submit again what is live. The simulated venue joins the running market with a snapshot of the book.
 *
 * What an earlier session left at a venue that lives on is ended first, and its fills are reported under an epoch of their own, so that no
 * command can be an answer to them: the session begins with the larger one, once the venues have said how all of it ended.
 */
export class ExecutionEngine implements Engine {
  /** The books of `trading.venues`, in their order. */
  readonly venues: readonly SimulatedVenue[];
  readonly desk: Desk;
  readonly epoch: number;
  /** By symbol. */
  readonly models = builtInModels();
  private readonly fix: FixVenues;
  private begun = false;
  private readonly reports: ReportRing;
  private readonly feed: Subscription<FieldsOf<typeof BookEvent>>;
  private readonly commands: Subscription<FieldsOf<typeof OrderCommand>>;
  private readonly feedHop: LatencyRecorder;
  private readonly commandHop: LatencyRecorder;
  /** By instrument: the last event that the snapshot has. */
  private readonly joinedAt = new Float64Array(1024).fill(Number.POSITIVE_INFINITY);
  private joined = false;
  private joinProblem = 'the books of the venue are not loaded yet';
  private stopped = false;
  private lastEvent = 0;
  private lastEventNs = 0;
  private lastCommand = 0;
  private repeatedCommands = 0;
  private measured = false;

  constructor(
    private readonly config: ExecutionConfig,
    private readonly io: EngineIo,
    { reports, commands, feed }: Ends,
  ) {
    const left = beginSession(io.dataDirectory, reports.last()?.epoch ?? 0);
    const lives = config.venues.some(({ kind }) => kind === 'fix');
    this.epoch = lives ? beginSession(io.dataDirectory, left) : left;
    this.reports = new ReportRing(reports, left);
    const { models } = this;
    const opened = openVenues(config, io, {
      epoch: this.epoch,
      numbersOf: (child) => this.desk.orders.numbersOf(this.desk.orders.childOf(child)),
      filledBefore: (venue, { childId, orderId }, instrument, side, { price, quantity, maker, fee, cumulative }) =>
        this.reports.report(
          ReportKind.fill,
          this.desk.nowNs,
          orderId,
          childId,
          instrument,
          side,
          price,
          quantity,
          maker,
          Rejection.none,
          fee,
          venue,
          cumulative,
        ),
    });
    this.venues = opened.books;
    this.fix = new FixVenues(opened.fix, this.reports, (problem) =>
      io.log.warn({ code: problem.code, fix: problem.fix }, problem.message),
    );
    this.desk = new Desk({
      venues: opened.venues,
      reports: this.reports,
      firstChildId: this.epoch * CHILD_IDS,
      modelsOf: (id) => models.get(config.instruments.find((each) => each.id === id)?.symbol ?? ''),
    });
    this.feedHop = io.latency('marketdata→ems');
    this.commandHop = io.latency('oms→ems');
    this.commands = commands;
    this.feed = feed;
    if (this.fix.left === 0) this.begin();
    else io.log.warn({ left: this.fix.left }, 'orders of an earlier session are at venues: they are ended first');
    this.exportMetrics();
  }

  start(): void {
    void this.join();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.fix.stop();
  }

  poll(): number {
    const moved = this.reports.commit();
    if (this.reports.waiting > 0 || !this.joined) return moved;
    this.measured = false;
    let done = this.feed.poll(this.onEvent, EVENTS_PER_POLL);
    done += this.desk.settle();
    this.measured = false;
    if (!this.begun) done += this.waitForVenues();
    // Without market time a schedule could not begin: commands wait for the first event.
    else if (this.desk.nowNs > 0) done += this.commands.poll(this.onCommand, COMMANDS_PER_POLL);
    this.reports.commit();
    this.fix.settle();
    return moved + done;
  }

  ready(): true | string {
    if (!this.joined) return this.joinProblem;
    return this.begun ? true : `orders of an earlier session are left, ${this.fix.waitsFor}`;
  }

  status(): object {
    return {
      epoch: this.epoch,
      reports: this.reports.lastSequence,
      reportsWaiting: this.reports.waiting,
      lastEvent: this.lastEvent,
      marketTimeNs: this.desk.nowNs,
      parentsWorking: this.desk.orders.working,
      venues: this.desk.children.venues.map((venue, index) => {
        const problem = venue instanceof FixVenue ? problemOf(venue) : undefined;
        const { code, message, fix } = problem ?? {};
        const state = this.desk.children.router.stateOf(index);
        return { name: venue.name, state, ...(problem && { problem: { code, message, fix } }) };
      }),
    };
  }

  get instruments(): ExecutionConfig['instruments'] {
    return this.config.instruments;
  }

  /** What was asked of an earlier session is dropped: the order system asks again for all that matters. Returns how many commands it was. */
  private waitForVenues(): number {
    const forgotten = this.commands.poll(() => {});
    if (this.fix.left === 0) this.begin();
    return forgotten;
  }

  private begin(): void {
    this.begun = true;
    const forgotten = this.commands.poll(() => {});
    this.reports.sessionStarted(this.epoch, this.desk.nowNs);
    this.io.log.info({ epoch: this.epoch, forgotten }, 'session started');
  }

  private readonly onEvent = (event: View<FieldsOf<typeof BookEvent>>): void => {
    if (!this.measured) {
      this.feedHop.record(monotonicNs() - event.publishedAt);
      this.measured = true;
    }
    const { sequence, timeNs } = event;
    if (this.lastEvent > 0 && sequence !== this.lastEvent + 1) throw feedGap(this.lastEvent, sequence);
    if (timeNs < this.lastEventNs) throw feedRestarted(this.lastEventNs, timeNs);
    this.lastEvent = sequence;
    this.lastEventNs = timeNs;
    this.io.clock.advance(timeNs);
    this.desk.advance(timeNs);
    if (sequence <= this.joinedAt[event.instrument]!) return;
    const { kind, venue } = event;
    if (kind === BookEventKind.stale) this.desk.setStale(event.instrument, venue, event.price === 1);
    else if (isForAll(kind)) for (const each of this.venues) each.apply(event);
    else {
      const there = this.venues[venue];
      if (there === undefined) throw unknownVenue(venue, this.venues.length);
      this.desk.observe(event, venue, there.apply(event));
    }
    this.desk.settle();
  };

  private readonly onCommand = (command: View<FieldsOf<typeof OrderCommand>>): void => {
    if (!this.measured) {
      this.commandHop.record(monotonicNs() - command.sentAt);
      this.measured = true;
    }
    // A command of an earlier session may stand on fills that this one does not know of.
    const outdated = command.epoch > 0 && command.epoch < this.epoch;
    if (command.sequence <= this.lastCommand || outdated) {
      this.repeatedCommands++;
      return;
    }
    this.lastCommand = command.sequence;
    this.desk.handle(command);
  };

  /** Loads every book from the market-data engine; tries again until it can. */
  private async join(): Promise<void> {
    const { marketdata } = this.io.peers;
    for (const instrument of this.config.instruments) {
      let book: BookOrders | undefined;
      while (book === undefined && !this.stopped) {
        try {
          if (marketdata === undefined) throw new Error('the configuration names no peer `marketdata`');
          book = await fetchBook(marketdata, instrument.symbol);
        } catch (error) {
          this.joinProblem = `the book of ${instrument.symbol} is not loaded yet: ${(error as Error).message}`;
          this.io.log.debug({ symbol: instrument.symbol, problem: (error as Error).message }, 'no book yet');
          await delay(RETRY_MS, undefined, { ref: false });
        }
      }
      if (book === undefined) return;
      this.load(instrument.id, book);
    }
    this.joined = true;
    this.fix.start();
  }

  private load(instrument: number, { orders, sequence, timeNs, stale }: BookOrders): void {
    for (const { venue, orderId, side, price, quantity } of orders)
      this.venues[venue]!.bookOf(instrument)!.add(orderId, sides.code(side), price, quantity);
    this.joinedAt[instrument] = sequence;
    this.desk.advance(timeNs);
    for (const venue of stale) this.desk.setStale(instrument, venue, true);
    this.io.log.info({ instrument, orders: orders.length, sequence }, 'book joined');
  }

  private exportMetrics(): void {
    const { io, desk, reports, venues, config } = this;
    io.gauge('nautilus_ems_parents_working', 'Parent orders that may still trade', () => desk.orders.working);
    io.gauge('nautilus_ems_stale_books', 'Books of venues that messages are missing of', () => desk.market.staleBooks);
    io.gauge('nautilus_ems_reports_waiting', 'Reports that wait for room in the ring', () => reports.waiting);
    io.gauge(
      'nautilus_ems_commands_repeated',
      'Commands dropped since they were handled before or meant for an earlier session',
      () => this.repeatedCommands,
    );
    for (const name of ['strayEvents', 'repeatedFills', 'excessFills', 'lateAnswers'] as const)
      io.gauge(
        `nautilus_ems_${snakeCase(name)}`,
        'See VenueFaults in engines/ems/desk/child-orders.ts',
        () => desk.children.faults[name],
      );
    for (const name of ['unknownOrders', 'refusedOrders', 'takenFromHistory'] as const)
      io.gauge(
        `nautilus_ems_venue_${snakeCase(name)}`,
        'See SimulationCounts in engines/ems/venue/simulated-book.ts',
        () => sum(venues.flatMap((venue) => config.instruments.map(({ id }) => venue.bookOf(id)!.counts[name]))),
      );
    exportVenues(
      io.metrics,
      config.venues.map(({ name }) => name),
      desk.children,
    );
  }
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** What concerns an instrument at whatever venue it trades. */
const isForAll = (kind: number): boolean =>
  kind === BookEventKind.halt || kind === BookEventKind.time || kind === BookEventKind.end;

const unknownVenue = (venue: number, venues: number): EngineError =>
  new EngineError({
    status: 500,
    code: 'NAUT_FEED_VENUE',
    message: `an event of the market is of venue ${venue}, and there are ${venues}`,
    value: venue,
    allowed: `0 to ${venues - 1}`,
    fix: 'start marketdata and ems with the same trading.venues of the profile',
  });

const feedGap = (last: number, sequence: number): EngineError =>
  new EngineError({
    status: 500,
    code: 'NAUT_FEED_GAP',
    message: `event ${sequence} of the market came after ${last}: the venue's books can no longer be right`,
    value: sequence,
    allowed: last + 1,
    fix: 'start ems again: it joins the market anew and the order system submits what is live',
  });

const feedRestarted = (lastNs: number, timeNs: number): EngineError =>
  new EngineError({
    status: 500,
    code: 'NAUT_FEED_RESTARTED',
    message: `market time went back from ${lastNs} to ${timeNs} ns: the feed has started again`,
    value: timeNs,
    fix: 'start ems again: it joins the market anew and the order system submits what is live',
  });

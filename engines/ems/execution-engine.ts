import { setTimeout as delay } from 'node:timers/promises';
import {
  type BookEvent,
  type ExecutionReport,
  type FieldsOf,
  monotonicNs,
  type OrderCommand,
  sides,
  type View,
} from '@nautilus/core/domain';
import { type Engine, EngineError, type EngineIo, type LatencyRecorder } from '@nautilus/core/kernel';
import type { Publication, Subscription } from '@nautilus/core/transport';
import type { ExecutionConfig } from './config';
import { Desk } from './desk/desk';
import { type BookOrders, fetchBook } from './late-join';
import { ReportRing } from './report-ring';
import { beginSession } from './session';
import { SimulatedVenue } from './venue/simulated-venue';

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
 */
export class ExecutionEngine implements Engine {
  readonly venue: SimulatedVenue;
  readonly desk: Desk;
  readonly epoch: number;
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
    this.epoch = beginSession(io.dataDirectory, reports.last()?.epoch ?? 0);
    this.reports = new ReportRing(reports, this.epoch);
    this.venue = new SimulatedVenue({ ...config.venue, instruments: config.instruments });
    this.desk = new Desk({ venue: this.venue, reports: this.reports, firstChildId: this.epoch * CHILD_IDS });
    this.feedHop = io.latency('marketdata→ems');
    this.commandHop = io.latency('oms→ems');
    this.commands = commands;
    this.feed = feed;
    const forgotten = commands.poll(() => {});
    this.reports.sessionStarted(0);
    io.log.info({ epoch: this.epoch, forgotten }, 'session started');
    this.exportMetrics();
  }

  start(): void {
    void this.join();
  }

  stop(): void {
    this.stopped = true;
  }

  poll(): number {
    const moved = this.reports.commit();
    if (this.reports.waiting > 0 || !this.joined) return moved;
    this.measured = false;
    let done = this.feed.poll(this.onEvent, EVENTS_PER_POLL);
    this.measured = false;
    // Without market time a schedule could not begin: commands wait for the first event.
    if (this.desk.nowNs > 0) done += this.commands.poll(this.onCommand, COMMANDS_PER_POLL);
    this.reports.commit();
    return moved + done;
  }

  ready(): true | string {
    return this.joined ? true : this.joinProblem;
  }

  status(): object {
    return {
      epoch: this.epoch,
      reports: this.reports.lastSequence,
      reportsWaiting: this.reports.waiting,
      lastEvent: this.lastEvent,
      marketTimeNs: this.desk.nowNs,
      parentsWorking: this.desk.orders.working,
    };
  }

  get instruments(): ExecutionConfig['instruments'] {
    return this.config.instruments;
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
    this.venue.apply(event);
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
  }

  private load(instrument: number, { orders, sequence, timeNs }: BookOrders): void {
    const venueBook = this.venue.bookOf(instrument)!;
    for (const { orderId, side, price, quantity } of orders) venueBook.add(orderId, sides.code(side), price, quantity);
    this.joinedAt[instrument] = sequence;
    this.desk.advance(timeNs);
    this.io.log.info({ instrument, orders: orders.length, sequence }, 'book joined');
  }

  private exportMetrics(): void {
    const { io, desk, reports, venue, config } = this;
    io.gauge('nautilus_ems_parents_working', 'Parent orders that may still trade', () => desk.orders.working);
    io.gauge('nautilus_ems_reports_waiting', 'Reports that wait for room in the ring', () => reports.waiting);
    io.gauge(
      'nautilus_ems_commands_repeated',
      'Commands dropped since they were handled before or meant for an earlier session',
      () => this.repeatedCommands,
    );
    for (const name of ['unknownOrders', 'refusedOrders', 'takenFromHistory'] as const)
      io.gauge(
        `nautilus_ems_venue_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
        'See SimulationCounts in engines/ems/venue/simulated-book.ts',
        () => config.instruments.reduce((sum, { id }) => sum + venue.bookOf(id)!.counts[name], 0),
      );
  }
}

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

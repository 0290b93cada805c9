import {
  CodedError,
  type CorporateAction,
  type Execution,
  type FieldsOf,
  monotonicNs,
  tables,
  type View,
} from '@nautilus/core/domain';
import { type Journal, JournalError, SnapshotSchedule, type SnapshotSink } from '@nautilus/core/journal';
import { type Engine, EngineError, type EngineIo, Gauge, type LatencyRecorder } from '@nautilus/core/kernel';
import type { Publication, Subscription } from '@nautilus/core/transport';
import { Books } from './books/books';
import { businessDaysAfter, nextBusinessDay } from './books/calendar';
import type { BooksEvent } from './books/events';
import { openBooksJournal, replayInto } from './books/journal';
import { BooksRecord, eventBytes } from './books/records';
import type { PositionConfig } from './config';
import { ActionPublisher } from './corporate-actions/publisher';
import { definitionsToJournal } from './definitions-to-journal';
import { MarginMonitor } from './margin/monitor';
import { marginSettings } from './margin/settings';
import { parseCustodianFile } from './reconciliation/custodian-file';
import { OrderChecker } from './reconciliation/order-check';
import type { StateReply } from './replies';
import { Valuation } from './valuation';
import { Views } from './views';
import { writeBehind } from './write-behind';

/** Executions of one poll: keeps the event loop responsive. */
const BATCH = 1024;

/** Accounts beyond which their margins are not exported one by one. */
const MOST_LABELS = 64;

/** An event that a client names, so that it is booked once. */
type Named = Extract<BooksEvent, { readonly id: string }>;

/**
 * Keeps the books: executions of the order system and events of clients, each journaled.
 *
 * An execution leaves the ring only when the journal has it on disk, so a crash loses none; those that come a second time
 * are recognised by their sequence. What cannot be booked without guessing is refused: the engine stops booking, says why
 * on GET /ready and in GET /api/v1/state, and keeps the positions that it had.
 */
export class PositionEngine implements Engine {
  readonly books: Books = new Books({
    position: (row) => this.live && this.margin.moved(row),
    posted: (_, purse) => this.live && this.margin.paid(this.books.ledger.owner(purse).account),
    // Before anybody looks at margins: more shares at yesterday's price would be a call.
    action: (id) => this.live && this.margin.reprice(this.books.actions.get(id)!.instrument),
  });
  readonly margin: MarginMonitor;
  /** Whether the books are restored, so that margin follows them. */
  private live = false;
  readonly valuation: Valuation;
  readonly views: Views;
  private readonly journal: Journal;
  private readonly record = new BooksRecord();
  private readonly behind: ReturnType<typeof writeBehind>;
  private readonly snapshots: SnapshotSchedule;
  private readonly actions: ActionPublisher;
  /** Without the order system's address nothing is checked against it. */
  private readonly orders: OrderChecker | undefined;
  private readonly holidays: ReadonlySet<string>;
  private readonly hop: LatencyRecorder;
  private refusal: CodedError | undefined;
  private firstOfBatch = true;
  private acknowledged = 0;
  /** Messages before `waitingPosition` may be let go when `waitingRecord` is on disk; position 0: none wait. */
  private waitingRecord = 0;
  private waitingPosition = 0;
  /** Executions that are on disk when `waitingRecord` is. */
  private waitingExecutions = 0;
  private durableExecutions = 0;

  constructor(
    private readonly config: PositionConfig,
    private readonly io: EngineIo,
    private readonly executions: Subscription<FieldsOf<typeof Execution>>,
    corporateActions: Publication<FieldsOf<typeof CorporateAction>>,
  ) {
    const { books } = this;
    this.holidays = new Set(config.holidays);
    this.journal = openBooksJournal(io.dataDirectory, config.journal);
    this.journal.replay(replayInto(books));
    this.durableExecutions = books.executions.last;
    io.log.info(
      { replayed: books.executions.last, snapshot: this.journal.recovered.snapshot, stateHash: books.hash() },
      'positions restored',
    );
    this.begin();
    this.valuation = new Valuation(books, io.openTable(tables.quotes), config.rates);
    this.views = new Views(books, this.valuation);
    this.margin = new MarginMonitor(books, marginSettings(config, books, this.valuation), this.valuation);
    this.live = true;
    const save = (sink: SnapshotSink) => books.save(sink);
    this.snapshots = new SnapshotSchedule(this.journal, config.journal.snapshot, save, io.log);
    this.behind = writeBehind(io, this.journal);
    this.orders =
      io.peers.oms === undefined
        ? undefined
        : new OrderChecker(io.peers.oms, books, (event) => this.enter(event), io.log, config.orderCheckMs);
    this.actions = new ActionPublisher(books, corporateActions);
    this.hop = io.latency('oms→pms');
    this.exportMetrics();
  }

  poll(): number {
    if (this.refusal) return 0;
    let done = 0;
    this.firstOfBatch = true;
    try {
      done = this.executions.poll(this.book, BATCH);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.refuse(error);
    }
    this.followMargin();
    this.actions.poll(this.journal.durable);
    this.acknowledge();
    this.snapshots.poll(done === 0);
    return done;
  }

  start(): void {
    for (const one of this.behind) one.start();
    this.orders?.start();
  }

  async stop(): Promise<void> {
    await this.orders?.stop();
    await this.journal.flush().catch(() => undefined);
    await Promise.all(this.behind.map((one) => one.stop()));
    this.snapshots.stop();
    await this.journal.close();
  }

  ready(): true | string {
    return this.refusal ? `${this.refusal.code}: ${this.refusal.message}` : true;
  }

  status(): object {
    return { ...this.state() };
  }

  state(): StateReply {
    const { refusal, books, journal } = this;
    const caughtUp = journal.durable === journal.last;
    return {
      day: books.day,
      sequence: books.executions.last,
      durable: caughtUp ? books.executions.last : this.durableExecutions,
      record: journal.last,
      stateHash: books.hash(),
      refusal: refusal ? { code: refusal.code, message: refusal.message, fix: refusal.fix } : null,
    };
  }

  /**
   * Books an event once: resolves with its record when it is on disk, with null when it was booked before.
   * @throws EngineError NAUT_ID_CONFLICT, and as `enter`
   */
  async enterOnce(event: Named): Promise<number | null> {
    const known = this.books.known(event.id);
    if (known === undefined) return this.enter(event);
    if (known === JSON.stringify(event)) return null;
    throw new EngineError({
      status: 409,
      code: 'NAUT_ID_CONFLICT',
      message: `${event.id} was booked before, as ${known}`,
      value: event.id,
      fix: 'choose another id; to undo what was booked, book its opposite',
    });
  }

  /** Books an event; resolves with its record when that is on disk. @throws EngineError NAUT_BOOKS_CLOSED, and with the codes of `Books.apply` */
  async enter(event: BooksEvent): Promise<number> {
    if (this.refusal) throw closed(this.refusal);
    const record = this.appendChecked(event);
    await this.journal.flush();
    return record;
  }

  /** Takes a custodian's file: all of it or, when anything of it is wrong, nothing. @throws EngineError NAUT_CUSTODIAN_FILE, NAUT_CUSTODIAN_DAY */
  async statement(id: string, custodian: string, content: string): Promise<{ record: number | null; lines: number }> {
    const { asOf, lines } = parseCustodianFile(content);
    const event = { kind: 'statement', id, custodian, asOf, lines } as const;
    if (asOf !== this.books.day && this.books.known(id) === undefined) throw otherDay(asOf, this.books.day);
    return { record: await this.enterOnce(event), lines: lines.length };
  }

  /** Ends the business day `closes`: what is due settles, and the next day begins. Null when it has ended before. */
  async roll(closes: string): Promise<number | null> {
    const { books } = this;
    if (closes < books.day) return null;
    if (closes > books.day) throw laterDay(closes, books.day);
    const marks: Record<string, number> = {};
    const quoted: Record<string, number> = {};
    for (const [row, { id }] of books.definitions.instruments.entries()) {
      const halves = this.valuation.halves(row);
      if (halves === 0) continue;
      marks[id] = halves;
      quoted[id] = this.valuation.quoted(row);
    }
    const next = nextBusinessDay(books.next, this.holidays);
    const record = await this.enter({ kind: 'roll', day: books.next, next, marks, quoted });
    this.margin.lookAtAll();
    return record;
  }

  private readonly callDay = (): string => businessDaysAfter(this.books.day, this.config.marginCallDays, this.holidays);

  /** Calls that begin or are met are journaled before anybody hears of them. */
  private followMargin(): void {
    for (const event of this.margin.poll(this.callDay)) {
      this.append(event);
      this.io.log.warn(event, event.state === 'open' ? 'a margin call' : 'a margin call is met');
    }
  }

  /** The journal's first events, and what the profile has that the journal does not. */
  private begin(): void {
    const { session } = this.config;
    if (this.books.day === '')
      this.append({ kind: 'roll', day: session, next: nextBusinessDay(session, this.holidays), marks: {} });
    const definitions = definitionsToJournal(this.config, this.books.definitions);
    if (definitions) this.append(definitions);
  }

  private appendChecked(event: BooksEvent): number {
    try {
      return this.append(event);
    } catch (error) {
      if (!(error instanceof CodedError) || error instanceof JournalError) throw error;
      // A day that failed half-way is not in the journal: a restart has the books as they were before it.
      if (event.kind === 'roll' && error.code !== 'NAUT_DAY_ORDER') this.refuse(error);
      throw refused(error);
    }
  }

  /** Books first: what they refuse is not journaled. */
  private append(event: BooksEvent): number {
    const record = this.journal.last + 1;
    this.books.apply(event, record);
    return this.journal.append(eventBytes(event));
  }

  private readonly book = (execution: View<FieldsOf<typeof Execution>>): void => {
    const { books, journal, record } = this;
    if (!books.executions.isNext(execution)) return;
    if (this.firstOfBatch) {
      this.hop.record(monotonicNs() - execution.sentAt);
      this.firstOfBatch = false;
    }
    books.execute(execution, journal.last + 1);
    record.write(execution);
    journal.append(record.bytes);
  };

  /** Lets go of the messages whose effect is on disk. */
  private acknowledge(): void {
    const { journal } = this;
    const { position } = this.executions;
    if (this.waitingPosition === 0 && position > this.acknowledged) {
      this.waitingRecord = journal.last;
      this.waitingPosition = position;
      this.waitingExecutions = this.books.executions.last;
    }
    if (this.waitingPosition === 0 || journal.durable < this.waitingRecord) return;
    this.executions.acknowledge(this.waitingPosition);
    this.acknowledged = this.waitingPosition;
    this.durableExecutions = this.waitingExecutions;
    this.waitingPosition = 0;
  }

  private refuse(error: CodedError): void {
    this.refusal = error;
    this.io.log.error({ code: error.code, fix: error.fix, sequence: this.books.executions.last }, error.message);
  }

  private exportMetrics(): void {
    const { io, books } = this;
    io.gauge(
      'nautilus_pms_execution_sequence',
      'Sequence of the last execution that is booked',
      () => books.executions.last,
    );
    io.gauge('nautilus_pms_refused', '1 when an execution was refused and booking has stopped', () =>
      this.refusal ? 1 : 0,
    );
    io.gauge(
      'nautilus_pms_ledger_imbalance',
      'Debits less credits, 1e-4 of a currency: 0, or the ledger is wrong',
      () => books.ledger.imbalance(),
    );
    io.gauge(
      'nautilus_pms_positions',
      'Positions by account, strategy and instrument',
      () => books.positions.table.count,
    );
    io.gauge('nautilus_pms_ledger_lines', 'Lines posted since the journal began', () => books.ledger.log.count);
    io.gauge(
      'nautilus_pms_margin_calls_open',
      'Margin calls that are not met, expired ones with them',
      () => books.calls.count('open') + books.calls.count('expired'),
    );
    new Gauge({
      name: 'nautilus_pms_breaks',
      help: 'Breaks of the reconciliation that are not resolved',
      labelNames: ['state'],
      registers: [io.metrics],
      collect() {
        for (const state of ['open', 'aged', 'explained'] as const) this.set({ state }, books.breaks.count(state));
      },
    });
    const { margin } = this;
    new Gauge({
      name: 'nautilus_pms_margin_excess',
      help: 'Equity less maintenance margin, in the account’s base currency; absent while it is not known',
      labelNames: ['account'],
      registers: [io.metrics],
      collect() {
        this.reset();
        if (books.definitions.accounts.length > MOST_LABELS) return;
        for (const { account, excess } of margin.replies()) if (excess !== null) this.set({ account }, excess);
      },
    });
  }
}

const closed = ({ code, message }: CodedError): EngineError =>
  new EngineError({
    status: 503,
    code: 'NAUT_BOOKS_CLOSED',
    message: `nothing is booked after an execution that was refused: ${code}: ${message}`,
    fix: 'see GET /api/v1/state for what it takes',
  });

/** What the books do not take is the client's to repair. */
const refused = ({ code, message, fix }: CodedError): EngineError =>
  new EngineError({ status: code.includes('_UNKNOWN') ? 404 : 409, code: code as `NAUT_${string}`, message, fix });

const otherDay = (asOf: string, day: string): EngineError =>
  new EngineError({
    status: 409,
    code: 'NAUT_CUSTODIAN_DAY',
    message: `the custodian file is as of ${asOf}, the books are of ${day}`,
    value: asOf,
    allowed: day,
    fix: 'send the file of a day before that day is closed',
  });

const laterDay = (closes: string, day: string): EngineError =>
  new EngineError({
    status: 409,
    code: 'NAUT_DAY_ORDER',
    message: `${closes} cannot be closed on ${day}`,
    value: closes,
    allowed: day,
    fix: 'close each business day once, in order',
  });

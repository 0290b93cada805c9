/**
 * The order system: every input is checked, journaled and folded into the state in one turn; what follows from it is
 * said to the others once the journal holds it.
 */
import { randomInt } from 'node:crypto';
import {
  AckKind,
  CommandKind,
  type Execution,
  type ExecutionReport,
  type FieldsOf,
  monotonicNs,
  type OrderAck,
  type OrderCommand,
  type OrderEntry,
  Rejection,
  ReportKind,
  tables,
  type ViewOf,
} from '@nautilus/core/domain';
import { type Journal, SnapshotSchedule, type SnapshotSink } from '@nautilus/core/journal';
import { type Engine, EngineError, type EngineIo } from '@nautilus/core/kernel';
import { PostgresSink, RedisSink, WriteBehind } from '@nautilus/core/persistence';
import type { Publication, Subscription } from '@nautilus/core/transport';
import type { OmsConfig } from './config';
import { Directory } from './directory';
import { OrderChecks } from './order-checks';
import { OrderState, ReportOutcome } from './order-state';
import { rowOf } from './order-store';
import { Outputs } from './outputs';
import { JournalRecord, RecordKind, Source } from './records';
import { restoreSnapshot, saveSnapshot } from './snapshot';
import { cacheKeys, toRedis } from './write-behind/cache-keys';
import { CacheProjection } from './write-behind/cache-projection';
import { migrations } from './write-behind/migrations';
import { OrderProjection } from './write-behind/order-projection';
import { toPostgres } from './write-behind/order-rows';

type Entry = ViewOf<typeof OrderEntry>;
type Report = ViewOf<typeof ExecutionReport>;

/** Inputs taken from each ring in one pass. */
const BATCH = 256;
/** While so many outputs wait for room in their rings, no input is taken: the rings push back. */
const MOST_WAITING = 1 << 13;
/** Nor while the disk is so far behind. */
const MOST_UNWRITTEN_BYTES = 64 << 20;

/** Its topics. */
interface Ends {
  readonly commands: Publication<FieldsOf<typeof OrderCommand>>;
  readonly executions: Publication<FieldsOf<typeof Execution>>;
  readonly acks: Publication<FieldsOf<typeof OrderAck>>;
  readonly entries: Subscription<FieldsOf<typeof OrderEntry>>;
  readonly reports: Subscription<FieldsOf<typeof ExecutionReport>>;
}

interface Waiter {
  readonly record: number;
  readonly resolve: () => void;
  readonly reject: (error: EngineError) => void;
}

export class OrderSystem implements Engine {
  readonly directory: Directory;
  readonly state: OrderState;
  private readonly record = new JournalRecord();
  private readonly outputs: Outputs;
  private readonly checks: OrderChecks<ViewOf<typeof tables.limits.layout>, ViewOf<typeof tables.quotes.layout>>;
  private readonly entries: Subscription<FieldsOf<typeof OrderEntry>>;
  private readonly reports: Subscription<FieldsOf<typeof ExecutionReport>>;
  private readonly emsToOms;
  private readonly behind: Pick<WriteBehind<unknown>, 'start' | 'stop'>[] = [];
  private readonly snapshots: SnapshotSchedule;
  private readonly waiters: Waiter[] = [];
  /** Why the journal cannot be written; nothing is accepted while it stands. */
  private fault: string | undefined;
  /** What of the inputs is journaled once a record is durable. */
  private readonly mark: { record: number; entries: number; reports: number };
  /** Entries that were in the ring when this process started: those up to `lastEntry` may have been journaled before a crash. */
  private redelivered: number;

  constructor(
    private readonly config: OmsConfig,
    private readonly io: EngineIo,
    private readonly journal: Journal,
    { commands, executions, acks, entries, reports }: Ends,
  ) {
    this.directory = new Directory(config);
    this.entries = entries;
    this.reports = reports;
    this.outputs = new Outputs(this.record, commands, executions, acks, io.latency('entry→ack'));
    this.state = new OrderState(this.outputs);
    this.outputs.attach(this.state);
    this.checks = new OrderChecks(
      this.directory,
      this.state,
      io.openTable(tables.limits),
      io.openTable(tables.quotes),
      config.limitsStaleAfterMs * 1e6,
    );
    this.emsToOms = io.latency('ems→oms');
    this.recover();
    this.redelivered = this.entries.lag();
    this.mark = { record: this.state.record, entries: this.entries.position, reports: this.reports.position };
    const save = (sink: SnapshotSink) => saveSnapshot(sink, this.state, this.outputs);
    this.snapshots = new SnapshotSchedule(journal, config.journal.snapshot, save, io.log);
    journal.onDurable = this.committed;
    journal.onFailure = this.failed;
    this.exportMetrics();
  }

  poll(): number {
    const work =
      this.outputs.publish(this.released) + (this.fault === undefined ? this.takeInputs() : this.refuseEntries());
    this.acknowledge(this.journal.durable);
    if (this.fault === undefined) this.snapshots.poll(work === 0);
    return work;
  }

  private takeInputs(): number {
    if (this.outputs.backlog >= MOST_WAITING || this.journal.backlogBytes >= MOST_UNWRITTEN_BYTES) return 0;
    try {
      return this.reports.poll(this.onReport, BATCH) + this.entries.poll(this.onEntry, BATCH);
    } catch (error) {
      // The input stays in its ring: an entry is refused at the next pass, a report waits for a journal.
      if (this.fault !== undefined) return 0;
      throw error;
    }
  }

  /** The databases that are configured are followed up, each at its own pace. */
  start(): void {
    const { io, journal, directory } = this;
    const { postgres, redis, log, metrics } = io;
    const name = `oms-${this.state.identity}`;
    const followed = { journal, log, metrics };
    if (postgres) {
      const sink = new PostgresSink({
        access: postgres,
        owner: 'oms',
        journal: name,
        migrations,
        write: toPostgres(name),
      });
      this.behind.push(new WriteBehind({ ...followed, projection: new OrderProjection(directory), sink }));
    }
    if (redis) {
      const { orders, trades, tradeSeconds } = redis.keep;
      const sink = new RedisSink({
        access: redis,
        keys: cacheKeys,
        // Other bounds make another cache: it is filled anew.
        journal: `${name}/${orders}/${trades}/${tradeSeconds}`,
        write: toRedis(tradeSeconds),
      });
      this.behind.push(new WriteBehind({ ...followed, projection: new CacheProjection(directory, redis.keep), sink }));
    }
    for (const one of this.behind) one.start();
  }

  ready(): true | string {
    return this.fault === undefined ? true : `the journal cannot be written: ${this.fault}`;
  }

  status(): object {
    const { state, fault } = this;
    return {
      sequence: state.record,
      durable: this.released,
      orders: state.orders.count,
      executions: state.executions.count,
      fault,
    };
  }

  async stop(): Promise<void> {
    if (this.fault === undefined) await this.journal.flush();
    this.outputs.publish(this.released);
    this.acknowledge(this.journal.durable);
    await Promise.all(this.behind.map((one) => one.stop()));
    this.snapshots.stop();
    await this.journal.close();
  }

  /** Number of the last record whose consequences may be told. */
  get released(): number {
    return this.config.journal.durability === 'memory' ? this.state.record : this.journal.durable;
  }

  /** Resolves when all that the state holds now is journaled. @throws EngineError NAUT_ORDER_JOURNAL_UNAVAILABLE */
  settled(): Promise<void> {
    const { record } = this.state;
    if (this.released >= record) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiters.push({ record, resolve, reject }));
  }

  /**
   * Begins a record of an order or a change: the caller fills `order` and hands it to `decide`, in the same turn.
   * @throws EngineError NAUT_ORDER_JOURNAL_UNAVAILABLE
   */
  draft(source: number): JournalRecord {
    if (this.fault !== undefined) throw unavailable(this.fault);
    const { record } = this;
    record.begin(RecordKind.order);
    record.order.at = Date.now();
    record.order.source = source;
    return record;
  }

  /** Journals the draft as an order, a change or a refusal and answers with the reason, 0 when it was accepted. */
  decide(index: number): number {
    const { order } = this.record;
    order.timeNs = this.directory.tickSizes[order.instrument] ? this.checks.marketTimeNs(order.instrument) : 0;
    return this.conclude(this.check(order, index));
  }

  /** Journals the draft as a refusal for a reason that the caller found. */
  refuse(reason: number, value = 0, allowed = 0): number {
    const { order } = this.record;
    order.value = value;
    order.allowed = allowed;
    return this.conclude(reason);
  }

  private check(order: JournalRecord['order'], index: number): number {
    const { command } = order;
    if (command === CommandKind.submit) {
      if (index >= 0) {
        order.orderId = index + 1;
        return Rejection.duplicateClientOrderId;
      }
      if (order.algorithm !== 0 && order.startNs === 0) {
        order.startNs = order.timeNs;
        order.endNs += order.timeNs;
      }
      return this.checks.submit(order, monotonicNs());
    }
    if (command === CommandKind.cancel || command === CommandKind.replace)
      return this.checks.change(order, index, monotonicNs());
    return Rejection.badCommand;
  }

  private conclude(reason: number): number {
    const { record } = this;
    record.order.reason = reason;
    if (reason !== Rejection.none) record.become(RecordKind.refusal);
    else if (record.order.command !== CommandKind.submit) record.become(RecordKind.change);
    this.append();
    return reason;
  }

  /** The one way into the state: the journal first. */
  private append(): number {
    let number: number;
    try {
      number = this.journal.append(this.record.bytes, this.record.length);
    } catch (error) {
      this.failed(error as Error);
      throw unavailable((error as Error).message);
    }
    return this.state.apply(this.record, number);
  }

  private readonly onEntry = (entry: Entry): void => {
    const index = this.state.findNumeric(entry.account, entry.clientOrderId);
    if (this.redelivered > 0 && this.isRedelivered(entry, index)) return;
    const { order } = this.draft(Source.entry);
    order.clientOrderId = entry.clientOrderId;
    order.entrySequence = entry.sequence;
    order.startNs = entry.startNs;
    order.endNs = entry.endNs;
    order.account = entry.account;
    order.instrument = index >= 0 ? this.instrumentOf(index) : entry.instrument;
    order.quantity = entry.quantity;
    order.limitPrice = entry.limitPrice;
    order.slices = entry.slices;
    order.command = entry.kind;
    order.side = entry.side;
    order.type = entry.type;
    order.timeInForce = entry.timeInForce;
    order.algorithm = entry.algorithm;
    this.outputs.entrySentAt = entry.sentAt;
    if (Number.isSafeInteger(entry.clientOrderId) && entry.clientOrderId > 0) this.decide(index);
    else this.refuse(Rejection.badClientOrderId, entry.clientOrderId, Number.MAX_SAFE_INTEGER);
  };

  private instrumentOf(index: number): number {
    return this.state.orders.chunkOf(index).instrument[rowOf(index)] as number;
  }

  /** An entry that was journaled by a process that died before it could move its cursor. Its answer is published by recovery. */
  private isRedelivered(entry: Entry, index: number): boolean {
    this.redelivered--;
    if (entry.sequence > this.state.entrySequence) return false;
    if (entry.kind !== CommandKind.submit) return true;
    return index >= 0 && this.state.orders.chunkOf(index).entrySequence[rowOf(index)] === entry.sequence;
  }

  /** What was answered must not come again after a crash; entries that nobody was told about may be lost with it. */
  private refuseEntries(): number {
    const refused = this.entries.poll(this.onEntryWithoutJournal, BATCH);
    if (refused > 0) this.entries.acknowledge(this.entries.position);
    return refused;
  }

  private readonly onEntryWithoutJournal = (entry: Entry): void => {
    this.outputs.refuse(entry.account, entry.clientOrderId, AckKind.rejected, Rejection.journalUnavailable);
  };

  private readonly onReport = (message: Report): void => {
    const { state, record } = this;
    if (!state.isNews(message.epoch, message.sequence)) return;
    if (message.sentAt > 0) this.emsToOms.record(monotonicNs() - message.sentAt);
    this.io.clock.advance(message.timeNs);
    record.begin(RecordKind.report);
    const { report } = record;
    report.at = Date.now();
    report.timeNs = message.timeNs;
    report.epoch = message.epoch;
    report.sequence = message.sequence;
    report.orderId = message.orderId;
    report.childId = message.childId;
    report.price = message.price;
    report.quantity = message.quantity;
    report.reason = message.reason;
    report.report = message.kind;
    report.maker = message.maker;
    const outcome = this.append();
    if (outcome > ReportOutcome.repeated)
      this.io.log.error({ outcome, report: message.copy() }, 'a report was refused');
    else if (message.kind === ReportKind.sessionStarted) this.io.log.info({ epoch: message.epoch }, 'session started');
  };

  /** The journal tells of a group commit: what it holds may be told, and its inputs need not come again. */
  private readonly committed = (durable: number): void => {
    this.outputs.publish(this.released);
    while (this.waiters.length > 0 && (this.waiters[0] as Waiter).record <= durable)
      (this.waiters.shift() as Waiter).resolve();
    this.acknowledge(durable);
  };

  /** Inputs up to the mark are journaled once `mark.record` is durable; then the next mark is set. */
  private acknowledge(durable: number): void {
    const { mark, entries, reports } = this;
    if (mark.record > durable || this.fault !== undefined) return;
    entries.acknowledge(mark.entries);
    reports.acknowledge(mark.reports);
    mark.record = this.state.record;
    mark.entries = entries.position;
    mark.reports = reports.position;
  }

  /** The disk refused: from here on nothing is accepted. What was appended and not written was told to nobody. */
  private readonly failed = (error: Error): void => {
    if (this.fault !== undefined) return;
    this.io.log.error({ error: error.message }, 'the journal cannot be written: orders are refused');
    this.fault = error.message;
    for (const waiter of this.waiters.splice(0)) waiter.reject(unavailable(error.message));
  };

  private recover(): void {
    const { record, state, outputs, journal } = this;
    journal.replay({
      restore: (bytes) => restoreSnapshot(bytes, state, outputs),
      apply: (number, data) => {
        record.load(data, number);
        state.apply(record, number);
      },
    });
    if (state.record === 0) {
      record.begin(RecordKind.opened);
      record.opened.identity = randomInt(1, 2 ** 47);
      record.opened.at = Date.now();
      this.append();
    }
    outputs.recovered();
    this.io.log.info({ ...this.status(), snapshot: journal.recovered.snapshot }, 'recovered');
  }

  private exportMetrics(): void {
    const { state, io } = this;
    io.gauge('nautilus_oms_orders', 'Orders accepted since the journal began', () => state.orders.count);
    io.gauge('nautilus_oms_executions', 'Fills since the journal began', () => state.executions.count);
    io.gauge('nautilus_oms_refusals', 'Orders and changes refused since the journal began', () => state.refusals.count);
    io.gauge('nautilus_oms_refused_reports', 'Execution reports that could not be true', () => state.refusedReports);
    io.gauge(
      'nautilus_oms_undurable_records',
      'Records that wait for the disk',
      () => state.record - this.journal.durable,
    );
  }
}

const unavailable = (why: string) =>
  new EngineError({
    status: 503,
    code: 'NAUT_ORDER_JOURNAL_UNAVAILABLE',
    message: `orders are refused: the journal cannot be written (${why})`,
    fix: 'make room on the disk of the data directory; then send the order again under the same clientOrderId',
  });

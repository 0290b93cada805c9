/**
 * The order system: every input is checked, journaled and folded into the state in one turn; what follows from it is
 * said to the others once the journal holds it.
 */
import { randomInt } from 'node:crypto';
import {
  Algorithm,
  CommandKind,
  type CorporateAction,
  type Execution,
  type ExecutionReport,
  type FieldsOf,
  monotonicNs,
  type OrderAck,
  type OrderCommand,
  type OrderEntry,
  type OrderUpdate,
  Rejection,
  ReportKind,
  tables,
  type ViewOf,
} from '@nautilus/core/domain';
import { type Journal, SnapshotSchedule, type SnapshotSink } from '@nautilus/core/journal';
import type { Engine, EngineError, EngineIo } from '@nautilus/core/kernel';
import type { WriteBehind } from '@nautilus/core/persistence';
import type { Publication, Subscription } from '@nautilus/core/transport';
import { ActionDesk } from './action-desk';
import type { OmsConfig } from './config';
import { Directory } from './directory';
import { EntryDesk } from './entry-desk';
import type { Gateway, Sockets } from './gateway';
import type { ListCheck } from './list-check';
import { exportMetrics } from './metrics';
import { OrderChecks } from './order-checks';
import { OrderState } from './order-state';
import { Outputs } from './outputs';
import { JournalRecord, RecordKind, Source } from './records';
import { ReportOutcome } from './report-fold';
import { restoreSnapshot, saveSnapshot } from './snapshot';
import type { Sweep, SweepScope } from './sweeps';
import { unavailable } from './unavailable';
import { Watch } from './watch';
import { followers } from './write-behind/followers';

type Report = ViewOf<typeof ExecutionReport>;

/** Inputs taken from each ring in one pass. */
const BATCH = 256;
/** While so many outputs wait for room in their rings, no entry is taken: the rings push back. */
const MOST_WAITING = 1 << 13;
/** Nor while the disk is so far behind. */
const MOST_UNWRITTEN_BYTES = 64 << 20;

/** Its topics. */
interface Ends {
  readonly commands: Publication<FieldsOf<typeof OrderCommand>>;
  readonly executions: Publication<FieldsOf<typeof Execution>>;
  readonly acks: Publication<FieldsOf<typeof OrderAck>>;
  readonly updates: Publication<FieldsOf<typeof OrderUpdate>>;
  readonly entries: Subscription<FieldsOf<typeof OrderEntry>>;
  readonly reports: Subscription<FieldsOf<typeof ExecutionReport>>;
  readonly actions: Subscription<FieldsOf<typeof CorporateAction>>;
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
  readonly outputs: Outputs;
  readonly watch: Watch;
  readonly checks: OrderChecks<ViewOf<typeof tables.limits.layout>, ViewOf<typeof tables.quotes.layout>>;
  private readonly entries: Subscription<FieldsOf<typeof OrderEntry>>;
  private readonly reports: Subscription<FieldsOf<typeof ExecutionReport>>;
  private readonly emsToOms;
  private readonly desk: EntryDesk;
  private readonly actions: ActionDesk;
  /** Opens what speaks to clients by itself, once the journal is recovered. */
  openGateway: (() => Gateway) | undefined;
  private gateway: Gateway | undefined;
  sockets: Sockets | undefined;
  private behind: readonly Pick<WriteBehind<unknown>, 'start' | 'stop'>[] = [];
  private readonly snapshots: SnapshotSchedule;
  private readonly waiters: Waiter[] = [];
  /** Why the journal cannot be written; nothing is accepted while it stands. */
  private fault: string | undefined;
  /** Wall clock of the inputs of one pass, read once for all of them; 0 before the first. */
  private passAt = 0;
  /** What of the inputs is journaled once a record is durable. */
  private readonly mark: { record: number; entries: number; reports: number };
  constructor(
    private readonly config: OmsConfig,
    private readonly io: EngineIo,
    private readonly journal: Journal,
    { commands, executions, acks, updates, entries, reports, actions }: Ends,
  ) {
    this.directory = new Directory(config);
    this.entries = entries;
    this.reports = reports;
    this.outputs = new Outputs(this.record, commands, executions, acks, updates, io.latency('entry→ack'));
    this.state = new OrderState(this.outputs);
    this.outputs.attach(this.state);
    this.checks = new OrderChecks(
      this.directory,
      this.state,
      io.openTable(tables.limits),
      io.openTable(tables.quotes),
      io.openTable(tables.clock),
      config.limitsStaleAfterMs * 1e6,
    );
    this.emsToOms = io.latency('ems→oms');
    this.watch = new Watch(this);
    this.recover();
    this.desk = new EntryDesk(this, this.entries.lag());
    this.actions = new ActionDesk(this, actions);
    this.mark = { record: this.state.record, entries: this.entries.position, reports: this.reports.position };
    const save = (sink: SnapshotSink) => saveSnapshot(sink, this.state, this.outputs);
    this.snapshots = new SnapshotSchedule(journal, config.journal.snapshot, save, io.log);
    journal.onDurable = this.committed;
    journal.onFailure = this.failed;
    exportMetrics(io, this.state, () => journal.durable);
  }

  poll(): number {
    const work =
      this.outputs.publish(this.released) + (this.fault === undefined ? this.takeInputs() : this.refuseEntries());
    this.acknowledge(this.journal.durable);
    if (this.fault === undefined) this.snapshots.poll(work === 0);
    return work + (this.gateway?.poll() ?? 0) + (this.sockets?.poll() ?? 0);
  }

  /** Answers that wait for a group commit need the event loop; with a journal in memory mode none do. */
  waits(): boolean {
    return this.config.journal.durability !== 'memory';
  }

  private takeInputs(): number {
    this.passAt = 0;
    if (this.journal.backlogBytes >= MOST_UNWRITTEN_BYTES) return 0;
    try {
      // Reports also while outputs wait: they free the execution system, which takes no commands while its reports wait.
      const reports = this.reports.poll(this.onReport, BATCH);
      if (this.outputs.backlog >= MOST_WAITING) return reports;
      const done = reports + this.entries.poll(this.desk.onEntry, BATCH);
      return done + this.watch.poll(done > 0) + this.actions.poll();
    } catch (error) {
      // The input stays in its ring: an entry is refused at the next pass, a report waits for a journal.
      if (this.fault !== undefined) return 0;
      throw error;
    }
  }

  /** The databases that are configured are followed up, each at its own pace. */
  async start(): Promise<void> {
    const { io, journal, directory, openGateway } = this;
    this.behind = followers(io, journal, directory, this.state.identity);
    for (const one of this.behind) one.start();
    if (openGateway === undefined) return;
    await journal.flush();
    const gateway = openGateway();
    await gateway.start();
    this.gateway = gateway;
    journal.beforeSnapshot = (record) => gateway.reached(record);
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
    await this.gateway?.stop();
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
    const record = this.begin(RecordKind.order);
    record.order.at = source === Source.entry ? this.wallClock() : Date.now();
    record.order.source = source;
    return record;
  }

  /** Journals the draft as an order, a change or a refusal and answers with the reason, 0 when it was accepted. */
  decide(index: number): number {
    const { order } = this.record;
    this.time(order);
    return this.conclude(this.check(order, index));
  }

  /** The market's time now, from which a schedule without a start begins. */
  private time(order: JournalRecord['order']): void {
    order.timeNs = this.checks.marketTimeNs();
    if (order.command !== CommandKind.submit || order.algorithm === Algorithm.none || order.startNs !== 0) return;
    order.startNs = order.timeNs;
    order.endNs += order.timeNs;
  }

  /** Checks the draft as the next order of a list; a refusal is journaled, an order that passes is not yet. */
  checkListed(list: ListCheck): number {
    const { order } = this.record;
    this.time(order);
    const reason = this.checks.submitListed(order, list, monotonicNs());
    return reason === Rejection.none ? reason : this.conclude(reason);
  }

  /** Journals a record that was drafted and checked in the same turn. */
  appendChecked(bytes: Uint8Array): void {
    this.record.take(bytes);
    this.append();
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
      return this.checks.submit(order, monotonicNs());
    }
    switch (command) {
      case CommandKind.cancel:
      case CommandKind.replace:
      case CommandKind.suspend:
      case CommandKind.resume:
        return this.checks.change(order, index, monotonicNs());
      default:
        return Rejection.badCommand;
    }
  }

  private conclude(reason: number): number {
    const { record } = this;
    record.order.reason = reason;
    if (reason !== Rejection.none) record.become(RecordKind.refusal);
    else if (record.order.command !== CommandKind.submit) record.become(RecordKind.change);
    this.append();
    return reason;
  }

  /** Begins to cancel all orders of a scope that are there now; `watch` carries it on. @throws as `draft` */
  sweep(scope: SweepScope, entry?: { readonly clientOrderId: number; readonly sequence: number }): Sweep {
    const { sweep } = this.begin(RecordKind.sweep);
    sweep.assign(scope);
    sweep.at = Date.now();
    sweep.source = entry === undefined ? Source.http : Source.entry;
    if (entry !== undefined) {
      sweep.clientOrderId = entry.clientOrderId;
      sweep.entrySequence = entry.sequence;
    }
    this.append();
    const begun = this.state.sweeps.at(-1) as Sweep;
    this.watch.continueSweeps();
    return begun;
  }

  /** A record to be filled and appended in the same turn. @throws EngineError NAUT_ORDER_JOURNAL_UNAVAILABLE */
  begin(kind: number): JournalRecord {
    if (this.fault !== undefined) throw unavailable(this.fault);
    this.record.begin(kind);
    return this.record;
  }

  /** The one way into the state: the journal first. */
  append(): number {
    let number: number;
    try {
      number = this.journal.append(this.record.bytes, this.record.length);
    } catch (error) {
      this.failed(error as Error);
      throw unavailable((error as Error).message);
    }
    return this.state.apply(this.record, number);
  }

  private wallClock(): number {
    if (this.passAt === 0) this.passAt = Date.now();
    return this.passAt;
  }

  /** What was answered must not come again after a crash; entries that nobody was told about may be lost with it. */
  private refuseEntries(): number {
    const refused = this.entries.poll(this.desk.onEntryWithoutJournal, BATCH);
    if (refused > 0) this.entries.acknowledge(this.entries.position);
    return refused;
  }

  private readonly onReport = (message: Report): void => {
    const { state, record } = this;
    if (!state.isNews(message.epoch, message.sequence)) return;
    // The first of a pass stands for all.
    if (this.passAt === 0 && message.sentAt > 0) this.emsToOms.record(monotonicNs() - message.sentAt);
    this.io.clock.advance(message.timeNs);
    record.beginReport(message, this.wallClock());
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
    this.actions.acknowledge(durable);
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
    this.watch.recovered();
    this.io.log.info({ ...this.status(), snapshot: journal.recovered.snapshot }, 'recovered');
  }
}

/**
 * All that the order system knows, as a fold over its journal: `apply` is the only way to change it, live and at
 * recovery alike, so the same records give the same state, the same output numbers and the same hash.
 */
import { createHash } from 'node:crypto';
import { AckKind, CodedError, CommandKind, ReportKind } from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import { ClientOrderIds } from './client-order-ids';
import { ExecutionStore } from './execution-store';
import { Exposure } from './exposure';
import { IMPOSSIBLE, isLive, OrderEvent, OrderStatus, transition } from './life-cycle';
import { OrderStore, rowOf } from './order-store';
import { type JournalRecord, RecordKind, Source } from './records';
import { RefusalLog } from './refusal-log';

/** What became of a report. */
export const ReportOutcome = {
  applied: 0,
  /** The order had ended already; nothing changed. */
  late: 1,
  /** (epoch, sequence) is not past the last one. */
  repeated: 2,
  /** No order has this number. */
  unknownOrder: 3,
  /** The order cannot do this in its state. */
  impossible: 4,
  /** More than is left of the order, or nothing. */
  overfill: 5,
} as const;

/** Told what each record implies for the outside, in the order in which it must be sent. */
export interface OutputListener {
  /** `sequence` counts all commands that the journal implies; the order's columns hold what to send. */
  command(sequence: number, kind: number, index: number): void;
  /** `sequence` counts all answers to shared-memory entries that the journal implies; the record holds whom it is for. */
  ack(sequence: number, kind: number, orderId: number, reason: number): void;
}

const nobody: OutputListener = { command: () => undefined, ack: () => undefined };

const eventOfReport: Readonly<Record<number, number>> = {
  [ReportKind.working]: OrderEvent.working,
  [ReportKind.cancelled]: OrderEvent.cancelled,
  [ReportKind.rejected]: OrderEvent.rejected,
  [ReportKind.expired]: OrderEvent.expired,
  [ReportKind.replaced]: OrderEvent.replaced,
  [ReportKind.changeRejected]: OrderEvent.changeRejected,
};

export class OrderState {
  readonly orders = new OrderStore();
  readonly executions = new ExecutionStore();
  readonly exposure = new Exposure();
  readonly refusals = new RefusalLog();
  /** Number of the last record. */
  record = 0;
  /** Of the journal, from its first record; 0 before it. */
  identity = 0;
  /** Commands, and answers to shared-memory entries, that the journal implies so far. */
  commands = 0;
  acks = 0;
  /** (epoch, sequence) of the last report. */
  epoch = 0;
  reportSequence = 0;
  /** Sequence of the last shared-memory entry. */
  entrySequence = 0;
  /** Reports that could not be true: unknown order, impossible in the order's state, past its quantity. */
  refusedReports = 0;

  private readonly numericIds = new ClientOrderIds();
  /** Client order ids of orders that came over HTTP, by account, and by the order's index. */
  private readonly textIds = new Map<string, number>();
  private readonly texts = new Map<number, string>();

  constructor(private readonly outputs: OutputListener = nobody) {}

  /** Index of an order by the id that its client gave it over shared memory, or -1. */
  findNumeric(account: number, clientOrderId: number): number {
    return this.numericIds.find(account, clientOrderId);
  }

  /** Index of an order by the id that its client gave it over HTTP, or -1. */
  findText(account: number, clientOrderId: string): number {
    return this.textIds.get(`${account} ${clientOrderId}`) ?? -1;
  }

  /** The client order id of an order that came over HTTP; undefined for others. */
  textOf(index: number): string | undefined {
    return this.texts.get(index);
  }

  /** Indices of all orders that can still trade. */
  *liveOrders(): Generator<number> {
    const { orders } = this;
    for (let index = 0; index < orders.count; index++)
      if (isLive(orders.chunkOf(index).status[rowOf(index)] as number)) yield index;
  }

  /** True when a report is the next thing to hear; false for one that was journaled before. */
  isNews(epoch: number, sequence: number): boolean {
    return epoch > this.epoch || (epoch === this.epoch && sequence > this.reportSequence);
  }

  /** Folds record `number` in; `ReportOutcome` of a report, 0 of others. */
  apply(record: JournalRecord, number: number): number {
    this.record = number;
    if (record.kind !== RecordKind.report && record.kind !== RecordKind.opened && record.order.source === Source.entry)
      this.entrySequence = record.order.entrySequence;
    switch (record.kind) {
      case RecordKind.order:
        this.applyOrder(record);
        return 0;
      case RecordKind.change:
        this.applyChange(record);
        return 0;
      case RecordKind.refusal:
        this.applyRefusal(record);
        return 0;
      case RecordKind.report:
        return this.applyReport(record.report, number);
      default:
        this.identity = record.opened.identity;
        return 0;
    }
  }

  private applyOrder(record: JournalRecord): void {
    const { order } = record;
    const { orders } = this;
    const index = orders.add();
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    chunk.clientOrderId[row] = order.clientOrderId;
    chunk.entrySequence[row] = order.entrySequence;
    chunk.startNs[row] = order.startNs;
    chunk.endNs[row] = order.endNs;
    chunk.timeNs[row] = order.timeNs;
    chunk.createdAt[row] = order.at;
    chunk.updatedAt[row] = order.at;
    chunk.account[row] = order.account;
    chunk.instrument[row] = order.instrument;
    chunk.enteredQuantity[row] = order.quantity;
    chunk.enteredPrice[row] = order.limitPrice;
    chunk.quantity[row] = order.quantity;
    chunk.limitPrice[row] = order.limitPrice;
    chunk.slices[row] = order.slices;
    chunk.pendingQuantity[row] = order.quantity;
    chunk.pendingPrice[row] = order.limitPrice;
    chunk.status[row] = transition(OrderStatus.none, OrderEvent.accepted, 0);
    chunk.side[row] = order.side;
    chunk.type[row] = order.type;
    chunk.timeInForce[row] = order.timeInForce;
    chunk.algorithm[row] = order.algorithm;
    chunk.source[row] = order.source;
    if (order.source === Source.entry) this.numericIds.add(order.account, order.clientOrderId, index);
    else this.nameOrder(index, record.text);
    this.reserve(index);
    if (order.source === Source.entry) this.outputs.ack(++this.acks, AckKind.accepted, index + 1, 0);
    this.outputs.command(++this.commands, CommandKind.submit, index);
  }

  private applyChange({ order: change }: JournalRecord): void {
    const index = this.orders.find(change.orderId);
    if (index < 0) throw contradiction(this.record, `changes order ${change.orderId}, which does not exist`);
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const replace = change.command === CommandKind.replace;
    const event = replace ? OrderEvent.replaceRequested : OrderEvent.cancelRequested;
    const next = transition(chunk.status[row] as number, event, chunk.filled[row] as number);
    if (next === IMPOSSIBLE) throw contradiction(this.record, `changes order ${change.orderId}, which cannot change`);
    chunk.status[row] = next;
    chunk.updatedAt[row] = change.at;
    if (replace) {
      chunk.pendingQuantity[row] = change.quantity;
      chunk.pendingPrice[row] = change.limitPrice;
    }
    this.reserve(index);
    if (change.source === Source.entry) this.outputs.ack(++this.acks, AckKind.accepted, index + 1, 0);
    this.outputs.command(++this.commands, change.command, index);
  }

  private applyRefusal(record: JournalRecord): void {
    const { order } = record;
    this.refusals.add(record);
    if (order.source !== Source.entry) return;
    // A submit that names an order is one that exists already.
    const repeated = order.command === CommandKind.submit && order.orderId > 0;
    this.outputs.ack(++this.acks, repeated ? AckKind.duplicate : AckKind.rejected, order.orderId, order.reason);
  }

  private applyReport(report: JournalRecord['report'], number: number): number {
    if (!this.isNews(report.epoch, report.sequence)) return ReportOutcome.repeated;
    this.epoch = report.epoch;
    this.reportSequence = report.sequence;
    if (report.report === ReportKind.sessionStarted) return this.resubmit();
    const index = this.orders.find(report.orderId);
    const outcome = index < 0 ? ReportOutcome.unknownOrder : this.applyToOrder(index, report, number);
    if (outcome > ReportOutcome.repeated) this.refusedReports++;
    return outcome;
  }

  private applyToOrder(index: number, report: JournalRecord['report'], number: number): number {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const filled = chunk.filled[row] as number;
    const left = (chunk.quantity[row] as number) - filled;
    const fill = report.report === ReportKind.fill;
    if (fill && isLive(status) && (report.quantity < 1 || report.quantity > left)) return ReportOutcome.overfill;
    const event = fill
      ? report.quantity === left
        ? OrderEvent.completeFill
        : OrderEvent.partialFill
      : eventOfReport[report.report];
    if (event === undefined) return ReportOutcome.impossible;
    const next = transition(status, event, filled);
    if (next === IMPOSSIBLE) return ReportOutcome.impossible;
    if (!isLive(status)) return ReportOutcome.late;

    chunk.status[row] = next;
    chunk.updatedAt[row] = report.at;
    if (report.reason !== 0) chunk.reason[row] = report.reason;
    if (fill) this.fill(index, report, number);
    if (event === OrderEvent.replaced) this.takePendingTerms(index);
    this.reserve(index);
    return ReportOutcome.applied;
  }

  private fill(index: number, report: JournalRecord['report'], number: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    chunk.filled[row] = (chunk.filled[row] as number) + report.quantity;
    chunk.notional[row] = (chunk.notional[row] as number) + report.price * report.quantity;
    this.exposure.fill(
      chunk.account[row] as number,
      chunk.instrument[row] as number,
      chunk.side[row] as number,
      report.quantity,
    );
    const execution = this.executions.add();
    const fills = this.executions.chunkOf(execution);
    const at = rowOf(execution);
    fills.orderId[at] = index + 1;
    fills.childId[at] = report.childId;
    fills.timeNs[at] = report.timeNs;
    fills.at[at] = report.at;
    fills.record[at] = number;
    fills.price[at] = report.price;
    fills.quantity[at] = report.quantity;
    fills.maker[at] = report.maker;
  }

  /** A replace took effect. One that asks for no more than was filled meanwhile ends the order. */
  private takePendingTerms(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const filled = chunk.filled[row] as number;
    const quantity = chunk.pendingQuantity[row] as number;
    chunk.limitPrice[row] = chunk.pendingPrice[row] as number;
    chunk.quantity[row] = Math.max(quantity, filled);
    if (filled >= quantity) chunk.status[row] = OrderStatus.filled;
  }

  /** The execution system knows no order: every live one is submitted again with what is left, and its open change asked for again. */
  private resubmit(): number {
    for (const index of this.liveOrders()) {
      const chunk = this.orders.changing(index);
      const row = rowOf(index);
      const status = chunk.status[row] as number;
      const next = transition(status, OrderEvent.sessionStarted, chunk.filled[row] as number);
      chunk.status[row] = next;
      this.outputs.command(++this.commands, CommandKind.submit, index);
      if (next === OrderStatus.pendingCancel) this.outputs.command(++this.commands, CommandKind.cancel, index);
      if (next === OrderStatus.pendingReplace) this.outputs.command(++this.commands, CommandKind.replace, index);
    }
    return ReportOutcome.applied;
  }

  /** Keeps the account's open quantity true: what is left, of the larger of old and new terms while a replace is open. */
  private reserve(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const quantity = chunk.quantity[row] as number;
    const total =
      status === OrderStatus.pendingReplace ? Math.max(quantity, chunk.pendingQuantity[row] as number) : quantity;
    const left = isLive(status) ? total - (chunk.filled[row] as number) : 0;
    const change = left - (chunk.reserved[row] as number);
    if (change === 0) return;
    chunk.reserved[row] = left;
    this.exposure.reserve(
      chunk.account[row] as number,
      chunk.instrument[row] as number,
      chunk.side[row] as number,
      change,
    );
  }

  /** Writes all of it but what follows from the rest: ids that are looked up by, and exposure. */
  save(state: StateWriter): void {
    const { record, identity, commands, acks, epoch, reportSequence, entrySequence, refusedReports } = this;
    state.value([record, identity, commands, acks, epoch, reportSequence, entrySequence, refusedReports]);
    state.value([...this.texts.keys()]);
    state.value([...this.texts.values()]);
    this.orders.save(state);
    this.executions.save(state);
    this.refusals.save(state);
  }

  /** Brings an empty state to what was saved. */
  restore(state: StateReader): void {
    [
      this.record,
      this.identity,
      this.commands,
      this.acks,
      this.epoch,
      this.reportSequence,
      this.entrySequence,
      this.refusedReports,
    ] = state.value() as [number, number, number, number, number, number, number, number];
    const indices = state.value() as number[];
    const texts = state.value() as string[];
    this.orders.restore(state);
    this.executions.restore(state);
    this.refusals.restore(state);
    for (const [i, index] of indices.entries()) this.nameOrder(index, texts[i] as string);
    for (let index = 0; index < this.orders.count; index++) {
      const chunk = this.orders.chunkOf(index);
      const row = rowOf(index);
      const account = chunk.account[row] as number;
      if (chunk.source[row] === Source.entry) this.numericIds.add(account, chunk.clientOrderId[row] as number, index);
      this.exposure.reserve(
        account,
        chunk.instrument[row] as number,
        chunk.side[row] as number,
        chunk.reserved[row] as number,
      );
    }
    for (let execution = 0; execution < this.executions.count; execution++) {
      const fills = this.executions.chunkOf(execution);
      const index = (fills.orderId[rowOf(execution)] as number) - 1;
      const chunk = this.orders.chunkOf(index);
      const row = rowOf(index);
      this.exposure.fill(
        chunk.account[row] as number,
        chunk.instrument[row] as number,
        chunk.side[row] as number,
        fills.quantity[rowOf(execution)] as number,
      );
    }
  }

  private nameOrder(index: number, text: string): void {
    this.textIds.set(`${this.orders.chunkOf(index).account[rowOf(index)]} ${text}`, index);
    this.texts.set(index, text);
  }

  /** SHA-256 over every column of orders and executions, the client order ids and the counters. Reads all of the state. */
  hash(): string {
    const digest = createHash('sha256');
    const visit = (column: Uint8Array) => void digest.update(column);
    this.orders.forEachColumn(visit);
    this.executions.forEachColumn(visit);
    for (const [index, text] of this.texts) digest.update(`${index} ${text}\n`);
    const { commands, acks, epoch, reportSequence, entrySequence, refusedReports, refusals } = this;
    digest.update(
      JSON.stringify([commands, acks, epoch, reportSequence, entrySequence, refusedReports, refusals.count]),
    );
    return digest.digest('hex');
  }
}

const contradiction = (record: number, what: string) =>
  new CodedError({
    code: 'NAUT_JOURNAL_CONTRADICTION',
    message: `record ${record} of the order journal ${what}`,
    fix: 'the journal was not written by this program: restore it from a copy',
  });

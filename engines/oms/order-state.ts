/**
 * All that the order system knows, as a fold over its journal: `apply` is the only way to change it, live and at
 * recovery alike, so the same records give the same state, the same output numbers and the same hash.
 */
import { AckKind, CommandKind, Rejection } from '@nautilus/core/domain';
import { ClientOrderIds } from './client-order-ids';
import { type ClientSession, ClientSessions } from './client-sessions';
import { ActionFold } from './corporate-actions';
import { ExecutionStore } from './execution-store';
import { Exposure } from './exposure';
import { isLive } from './life-cycle';
import { Links } from './links';
import { OpenQuantity } from './open-quantity';
import { OrderMoves } from './order-moves';
import { Hold, OrderStore, rowOf } from './order-store';
import { type JournalRecord, RecordKind, Source } from './records';
import { RefusalLog } from './refusal-log';
import { ReportFold, ReportOutcome } from './report-fold';
import { type OutputListener, Signals } from './signals';
import { hashState } from './state-image';
import { StopBook } from './stop-book';
import { matches, type Sweep } from './sweeps';

export class OrderState {
  readonly orders = new OrderStore();
  readonly executions = new ExecutionStore();
  readonly exposure = new Exposure();
  readonly refusals = new RefusalLog();
  readonly links = new Links();
  readonly stops = new StopBook();
  readonly sessions = new ClientSessions();
  /** Cancels of many orders that are under way. */
  readonly sweeps: Sweep[] = [];
  /** Accounts whose orders were swept when their kill switch was engaged, until it is released. */
  readonly killed = new Set<number>();
  readonly signals: Signals;
  readonly moves: OrderMoves;
  readonly actions: ActionFold;
  /** Number of the last record. */
  record = 0;
  /** Of the journal, from its first record; 0 before it. */
  identity = 0;
  /** Sequence of the last shared-memory entry. */
  entrySequence = 0;
  /** Account and group of a list whose last order is not there yet. */
  openList: readonly [account: number, group: number] | undefined;

  readonly reports: ReportFold;
  readonly openQuantity: OpenQuantity;
  private readonly numericIds = new ClientOrderIds();
  /** Client order ids of orders that came over HTTP, by account, and by the order's index. */
  private readonly textIds = new Map<string, number>();
  readonly texts = new Map<number, string>();

  constructor(listener?: OutputListener) {
    const { orders, exposure, links, stops } = this;
    this.signals = new Signals(listener);
    this.openQuantity = new OpenQuantity(orders, exposure, links);
    this.moves = new OrderMoves(orders, links, this.openQuantity, stops, this.signals);
    this.actions = new ActionFold(orders, exposure, this.moves);
    this.reports = new ReportFold(orders, this.executions, exposure, this.moves, this.signals);
  }

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
    return this.reports.isNews(epoch, sequence);
  }

  /** Reports that could not be true: unknown order, impossible in the order's state, past its quantity. */
  get refusedReports(): number {
    return this.reports.refused;
  }

  /** Session of the execution system. */
  get epoch(): number {
    return this.reports.epoch;
  }

  /** SHA-256 of all that it knows. Reads all of it. */
  hash(): string {
    return hashState(this);
  }

  /** Folds record `number` in; `ReportOutcome` of a report, 0 of others. */
  apply(record: JournalRecord, number: number): number {
    this.record = this.moves.record = number;
    switch (record.kind) {
      case RecordKind.order:
        this.moves.at = record.order.at;
        this.noteEntry(record.order);
        this.applyOrder(record);
        break;
      case RecordKind.report:
        return this.reports.apply(record.report, number);
      case RecordKind.change:
        this.moves.at = record.order.at;
        this.noteEntry(record.order);
        this.applyChange(record);
        break;
      case RecordKind.refusal:
        this.moves.at = record.order.at;
        this.noteEntry(record.order);
        this.applyRefusal(record);
        break;
      case RecordKind.trigger:
        this.moves.at = record.trigger.at;
        this.actions.traded(record.trigger.orderId - 1);
        this.moves.unhold(record.trigger.orderId - 1, Hold.stop);
        break;
      case RecordKind.sweep:
        this.noteEntry(record.sweep);
        this.beginSweep(record.sweep, record.sweep.reason);
        if (record.sweep.source === Source.entry) this.signals.ack(AckKind.accepted, 0, 0);
        break;
      case RecordKind.sweepStep:
        this.moves.at = record.sweepStep.at;
        this.applySweepStep(record.sweepStep);
        break;
      case RecordKind.session:
        this.noteEntry(record.session);
        this.applySession(record.session);
        break;
      case RecordKind.killReleased:
        this.killed.delete(record.killReleased.account);
        break;
      case RecordKind.action:
        this.actions.apply(record.action, this.executions.count);
        break;
      default:
        this.identity = record.opened.identity;
    }
    return ReportOutcome.applied;
  }

  private noteEntry({ source, entrySequence }: { readonly source: number; readonly entrySequence: number }): void {
    if (source === Source.entry) this.entrySequence = entrySequence;
  }

  private applyOrder(record: JournalRecord): void {
    const { order } = record;
    const index = this.orders.add();
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    chunk.clientOrderId[row] = order.clientOrderId;
    chunk.entrySequence[row] = order.entrySequence;
    chunk.startNs[row] = order.startNs;
    chunk.endNs[row] = order.endNs;
    chunk.riskAversion[row] = order.riskAversion;
    chunk.timeNs[row] = order.timeNs;
    chunk.createdAt[row] = order.at;
    chunk.updatedAt[row] = order.at;
    chunk.group[row] = order.group;
    chunk.parent[row] = order.parent;
    chunk.account[row] = order.account;
    chunk.instrument[row] = order.instrument;
    chunk.enteredQuantity[row] = order.quantity;
    chunk.enteredPrice[row] = order.limitPrice;
    chunk.enteredStop[row] = order.stopPrice;
    chunk.quantity[row] = order.quantity;
    chunk.limitPrice[row] = order.limitPrice;
    chunk.stopPrice[row] = order.stopPrice;
    chunk.wanted[row] = order.quantity;
    chunk.slices[row] = order.slices;
    chunk.displayQuantity[row] = order.displayQuantity;
    chunk.participation[row] = order.participation;
    chunk.strategy[row] = order.strategy;
    chunk.session[row] = order.session;
    chunk.pendingQuantity[row] = order.quantity;
    chunk.pendingPrice[row] = order.limitPrice;
    chunk.side[row] = order.side;
    chunk.type[row] = order.type;
    chunk.timeInForce[row] = order.timeInForce;
    chunk.algorithm[row] = order.algorithm;
    chunk.source[row] = order.source;
    chunk.contingency[row] = order.contingency;
    if (order.source === Source.entry) {
      this.numericIds.add(order.account, order.clientOrderId, index);
      this.signals.ack(AckKind.accepted, index + 1, 0);
    } else this.nameOrder(index, record.text);
    if (order.listRest > 0) this.openList = [order.account, order.group];
    const endsList = this.openList !== undefined && order.listRest === 0;
    this.moves.begin(index, this.openList !== undefined);
    if (!endsList) return;
    this.openList = undefined;
    this.moves.releaseList(this.links.group(order.account, order.group)?.members ?? []);
  }

  private applyChange({ order: change }: JournalRecord): void {
    const index = this.orders.find(change.orderId);
    if (index < 0) throw this.moves.contradiction(change.orderId - 1, 'is changed and does not exist');
    if (change.source === Source.entry) this.signals.ack(AckKind.accepted, index + 1, 0);
    const { moves } = this;
    if (change.command === CommandKind.replace)
      moves.replace(index, change.quantity, change.limitPrice, change.stopPrice);
    else if (change.command === CommandKind.suspend) moves.suspend(index, Hold.trader);
    else if (change.command === CommandKind.resume) moves.unhold(index, Hold.trader);
    else moves.cancel(index, Rejection.none);
  }

  private applyRefusal(record: JournalRecord): void {
    const { order } = record;
    this.refusals.add(record);
    // A submit that names an order is one that exists already.
    const submit = order.command === CommandKind.submit;
    const repeated = submit && order.orderId > 0;
    if (order.source === Source.entry)
      this.signals.ack(repeated ? AckKind.duplicate : AckKind.rejected, order.orderId, order.reason);
    if (submit && !repeated && order.group !== 0) this.refuseGroup(order.account, order.group);
  }

  /** One order of the group was refused: none is worked. */
  private refuseGroup(account: number, number: number): void {
    const group = this.links.openGroup(account, number);
    group.refused = true;
    this.openList = undefined;
    for (const index of group.members) this.moves.cancel(index, Rejection.groupRefused);
  }

  private beginSweep(scope: Omit<Sweep, 'record' | 'next' | 'end' | 'hits'>, reason: number): void {
    const { account, instrument, side, strategy, session, dayOnly } = scope;
    const { record, orders } = this;
    this.sweeps.push({
      account,
      instrument,
      side,
      strategy,
      session,
      dayOnly,
      reason,
      record,
      next: 0,
      end: orders.count,
      hits: 0,
    });
    if (reason === Rejection.killSwitch) this.killed.add(account);
  }

  private applySweepStep({ sweep: number, from, end }: JournalRecord['sweepStep']): void {
    const place = this.sweeps.findIndex(({ record }) => record === number);
    const sweep = this.sweeps[place];
    if (sweep === undefined) throw this.moves.contradiction(from, 'is swept by a sweep that is not under way');
    const { orders, moves } = this;
    for (let index = from; index < end; index++) {
      if (!isLive(orders.chunkOf(index).status[rowOf(index)] as number) || !matches(sweep, orders, index)) continue;
      moves.cancel(index, sweep.reason);
      sweep.hits++;
    }
    sweep.next = end;
    if (end >= sweep.end) this.sweeps.splice(place, 1);
  }

  private applySession(record: JournalRecord['session']): void {
    const { account, session, cancelOnDisconnect, heartbeatMs, reason } = record;
    if (record.source === Source.entry) this.signals.ack(AckKind.accepted, 0, 0);
    const before: ClientSession | undefined = this.sessions.get(account, session);
    if (record.begins === 1) {
      this.sessions.begin({ account, session, cancelOnDisconnect, heartbeatMs });
      return;
    }
    this.sessions.end(account, session);
    if (before === undefined || before.cancelOnDisconnect === 0) return;
    const scope = { account, instrument: -1, side: -1, strategy: -1, session, dayOnly: 1, reason };
    this.beginSweep(scope, reason === Rejection.none ? Rejection.sessionEnded : reason);
  }

  /** Brings back what follows from an order's columns: what it is looked up by, what it is linked with, what it could trade. */
  index(index: number, text?: string): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    if (chunk.source[row] === Source.entry)
      this.numericIds.add(chunk.account[row] as number, chunk.clientOrderId[row] as number, index);
    if (text !== undefined) this.nameOrder(index, text);
    if (chunk.group[row] !== 0) this.moves.join(index);
    if (chunk.parent[row] !== 0) this.links.addChild((chunk.parent[row] as number) - 1, index);
    this.openQuantity.restore(index);
    this.moves.arm(index);
  }

  private nameOrder(index: number, text: string): void {
    this.textIds.set(`${this.orders.chunkOf(index).account[rowOf(index)]} ${text}`, index);
    this.texts.set(index, text);
  }
}

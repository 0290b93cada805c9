import { CommandKind, Rejection } from '@nautilus/core/domain';
import {
  type Body,
  type FixMessage,
  FixSession,
  type MessageStore,
  MsgType,
  type SentMessage,
  Tag,
} from '@nautilus/core/fix';
import { EngineError } from '@nautilus/core/kernel';
import type { Logger } from 'pino';
import type { OrderState } from '../order-state';
import { rowOf } from '../order-store';
import type { OrderSystem } from '../order-system';
import { type JournalRecord, RecordKind, Source } from '../records';
import { ClientIds } from './client-ids';
import { ExecType, ordRejReason } from './codes';
import { type FixSessionConfig, sessionNumber } from './config';
import { DropCopy } from './drop-copy';
import { type Client, cancelMany, changeOrder, enterOrder } from './entry';
import { enterList } from './lists';
import type { Reports } from './reports';
import { NO_ORDER, Teller } from './teller';

/** A message's mark is its record times this, plus its place among the messages of that record. */
const PARTS = 65_536;
/** BusinessRejectReason */
const APPLICATION_NOT_AVAILABLE = 4;
const UNSUPPORTED_MESSAGE = 3;
const OTHER = 0;

/** The mark after which all of a record is told. */
export const endOf = (record: number): number => record * PARTS + PARTS - 1;

/** The first record of which not all may be told. */
export const positionOf = (mark: number): number => Math.floor((mark + 1) / PARTS);

/** A request whose answer waits for a record to be durable. */
interface Question {
  readonly record: number;
  answer(state: OrderState): void;
}

/** One counterparty: its requests go into the order system, and what the order journal says of its orders goes out to it. */
export class SessionDesk implements Client {
  readonly session: FixSession;
  readonly ids = new ClientIds();
  readonly number: number;
  readonly accounts: readonly number[];
  private readonly questions: Question[] = [];
  private listener: Teller | DropCopy | undefined;
  private reports!: Reports;
  private record = 0;
  private part = 0;
  /** What came before `nextIn` has had its effect for good once the order journal is durable up to a record. */
  private settling = { record: 0, nextIn: 1, resetAt: 0 };

  constructor(
    readonly config: FixSessionConfig,
    readonly system: OrderSystem,
    openStore: (recovered: (message: SentMessage) => void) => MessageStore,
    private readonly log: Pick<Logger, 'info'>,
  ) {
    const { senderCompId, targetCompId } = config;
    this.number = sessionNumber(config);
    this.accounts = config.accounts.map((name) => system.directory.accountOf(name));
    const store = openStore((message) => this.ids.recall(message));
    this.session = new FixSession({ senderCompId, targetCompId, initiator: false, heartbeatSeconds: 30 }, store, {
      loggedOn: () => this.begin(),
      loggedOff: () => this.end(),
      message: (message) => this.take(message),
      log: (what, details) => log.info({ session: targetCompId, ...details }, what),
    });
  }

  get store(): MessageStore {
    return this.session.store;
  }

  /** From now on the state tells what is durable. */
  follow(state: OrderState, reports: Reports): void {
    this.reports = reports;
    this.listener = this.config.dropCopy
      ? new DropCopy(state, reports, this.tell)
      : new Teller(state, this.ids, reports, this.tell);
  }

  /** A record is folded in next: what the counterparty asked for with it gets its name. */
  before(record: JournalRecord, number: number, state: OrderState): void {
    this.record = number;
    this.part = 0;
    if (this.knows || !this.isOwn(record)) return;
    const { command, orderId } = record.order;
    if (record.kind === RecordKind.order) this.ids.begin(state.orders.count + 1, record.text);
    else if (record.kind === RecordKind.change)
      this.ids.ask(orderId, command === CommandKind.replace ? 'replace' : 'cancel', record.text);
  }

  changed(state: OrderState, index: number, event: number): void {
    if (this.knows) return;
    const orders = state.orders.chunkOf(index);
    const row = rowOf(index);
    const mine = this.config.dropCopy
      ? this.accounts.includes(orders.account[row] as number)
      : orders.session[row] === this.number;
    if (mine) this.listener?.changed(index, event);
  }

  after(record: JournalRecord): void {
    if (!this.knows && record.kind === RecordKind.refusal && this.isOwn(record) && this.listener instanceof Teller)
      this.listener.refused(record, this.record);
  }

  /** Answers what waits, and notes what need not come again. */
  settle(state: OrderState): void {
    const { questions, store, system } = this;
    while (questions.length > 0 && (questions[0] as Question).record <= state.record) questions.shift()?.answer(state);
    const { record, nextIn, resetAt } = this.settling;
    if (resetAt === store.resetAt && state.record < record) return;
    if (resetAt === store.resetAt) store.received(nextIn);
    this.settling = { record: system.state.record, nextIn: store.nextIn, resetAt: store.resetAt };
  }

  /** Everything of the record is told already. */
  private get knows(): boolean {
    return endOf(this.record) <= this.store.mark;
  }

  private isOwn(record: JournalRecord): boolean {
    const { order } = record;
    const { kind } = record;
    const isRequest = kind === RecordKind.order || kind === RecordKind.change || kind === RecordKind.refusal;
    return isRequest && order.source === Source.fix && order.session === this.number;
  }

  /** Sends what follows from the record, unless it was sent in an earlier life. */
  private readonly tell = (type: string, body: Body): void => {
    const mark = this.record * PARTS + this.part++;
    if (mark > this.store.mark) this.session.send(type, body, mark);
  };

  private begin(): void {
    const cancelOnDisconnect = this.config.cancelOnDisconnect ? 1 : 0;
    if (this.config.dropCopy) return;
    for (const account of this.accounts)
      this.system.watch.logOn({ account, session: this.number, heartbeatMs: 0, cancelOnDisconnect });
  }

  private end(): void {
    if (this.config.dropCopy) return;
    try {
      for (const account of this.accounts) this.system.watch.logOff(account, this.number, Rejection.sessionEnded);
    } catch (error) {
      // Without a journal no order lives on unnoticed either: its next start ends every session.
      this.log.info({ error: (error as Error).message }, 'the end of a session could not be journaled');
    }
  }

  private take(message: FixMessage): void {
    try {
      this.handle(message);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.session.refuse(message, APPLICATION_NOT_AVAILABLE, error.message, message.get(Tag.ClOrdID));
    }
  }

  private handle(message: FixMessage): void {
    const { type } = message;
    const clOrdId = message.text(Tag.ClOrdID);
    // It came before a restart, and its answer is in the reports.
    const repeated = message.flag(Tag.PossDupFlag) || message.flag(Tag.PossResend);
    if (this.config.dropCopy) this.session.refuse(message, UNSUPPORTED_MESSAGE, 'a drop copy session enters no orders');
    else if (type === MsgType.OrderStatusRequest) this.ask(message);
    else if (type === MsgType.OrderMassCancelRequest) this.cancelMany(message, repeated);
    else if (type === MsgType.NewOrderList) this.enterList(message, repeated);
    else if (repeated && this.ids.orderOf(clOrdId) !== undefined) return;
    else if (type === MsgType.NewOrderSingle) enterOrder(this, message);
    else if (type === MsgType.OrderCancelRequest) changeOrder(this, message, CommandKind.cancel);
    else if (type === MsgType.OrderCancelReplaceRequest) changeOrder(this, message, CommandKind.replace);
    else this.session.refuse(message, UNSUPPORTED_MESSAGE, `${type} is not supported here`, clOrdId);
  }

  private enterList(message: FixMessage, repeated: boolean): void {
    const why = enterList(this, message, repeated);
    if (why !== undefined) this.session.refuse(message, OTHER, why, message.text(Tag.ListID));
  }

  /** OrderStatusRequest, answered from what is durable, once that holds what came before the question. */
  private ask(message: FixMessage): void {
    const clOrdId = message.text(Tag.ClOrdID);
    const statusRequest = message.get(Tag.OrdStatusReqID);
    const orderId = this.ids.orderOf(clOrdId) ?? 0;
    const answer = () => {
      const terms = { clOrdId, statusRequest, execId: '0', execType: ExecType.orderStatus };
      const body = orderId > 0 ? this.reports.of(orderId - 1, terms) : unknownOrder(message, clOrdId, statusRequest);
      this.session.send(MsgType.ExecutionReport, body);
    };
    this.questions.push({ record: this.system.state.record, answer });
  }

  private cancelMany(message: FixMessage, repeated: boolean): void {
    const type = message.text(Tag.MassCancelRequestType);
    const why = repeated ? 'it may have come before: send it anew under another ClOrdID' : cancelMany(this, message);
    const answer = () =>
      this.session.send(MsgType.OrderMassCancelReport, [
        [Tag.OrderID, NO_ORDER],
        [Tag.ClOrdID, message.text(Tag.ClOrdID)],
        [Tag.MassCancelRequestType, type],
        [Tag.MassCancelResponse, why === undefined ? type : '0'],
        [Tag.MassCancelRejectReason, why === undefined ? undefined : '0'],
        [Tag.Text, why],
      ]);
    this.questions.push({ record: this.system.state.record, answer });
  }
}

function unknownOrder(message: FixMessage, clOrdId: string, statusRequest: string | undefined): Body {
  return [
    [Tag.OrderID, NO_ORDER],
    [Tag.ClOrdID, clOrdId],
    [Tag.OrdStatusReqID, statusRequest],
    [Tag.ExecID, '0'],
    [Tag.ExecType, ExecType.orderStatus],
    [Tag.OrdStatus, '8'],
    [Tag.OrdRejReason, ordRejReason(Rejection.unknownOrder)],
    [Tag.Symbol, message.text(Tag.Symbol)],
    [Tag.Side, message.text(Tag.Side)],
    [Tag.LeavesQty, 0],
    [Tag.CumQty, 0],
    [Tag.AvgPx, 0],
    [Tag.Text, 'unknownOrder'],
  ];
}

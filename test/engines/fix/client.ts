import {
  type Body,
  type FixMessage,
  FixSession,
  Initiator,
  MessageStore,
  MsgType,
  Tag,
  timestampOf,
} from '@nautilus/core/fix';
import { Journal } from '@nautilus/core/journal';

/** What the client knows of an order of its own, from its reports alone. */
export interface KnownOrder {
  status: string;
  filled: number;
  /** CumQty of the last report. */
  cumulative: number;
  reports: number;
}

/** A client over FIX that is connected whenever it can be, and books what it is told. */
export class FixClient {
  readonly orders = new Map<string, KnownOrder>();
  readonly execIds = new Set<string>();
  /** Execution reports whose ExecID had come before. */
  repeated = 0;
  readonly refusals: string[] = [];
  readonly session: FixSession;
  private readonly journal: Journal;
  private readonly initiator: Initiator;

  constructor(directory: string, port: number, names = { senderCompId: 'CLIENT', targetCompId: 'DESK' }) {
    this.journal = Journal.open({ directory, name: 'client', durability: 'memory', preallocateBytes: 1 << 20 });
    this.session = new FixSession({ ...names, initiator: true, heartbeatSeconds: 30 }, new MessageStore(this.journal), {
      loggedOn: () => undefined,
      loggedOff: () => undefined,
      message: (message) => this.book(message),
      log: () => undefined,
    });
    this.initiator = new Initiator({ host: '127.0.0.1', port, session: this.session, log: () => undefined });
    this.initiator.start();
  }

  order(clOrdId: string, quantity: number, price = 586): void {
    this.send(MsgType.NewOrderSingle, clOrdId, [
      [Tag.OrderQty, quantity],
      [Tag.OrdType, 2],
      [Tag.Price, price],
    ]);
  }

  cancel(clOrdId: string, of: string): void {
    this.send(MsgType.OrderCancelRequest, clOrdId, [[Tag.OrigClOrdID, of]]);
  }

  private send(type: string, clOrdId: string, more: Body): void {
    this.session.send(type, [
      [Tag.ClOrdID, clOrdId],
      [Tag.Symbol, 'AAPL'],
      [Tag.Side, 1],
      [Tag.TransactTime, timestampOf(Date.now())],
      ...more,
    ]);
  }

  private book(message: FixMessage): void {
    if (message.type !== MsgType.ExecutionReport) {
      this.refusals.push(`${message.type} ${message.text(Tag.Text)}`);
      return;
    }
    const execId = message.text(Tag.ExecID);
    if (this.execIds.has(execId)) this.repeated++;
    this.execIds.add(execId);
    const id = message.get(Tag.OrigClOrdID) ?? message.text(Tag.ClOrdID);
    const order = this.orders.get(id) ?? { status: '', filled: 0, cumulative: 0, reports: 0 };
    this.orders.set(id, order);
    order.status = message.text(Tag.OrdStatus);
    order.cumulative = message.number(Tag.CumQty);
    order.reports++;
    if (message.text(Tag.ExecType) === 'F') order.filled += message.number(Tag.LastQty);
  }

  async stop(): Promise<void> {
    await this.initiator.stop();
    await this.journal.close();
  }
}

import { Fields, MsgType, type SentMessage, Tag } from '@nautilus/core/fix';
import { ExecType } from './codes';

interface NamedOrder {
  /** The id that the client knows the order by now: that of the last replace that was done. */
  clOrdId: string;
  /** Ids of what the client asked for and has no answer to yet. */
  replace: string | undefined;
  cancel: string | undefined;
  /** Whether the client was told that the order is at a venue. */
  acknowledged: boolean;
}

/**
 * What a session calls its orders: each request has an id of its own, and a replace that is done gives the order its id (FIX 4.4, volume 4,
 * "ClOrdID chaining"). It follows from what the session was told, so its message store brings it back.
 */
export class ClientIds {
  /** Order number by the id of any request about it; 0 of a request that was refused. */
  private readonly byId = new Map<string, number>();
  private readonly orders = new Map<number, NamedOrder>();

  /** Undefined when the session never used the id; 0 when what it asked for was refused. */
  orderOf(clOrdId: string): number | undefined {
    return this.byId.get(clOrdId);
  }

  use(clOrdId: string, orderId: number): void {
    if (orderId > 0 || !this.byId.has(clOrdId)) this.byId.set(clOrdId, orderId);
  }

  named(orderId: number): NamedOrder | undefined {
    return this.orders.get(orderId);
  }

  /** An order begins. */
  begin(orderId: number, clOrdId: string): void {
    this.use(clOrdId, orderId);
    if (this.orders.has(orderId)) return;
    this.orders.set(orderId, { clOrdId, replace: undefined, cancel: undefined, acknowledged: false });
  }

  ask(orderId: number, request: 'replace' | 'cancel', clOrdId: string): void {
    this.use(clOrdId, orderId);
    const order = this.orders.get(orderId);
    if (order !== undefined) order[request] = clOrdId;
  }

  /** Takes in what the session was told in an earlier life. */
  recall({ type, body }: SentMessage): void {
    const fields = Fields.of(body);
    const clOrdId = fields.text(Tag.ClOrdID);
    const orderId = Number(fields.text(Tag.OrderID)) || 0;
    const execType = fields.text(Tag.ExecType);
    this.use(clOrdId, orderId);
    if (orderId === 0 || execType === ExecType.orderStatus) return;
    if (type === MsgType.OrderCancelReject) this.forget(orderId, clOrdId);
    else if (type === MsgType.ExecutionReport) this.recallReport(orderId, clOrdId, execType);
  }

  private recallReport(orderId: number, clOrdId: string, execType: string): void {
    this.begin(orderId, clOrdId);
    const order = this.orders.get(orderId) as NamedOrder;
    if (execType === ExecType.new) order.acknowledged = true;
    else if (execType === ExecType.pendingNew) order.acknowledged = false;
    else if (execType === ExecType.pendingCancel) order.cancel = clOrdId;
    else if (execType === ExecType.pendingReplace) order.replace = clOrdId;
    else if (execType === ExecType.replaced) order.clOrdId = clOrdId;
    if (execType === ExecType.replaced || execType === ExecType.cancelled) this.forget(orderId, clOrdId);
  }

  /** A request has its answer. */
  private forget(orderId: number, clOrdId: string): void {
    const order = this.orders.get(orderId);
    if (order?.replace === clOrdId) order.replace = undefined;
    if (order?.cancel === clOrdId) order.cancel = undefined;
  }
}

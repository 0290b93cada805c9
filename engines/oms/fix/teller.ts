import { CommandKind, Rejection } from '@nautilus/core/domain';
import { type Body, MsgType, Tag, timestampOf } from '@nautilus/core/fix';
import { isAtVenue, isLive, OrderEvent, OrderStatus } from '../life-cycle';
import type { OrderState } from '../order-state';
import { rowOf } from '../order-store';
import type { JournalRecord } from '../records';
import type { ClientIds } from './client-ids';
import { cxlRejReason, ExecType, OrdStatus, ordRejReason, sides } from './codes';
import type { Reports, ReportTerms } from './reports';

/** ExecRestatementReason: it was changed by the order system or at another desk. */
const BROKER_OPTION = 4;
/** CxlRejResponseTo */
const RESPONSE_TO = { cancel: '1', replace: '2' } as const;
/** OrderID of what never was an order. */
export const NO_ORDER = 'NONE';

/** Events that are told as they are. */
const types: Readonly<Record<number, string>> = {
  [OrderEvent.rejected]: ExecType.rejected,
  [OrderEvent.expired]: ExecType.expired,
  [OrderEvent.held]: ExecType.suspended,
  [OrderEvent.suspended]: ExecType.suspended,
  [OrderEvent.accepted]: ExecType.pendingNew,
};

type Named = NonNullable<ReturnType<ClientIds['named']>>;

/** Turns what happens to the orders of one client into what it is told. */
export class Teller {
  constructor(
    private readonly state: OrderState,
    private readonly ids: ClientIds,
    private readonly reports: Reports,
    private readonly tell: (type: string, body: Body) => void,
  ) {}

  /** An order of the client has changed by an OrderEvent. */
  changed(index: number, event: number): void {
    const order = this.ids.named(index + 1);
    if (order === undefined) return;
    const chunk = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const execution = lastExecution(this.state, index);
    if (execution !== undefined) {
      this.report(index, { execType: ExecType.trade, execution, execId: `E${execution + 1}` });
      order.acknowledged = true;
    }
    this.tellEvent(index, order, event, status);
    if (event === OrderEvent.changeRejected) this.rejectPending(index, chunk.reason[row] as number);
    else if (!isLive(status)) this.rejectPending(index, Rejection.orderNotLive);
  }

  private tellEvent(index: number, order: Named, event: number, status: number): void {
    // A held order has no venue to ask: what is asked for is done.
    const atOnce = !isAtVenue(status);
    const execType = types[event];
    if (event === OrderEvent.working) {
      if (!order.acknowledged) this.report(index, { execType: ExecType.new });
      order.acknowledged = true;
    } else if (event === OrderEvent.released) {
      order.acknowledged = false;
      this.report(index, { execType: status === OrderStatus.pendingNew ? ExecType.pendingNew : ExecType.restated });
    } else if (event === OrderEvent.cancelled || (event === OrderEvent.cancelRequested && atOnce))
      this.cancelled(index, order);
    else if (event === OrderEvent.replaced || (event === OrderEvent.replaceRequested && atOnce))
      this.replaced(index, order);
    else if (event === OrderEvent.cancelRequested) this.pending(index, order, ExecType.pendingCancel, order.cancel);
    else if (event === OrderEvent.replaceRequested) this.pending(index, order, ExecType.pendingReplace, order.replace);
    else if (execType !== undefined) this.report(index, { execType });
  }

  /** A request of the client was refused. */
  refused(record: JournalRecord, number: number): void {
    const { order, text } = record;
    if (order.command === CommandKind.submit) this.rejectOrder(record, number);
    else {
      const status = order.orderId > 0 ? this.statusOf(order.orderId) : OrdStatus[OrderStatus.rejected];
      const named = this.ids.named(order.orderId);
      this.rejectChange(
        order.orderId,
        text,
        named?.clOrdId ?? text,
        status,
        order.command === CommandKind.replace,
        order.reason,
        order.at,
      );
    }
    this.ids.use(text, 0);
  }

  private rejectOrder({ order, text }: JournalRecord, number: number): void {
    this.tell(MsgType.ExecutionReport, [
      [Tag.OrderID, NO_ORDER],
      [Tag.ClOrdID, text],
      [Tag.ExecID, `R${number}`],
      [Tag.ExecType, ExecType.rejected],
      [Tag.OrdStatus, OrdStatus[OrderStatus.rejected]],
      [Tag.OrdRejReason, ordRejReason(order.reason)],
      [Tag.Symbol, this.reports.symbol(order.instrument)],
      [Tag.Side, sides.text(order.side)],
      [Tag.LeavesQty, 0],
      [Tag.CumQty, 0],
      [Tag.AvgPx, 0],
      [Tag.TransactTime, timestampOf(order.at)],
      [Tag.Text, this.reports.reasonOf(order.reason)],
    ]);
  }

  /** Only what the client asked for is pending to it. */
  private pending(index: number, { clOrdId: origClOrdId }: Named, execType: string, clOrdId: string | undefined): void {
    if (clOrdId !== undefined) this.report(index, { execType, clOrdId, origClOrdId });
  }

  /** By the client's wish, or by somebody else's. */
  private cancelled(index: number, order: Named): void {
    const { cancel, clOrdId } = order;
    order.cancel = undefined;
    const names = cancel === undefined ? {} : { clOrdId: cancel, origClOrdId: clOrdId };
    this.report(index, { execType: ExecType.cancelled, ...names });
  }

  private replaced(index: number, order: Named): void {
    const { replace, clOrdId: origClOrdId } = order;
    if (replace === undefined) this.report(index, { execType: ExecType.restated });
    else {
      order.replace = undefined;
      order.clOrdId = replace;
      this.report(index, { execType: ExecType.replaced, origClOrdId });
    }
  }

  /** What the client asked for and can no longer be done has its answer too. */
  private rejectPending(index: number, reason: number): void {
    const order = this.ids.named(index + 1) as Named;
    const at = this.state.orders.chunkOf(index).updatedAt[rowOf(index)] as number;
    for (const request of ['replace', 'cancel'] as const) {
      const clOrdId = order[request];
      order[request] = undefined;
      if (clOrdId !== undefined)
        this.rejectChange(
          index + 1,
          clOrdId,
          order.clOrdId,
          this.statusOf(index + 1),
          request === 'replace',
          reason,
          at,
        );
    }
  }

  private rejectChange(
    orderId: number,
    clOrdId: string,
    origClOrdId: string,
    status: string | undefined,
    replace: boolean,
    reason: number,
    at: number,
  ): void {
    this.tell(MsgType.OrderCancelReject, [
      [Tag.OrderID, orderId > 0 ? orderId : NO_ORDER],
      [Tag.ClOrdID, clOrdId],
      [Tag.OrigClOrdID, origClOrdId],
      [Tag.OrdStatus, status],
      [Tag.CxlRejResponseTo, replace ? RESPONSE_TO.replace : RESPONSE_TO.cancel],
      [Tag.CxlRejReason, cxlRejReason(reason)],
      [Tag.TransactTime, timestampOf(at)],
      [Tag.Text, this.reports.reasonOf(reason)],
    ]);
  }

  private report(index: number, { execId, clOrdId, ...terms }: Partial<ReportTerms> & { execType: string }): void {
    this.tell(MsgType.ExecutionReport, [
      ...this.reports.of(index, {
        execId: execId ?? `S${this.state.signals.updates}`,
        clOrdId: clOrdId ?? this.ids.named(index + 1)?.clOrdId ?? NO_ORDER,
        ...terms,
      }),
      [Tag.ExecRestatementReason, terms.execType === ExecType.restated ? BROKER_OPTION : undefined],
    ]);
  }

  private statusOf(orderId: number): string | undefined {
    return OrdStatus[this.state.orders.chunkOf(orderId - 1).status[rowOf(orderId - 1)] as number];
  }
}

/** Index of the execution that the record being folded has added to an order. */
export function lastExecution({ executions, record }: OrderState, index: number): number | undefined {
  const last = executions.count - 1;
  if (last < 0) return undefined;
  const fills = executions.chunkOf(last);
  const row = rowOf(last);
  return fills.record[row] === record && fills.orderId[row] === index + 1 ? last : undefined;
}

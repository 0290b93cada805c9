import { type Body, MsgType } from '@nautilus/core/fix';
import { OrderEvent } from '../life-cycle';
import type { OrderState } from '../order-state';
import { rowOf } from '../order-store';
import { Source } from '../records';
import { ExecType } from './codes';
import type { Reports } from './reports';
import { lastExecution } from './teller';

const types: Readonly<Record<number, string>> = {
  [OrderEvent.accepted]: ExecType.pendingNew,
  [OrderEvent.held]: ExecType.suspended,
  [OrderEvent.working]: ExecType.new,
  [OrderEvent.cancelRequested]: ExecType.pendingCancel,
  [OrderEvent.cancelled]: ExecType.cancelled,
  [OrderEvent.replaceRequested]: ExecType.pendingReplace,
  [OrderEvent.replaced]: ExecType.replaced,
  [OrderEvent.rejected]: ExecType.rejected,
  [OrderEvent.expired]: ExecType.expired,
  [OrderEvent.suspended]: ExecType.suspended,
  [OrderEvent.released]: ExecType.pendingNew,
};

/** Tells a third party of every order of some accounts, whoever entered it; ClOrdID is the id under which it was entered. */
export class DropCopy {
  constructor(
    private readonly state: OrderState,
    private readonly reports: Reports,
    private readonly tell: (type: string, body: Body) => void,
  ) {}

  changed(index: number, event: number): void {
    const execution = lastExecution(this.state, index);
    if (execution !== undefined) this.report(index, ExecType.trade, `E${execution + 1}`, execution);
    const execType = types[event];
    if (execType !== undefined) this.report(index, execType, `S${this.state.signals.updates}`);
  }

  private report(index: number, execType: string, execId: string, execution?: number): void {
    const chunk = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const clOrdId = chunk.source[row] === Source.entry ? String(chunk.clientOrderId[row]) : this.state.textOf(index);
    const terms = { execType, execId, execution, clOrdId: clOrdId as string, copy: true };
    this.tell(MsgType.ExecutionReport, this.reports.of(index, terms));
  }
}

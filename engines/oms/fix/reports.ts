/** Execution reports: an order as the journal has it, and what happened to it. */
import { averagePrice, fromPriceUnits, OrderType, rejections, TimeInForce } from '@nautilus/core/domain';
import { type Body, Tag, timestampOf } from '@nautilus/core/fix';
import type { Directory } from '../directory';
import { isLive } from '../life-cycle';
import type { OrderState } from '../order-state';
import { rowOf } from '../order-store';
import { OrdStatus, orderTypes, ordRejReason, POST_ONLY, sides, timesInForce } from './codes';

/** What is said beside the order itself. */
export interface ReportTerms {
  readonly execId: string;
  readonly execType: string;
  readonly clOrdId: string;
  readonly origClOrdId?: string;
  /** Index of the execution that it tells of. */
  readonly execution?: number;
  readonly copy?: boolean;
  readonly statusRequest?: string;
}

/** CommType: the amount itself. */
const ABSOLUTE = 3;
const LAST_LIQUIDITY = { maker: 1, taker: 2 } as const;

export class Reports {
  constructor(
    private readonly state: OrderState,
    private readonly directory: Directory,
    private readonly venues: readonly string[],
  ) {}

  /** The body of an ExecutionReport about the order at `index`, as it stands in the state. */
  of(index: number, terms: ReportTerms): Body {
    const { state, directory } = this;
    const order = state.orders.chunkOf(index);
    const row = rowOf(index);
    const number = (column: { [row: number]: number }) => column[row] as number;
    const filled = number(order.filled);
    const status = number(order.status);
    const reason = number(order.reason);
    const price = (units: number) => (units > 0 ? fromPriceUnits(units) : undefined);
    const ofType = (...types: number[]) => types.includes(number(order.type));
    return [
      [Tag.OrderID, index + 1],
      [Tag.ClOrdID, terms.clOrdId],
      [Tag.OrigClOrdID, terms.origClOrdId],
      [Tag.OrdStatusReqID, terms.statusRequest],
      [Tag.ExecID, terms.execId],
      [Tag.ExecType, terms.execType],
      [Tag.OrdStatus, OrdStatus[status]],
      [Tag.OrdRejReason, OrdStatus[status] === '8' ? ordRejReason(reason) : undefined],
      [Tag.Account, directory.accountName(number(order.account))],
      [Tag.Symbol, directory.symbol(number(order.instrument))],
      [Tag.Side, sides.text(number(order.side))],
      [Tag.OrderQty, number(order.quantity)],
      [Tag.OrdType, orderTypes.text(number(order.type))],
      [Tag.Price, ofType(OrderType.limit, OrderType.stopLimit) ? price(number(order.limitPrice)) : undefined],
      [Tag.StopPx, ofType(OrderType.stop, OrderType.stopLimit) ? price(number(order.stopPrice)) : undefined],
      [
        Tag.TimeInForce,
        timesInForce.text(
          number(order.timeInForce) === TimeInForce.postOnly ? TimeInForce.day : number(order.timeInForce),
        ),
      ],
      [Tag.ExecInst, number(order.timeInForce) === TimeInForce.postOnly ? POST_ONLY : undefined],
      [Tag.MaxFloor, number(order.displayQuantity) || undefined],
      ...this.trade(terms.execution),
      [Tag.LeavesQty, isLive(status) ? number(order.quantity) - filled : 0],
      [Tag.CumQty, filled],
      [Tag.AvgPx, filled > 0 ? averagePrice(number(order.notional), filled) : 0],
      [Tag.TransactTime, timestampOf(number(order.updatedAt))],
      [Tag.CopyMsgIndicator, terms.copy ? 'Y' : undefined],
      [Tag.Text, reason > 0 ? rejections.name(reason) : undefined],
    ];
  }

  symbol(instrument: number): string {
    return this.directory.symbol(instrument);
  }

  reasonOf(reason: number): string {
    return rejections.name(reason);
  }

  private trade(execution: number | undefined): Body {
    if (execution === undefined) return [];
    const fills = this.state.executions.chunkOf(execution);
    const row = rowOf(execution);
    const venue = fills.venue[row] as number;
    return [
      [Tag.LastQty, fills.quantity[row]],
      [Tag.LastPx, fromPriceUnits(fills.price[row] as number)],
      [Tag.LastMkt, this.venues[venue] ?? String(venue)],
      [Tag.LastLiquidityInd, fills.maker[row] === 1 ? LAST_LIQUIDITY.maker : LAST_LIQUIDITY.taker],
      [Tag.Commission, fromPriceUnits(fills.fee[row] as number)],
      [Tag.CommType, ABSOLUTE],
    ];
  }
}

import {
  Algorithm,
  algorithms,
  averagePrice,
  CommandKind,
  codec,
  fromPriceUnits,
  OrderType,
  orderTypes,
  rejections,
  sides,
  timesInForce,
} from '@nautilus/core/domain';
import type { Directory } from '../directory';
import { OrderStatus } from '../life-cycle';
import type { OrderState } from '../order-state';
import { rowOf } from '../order-store';
import { Source } from '../records';
import type { Refusal } from '../refusal-log';
import { refusalCode } from './refusal';
import type { ExecutionReply, OrderReply } from './schemas';

export const orderStatuses = codec(OrderStatus);
const commandKinds = codec(CommandKind);
const isoTime = (ms: number) => new Date(ms).toISOString();

/** An order as the API and the database show it. */
export function orderView(state: OrderState, directory: Directory, index: number): OrderReply {
  const order = state.orders.chunkOf(index);
  const row = rowOf(index);
  const number = (column: { [row: number]: number }) => column[row] as number;
  const filled = number(order.filled);
  const quantity = number(order.quantity);
  const twap = number(order.algorithm) !== Algorithm.none;
  return {
    orderId: index + 1,
    clientOrderId: number(order.source) === Source.http ? (state.textOf(index) as string) : number(order.clientOrderId),
    account: directory.accountName(number(order.account)),
    symbol: directory.symbol(number(order.instrument)),
    side: sides.name(number(order.side)),
    type: orderTypes.name(number(order.type)),
    timeInForce: timesInForce.name(number(order.timeInForce)),
    quantity,
    limitPrice: number(order.type) === OrderType.limit ? fromPriceUnits(number(order.limitPrice)) : undefined,
    algorithm: twap
      ? {
          kind: algorithms.name(number(order.algorithm)),
          durationSeconds: (number(order.endNs) - number(order.startNs)) / 1e9,
          slices: number(order.slices),
          startNs: number(order.startNs),
          endNs: number(order.endNs),
        }
      : undefined,
    status: orderStatuses.name(number(order.status)) as OrderReply['status'],
    filledQuantity: filled,
    leftQuantity: number(order.reserved) === 0 ? 0 : quantity - filled,
    averagePrice: filled > 0 ? averagePrice(number(order.notional), filled) : undefined,
    reason: number(order.reason) === 0 ? undefined : rejections.name(number(order.reason)),
    createdAt: isoTime(number(order.createdAt)),
    updatedAt: isoTime(number(order.updatedAt)),
  };
}

export function executionView(state: OrderState, directory: Directory, index: number): ExecutionReply {
  const fill = state.executions.chunkOf(index);
  const row = rowOf(index);
  const orderId = fill.orderId[row] as number;
  const order = state.orders.chunkOf(orderId - 1);
  const orderRow = rowOf(orderId - 1);
  return {
    executionId: index + 1,
    orderId,
    childId: fill.childId[row] as number,
    account: directory.accountName(order.account[orderRow] as number),
    symbol: directory.symbol(order.instrument[orderRow] as number),
    side: sides.name(order.side[orderRow] as number),
    price: fromPriceUnits(fill.price[row] as number),
    quantity: fill.quantity[row] as number,
    liquidity: fill.maker[row] === 1 ? 'maker' : 'taker',
    timeNs: fill.timeNs[row] as number,
    at: isoTime(fill.at[row] as number),
  };
}

export const refusalView = (directory: Directory, refusal: Refusal) => ({
  number: refusal.number,
  at: isoTime(refusal.at),
  clientOrderId: refusal.clientOrderId,
  account: refusal.account < 0 ? undefined : directory.accountName(refusal.account),
  symbol: refusal.instrument < 0 ? undefined : directory.symbol(refusal.instrument),
  request: commandKinds.name(refusal.command),
  orderId: refusal.orderId > 0 ? refusal.orderId : undefined,
  reason: rejections.name(refusal.reason),
  code: refusalCode(refusal.reason),
});

import {
  Algorithm,
  algorithms,
  averagePrice,
  CommandKind,
  codec,
  contingencies,
  fromPriceUnits,
  type OrderUpdate,
  orderTypes,
  rejections,
  sides,
  timesInForce,
  type ViewOf,
} from '@nautilus/core/domain';
import type { Directory } from '../directory';
import { isLive, OrderEvent, OrderStatus } from '../life-cycle';
import type { OrderState } from '../order-state';
import { Hold, rowOf } from '../order-store';
import { Source } from '../records';
import type { Refusal } from '../refusal-log';
import { refusalCode } from './refusal';
import type { ExecutionReply, OrderReply } from './schemas';

export const orderStatuses = codec(OrderStatus);
const orderEvents = codec(OrderEvent);
const commandKinds = codec(CommandKind);
const isoTime = (ms: number) => new Date(ms).toISOString();

/** An order as the API and the database show it. */
export function orderView(state: OrderState, directory: Directory, index: number): OrderReply {
  const order = state.orders.chunkOf(index);
  const row = rowOf(index);
  const number = (column: { [row: number]: number }) => column[row] as number;
  const filled = number(order.filled);
  const quantity = number(order.quantity);
  const { none, care } = Algorithm;
  const algorithm = number(order.algorithm);
  const scheduled = algorithm !== none && algorithm !== care;
  return {
    orderId: index + 1,
    clientOrderId:
      number(order.source) === Source.entry ? number(order.clientOrderId) : (state.textOf(index) as string),
    account: directory.accountName(number(order.account)),
    symbol: directory.symbol(number(order.instrument)),
    side: sides.name(number(order.side)),
    type: orderTypes.name(number(order.type)),
    timeInForce: timesInForce.name(number(order.timeInForce)),
    strategy: number(order.strategy),
    session: number(order.session) || undefined,
    quantity,
    limitPrice: number(order.limitPrice) > 0 ? fromPriceUnits(number(order.limitPrice)) : undefined,
    stopPrice: number(order.stopPrice) > 0 ? fromPriceUnits(number(order.stopPrice)) : undefined,
    ...linksView(state, index),
    algorithm: scheduled
      ? {
          kind: algorithms.name(algorithm),
          durationSeconds: (number(order.endNs) - number(order.startNs)) / 1e9,
          slices: number(order.slices),
          startNs: number(order.startNs),
          endNs: number(order.endNs),
          participation: number(order.participation) === 0 ? undefined : number(order.participation) / 10_000,
          riskAversion: algorithm === Algorithm.is ? number(order.riskAversion) : undefined,
        }
      : undefined,
    displayQuantity: number(order.displayQuantity) || undefined,
    status: orderStatuses.name(number(order.status)) as OrderReply['status'],
    filledQuantity: filled,
    leftQuantity: isLive(number(order.status)) ? quantity - filled : 0,
    averagePrice: filled > 0 ? averagePrice(number(order.notional), filled) : undefined,
    reason: number(order.reason) === 0 ? undefined : rejections.name(number(order.reason)),
    createdAt: isoTime(number(order.createdAt)),
    updatedAt: isoTime(number(order.updatedAt)),
  };
}

/** A change of an order, as the drop copy tells of it. */
export function changeView(
  { state, directory }: { readonly state: OrderState; readonly directory: Directory },
  update: ViewOf<typeof OrderUpdate>,
) {
  const { orderId, quantity, filled, status, reason, executionId } = update;
  const price = (units: number) => (units > 0 ? fromPriceUnits(units) : undefined);
  return {
    sequence: update.sequence,
    event: orderEvents.name(update.event),
    at: isoTime(update.at),
    orderId,
    clientOrderId: update.clientOrderId || state.textOf(orderId - 1),
    account: directory.accountName(update.account),
    symbol: directory.symbol(update.instrument),
    side: sides.name(update.side),
    type: orderTypes.name(update.type),
    timeInForce: timesInForce.name(update.timeInForce),
    strategy: update.strategy,
    session: update.session || undefined,
    parent: update.parent || undefined,
    quantity,
    limitPrice: price(update.limitPrice),
    stopPrice: price(update.stopPrice),
    status: orderStatuses.name(status),
    filledQuantity: filled,
    leftQuantity: isLive(status) ? quantity - filled : 0,
    reason: reason === 0 ? undefined : rejections.name(reason),
    ...(executionId > 0 && {
      execution: {
        executionId,
        price: fromPriceUnits(update.lastPrice),
        quantity: update.lastQuantity,
        venue: update.venue,
      },
    }),
  };
}

/** What the order depends on and what depends on it; nothing for most orders. */
function linksView(state: OrderState, index: number): Partial<OrderReply> {
  const order = state.orders.chunkOf(index);
  const row = rowOf(index);
  const care = order.algorithm[row] === Algorithm.care;
  const hold = order.hold[row] as number;
  const group = state.openQuantity.groupOf(index);
  return {
    ...(care && { care, children: state.links.childrenOf(index).map((child) => child + 1) }),
    ...(order.parent[row] !== 0 && { parent: order.parent[row] as number }),
    ...(group !== undefined && {
      contingency: contingencies.name(order.contingency[row] as number),
      linked: group.members.filter((member) => member !== index).map((member) => member + 1),
    }),
    ...(hold !== 0 && { held: Object.keys(Hold).filter((why) => (hold & Hold[why as keyof typeof Hold]) !== 0) }),
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
    fee: fromPriceUnits(fill.fee[row] as number),
    venue: fill.venue[row] as number,
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

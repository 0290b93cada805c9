/** Orders over HTTP: translates names and decimals, keeps client order ids idempotent, answers once the journal holds it. */
import {
  Algorithm,
  CommandKind,
  orderTypes,
  Rejection,
  sides,
  timesInForce,
  toPriceUnits,
} from '@nautilus/core/domain';
import { EngineError } from '@nautilus/core/kernel';
import { OrderStatus } from '../life-cycle';
import { rowOf } from '../order-store';
import type { OrderSystem } from '../order-system';
import { type JournalRecord, MAX_TEXT, Source } from '../records';
import { knownAccount } from './pages';
import { refusalError } from './refusal';
import type { OrderReply, OrderRequest, ReplaceRequest, WhichOrder } from './schemas';
import { orderView } from './views';

type Terms = JournalRecord['order'];

const clientOrderIdForm = new RegExp(`^[A-Za-z0-9._:-]{1,${MAX_TEXT}}$`);
const isQuantity = (quantity: number) => Number.isInteger(quantity) && quantity >= 1 && quantity <= 0x7fffffff;

/** Content of a client order id of any form, so that a refusal of it can be journaled. */
const asJournalText = (text: string) => text.slice(0, MAX_TEXT).replace(/[^\x20-\x7e]/g, '?');

/** The order is there; `created` tells a new one from one that was entered before. */
export async function submit(
  system: OrderSystem,
  request: OrderRequest,
): Promise<{ readonly created: boolean; readonly order: OrderReply }> {
  const record = system.draft(Source.http);
  const { order } = record;
  fill(order, request, system);
  record.text = asJournalText(request.clientOrderId);
  const index = system.state.findText(order.account, request.clientOrderId);
  if (index >= 0 && isSame(system, index, order)) {
    await system.settled();
    return { created: false, order: orderView(system.state, system.directory, index) };
  }
  const reason = clientOrderIdForm.test(request.clientOrderId)
    ? untranslatable(system, request, order) || system.decide(index)
    : system.refuse(Rejection.badClientOrderId);
  if (reason !== Rejection.none) return refuse(system, order, request);
  const created = system.state.orders.count - 1;
  await system.settled();
  return { created: true, order: orderView(system.state, system.directory, created) };
}

export async function cancel(system: OrderSystem, id: string, which: WhichOrder = {}): Promise<OrderReply> {
  const index = find(system, id, which);
  if (index >= 0 && statusOf(system, index) === OrderStatus.pendingCancel) {
    await system.settled();
    return orderView(system.state, system.directory, index);
  }
  return change(system, index, CommandKind.cancel, {}, id);
}

export async function replace(
  system: OrderSystem,
  id: string,
  request: ReplaceRequest,
  which: WhichOrder = {},
): Promise<OrderReply> {
  return change(system, find(system, id, which), CommandKind.replace, request, id);
}

/**
 * Index of an order by its number or its client's id, or -1.
 * @throws EngineError NAUT_ORDER_AMBIGUOUS when the id means different orders, NAUT_ORDER_UNKNOWN_ACCOUNT
 */
export function find(system: OrderSystem, id: string, { account, by }: WhichOrder = {}): number {
  const { state, directory } = system;
  const found = new Set<number>();
  const byNumber = by === 'orderId' || (by === undefined && account === undefined);
  if (byNumber && /^\d+$/.test(id)) found.add(state.orders.find(Number(id)));
  const accounts = account === undefined ? directory.accounts : [knownAccount(directory, account)];
  if (by !== 'orderId') for (const one of accounts) found.add(state.findText(one, id));
  found.delete(-1);
  if (found.size > 1) {
    throw new EngineError({
      status: 409,
      code: 'NAUT_ORDER_AMBIGUOUS',
      message: `${id} means ${found.size} orders: ${[...found].map((index) => index + 1).join(', ')}`,
      value: id,
      fix: 'add ?by=orderId when it is an order number, ?account=NAME when it is the client order id of that account',
    });
  }
  const [index = -1] = found;
  return index;
}

async function change(
  system: OrderSystem,
  index: number,
  command: number,
  request: ReplaceRequest,
  id: string,
): Promise<OrderReply> {
  const record = system.draft(Source.http);
  const { order } = record;
  order.command = command;
  order.account = -1;
  order.instrument = -1;
  if (index >= 0) copyTerms(system, index, order, request);
  record.text = asJournalText(id);
  const limitPrice = request.limitPrice === undefined ? 0 : toPriceUnits(request.limitPrice);
  const quantityFits = request.quantity === undefined || isQuantity(request.quantity);
  const reason =
    index >= 0 && !quantityFits
      ? system.refuse(Rejection.badQuantity, request.quantity, 0x7fffffff)
      : index >= 0 && limitPrice === undefined
        ? system.refuse(Rejection.badPrice, request.limitPrice)
        : system.decide(index);
  if (reason !== Rejection.none) return refuse(system, order, { ...request, id });
  await system.settled();
  return orderView(system.state, system.directory, index);
}

/** The refusal is told once it is journaled. */
async function refuse(system: OrderSystem, order: Terms, asked: object): Promise<never> {
  const error = refusalError(order, asked as Record<string, unknown>, system.directory);
  await system.settled();
  throw error;
}

/** Numbers that the binary record cannot hold are refused here, with the number as it came. */
function untranslatable(system: OrderSystem, request: OrderRequest, order: Terms): number {
  const { directory } = system;
  if (order.account < 0 || order.instrument < 0) return 0;
  if (!isQuantity(request.quantity)) return system.refuse(Rejection.badQuantity, request.quantity, 0x7fffffff);
  const { limitPrice, type } = request;
  const missing = type === 'limit' && limitPrice === undefined;
  const misplaced = type === 'market' && limitPrice !== undefined;
  if (missing || misplaced || (limitPrice !== undefined && toPriceUnits(limitPrice) === undefined))
    return system.refuse(Rejection.badPrice, limitPrice ?? 0, directory.tickSizes[order.instrument]);
  return 0;
}

function fill(order: Terms, request: OrderRequest, { directory }: OrderSystem): void {
  order.command = CommandKind.submit;
  order.account = directory.accountOf(request.account);
  order.instrument = directory.instrumentOf(request.symbol);
  order.side = sides.code(request.side);
  order.type = orderTypes.code(request.type);
  order.timeInForce = timesInForce.code(request.timeInForce);
  order.quantity = isQuantity(request.quantity) ? request.quantity : 0;
  order.limitPrice = request.limitPrice === undefined ? 0 : (toPriceUnits(request.limitPrice) ?? 0);
  if (request.algorithm === undefined) return;
  order.algorithm = Algorithm.twap;
  order.endNs = Math.round(request.algorithm.durationSeconds * 1e9);
  order.slices = request.algorithm.slices;
}

/** Whether the draft asks for the order at `index`; a replace that was done since does not make it another. */
function isSame(system: OrderSystem, index: number, order: Terms): boolean {
  const chunk = system.state.orders.chunkOf(index);
  const row = rowOf(index);
  return (
    chunk.instrument[row] === order.instrument &&
    chunk.side[row] === order.side &&
    chunk.type[row] === order.type &&
    chunk.timeInForce[row] === order.timeInForce &&
    chunk.enteredQuantity[row] === order.quantity &&
    chunk.enteredPrice[row] === order.limitPrice &&
    chunk.algorithm[row] === order.algorithm &&
    chunk.slices[row] === order.slices &&
    (chunk.endNs[row] as number) - (chunk.startNs[row] as number) === order.endNs
  );
}

function copyTerms(system: OrderSystem, index: number, order: Terms, request: ReplaceRequest): void {
  const chunk = system.state.orders.chunkOf(index);
  const row = rowOf(index);
  order.orderId = index + 1;
  order.account = chunk.account[row] as number;
  order.instrument = chunk.instrument[row] as number;
  order.side = chunk.side[row] as number;
  order.type = chunk.type[row] as number;
  order.quantity = request.quantity === undefined ? (chunk.quantity[row] as number) : Math.trunc(request.quantity) | 0;
  order.limitPrice =
    request.limitPrice === undefined ? (chunk.limitPrice[row] as number) : (toPriceUnits(request.limitPrice) ?? 0);
}

const statusOf = (system: OrderSystem, index: number): number =>
  system.state.orders.chunkOf(index).status[rowOf(index)] as number;

/** Orders over HTTP: translates names and decimals, keeps client order ids idempotent, answers once the journal holds it. */
import {
  Algorithm,
  algorithms,
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
import { ANY } from '../sweeps';
import { knownAccount, knownSymbol } from './pages';
import { refusalError } from './refusal';
import type { CancelQuery, OrderReply, OrderRequest, ReplaceRequest, WhichOrder } from './schemas';
import { orderView } from './views';

type Terms = JournalRecord['order'];

export const clientOrderIdForm = new RegExp(`^[A-Za-z0-9._:-]{1,${MAX_TEXT}}$`);
const isQuantity = (quantity: number) => Number.isInteger(quantity) && quantity >= 1 && quantity <= 0x7fffffff;

/** Content of a client order id of any form, so that a refusal of it can be journaled. */
export const asJournalText = (text: string) => text.slice(0, MAX_TEXT).replace(/[^\x20-\x7e]/g, '?');

/** The order is there; `created` tells a new one from one that was entered before. `session` is the client's, 0 when it has none. */
export async function submit(
  system: OrderSystem,
  request: OrderRequest,
  session = 0,
): Promise<{ readonly created: boolean; readonly order: OrderReply }> {
  const record = system.draft(Source.http);
  const { order } = record;
  fill(order, request, system, session);
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

/** Takes an order off its venue and holds it here, or lets it go again. */
export async function hold(
  system: OrderSystem,
  id: string,
  command: typeof CommandKind.suspend | typeof CommandKind.resume,
  which: WhichOrder = {},
): Promise<OrderReply> {
  return change(system, find(system, id, which), command, {}, id);
}

/** Cancels all orders of a scope, of one session or of any; answers when each has ended or was asked to. */
export async function cancelAll(
  system: OrderSystem,
  query: CancelQuery,
  session = ANY,
): Promise<{ readonly cancelled: number; readonly record: number }> {
  const { directory, state } = system;
  const sweep = system.sweep({
    account: query.account === undefined ? ANY : knownAccount(directory, query.account),
    instrument: query.symbol === undefined ? ANY : knownSymbol(directory, query.symbol),
    side: query.side === undefined ? ANY : sides.code(query.side),
    strategy: query.strategy ?? ANY,
    session,
    dayOnly: 0,
    reason: Rejection.bulkCancel,
  });
  while (state.sweeps.includes(sweep)) {
    await system.settled();
    await new Promise(setImmediate);
  }
  await system.settled();
  return { cancelled: sweep.hits, record: sweep.record };
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
export async function refuse(system: OrderSystem, order: Terms, asked: object): Promise<never> {
  const error = refusalError(order, asked as Record<string, unknown>, system.directory);
  await system.settled();
  throw error;
}

/** Numbers that the binary record cannot hold are refused here, with the number as it came. */
export function untranslatable(system: OrderSystem, request: OrderRequest, order: Terms): number {
  const { directory } = system;
  if (order.account < 0 || order.instrument < 0) return 0;
  if (!isQuantity(request.quantity)) return system.refuse(Rejection.badQuantity, request.quantity, 0x7fffffff);
  const { limitPrice, stopPrice, type } = request;
  const tickSize = directory.tickSizes[order.instrument];
  if (isMisplaced(limitPrice, type === 'limit' || type === 'stopLimit'))
    return system.refuse(Rejection.badPrice, limitPrice ?? 0, tickSize);
  if (isMisplaced(stopPrice, type === 'stop' || type === 'stopLimit'))
    return system.refuse(Rejection.badStopPrice, stopPrice ?? 0, tickSize);
  if (request.care && request.algorithm !== undefined) return system.refuse(Rejection.badAlgorithm);
  return 0;
}

/** A price that is missing, not wanted, or no number of price units. */
const isMisplaced = (price: number | undefined, wanted: boolean): boolean =>
  wanted ? price === undefined || toPriceUnits(price) === undefined : price !== undefined;

export function fill(order: Terms, request: OrderRequest, { directory }: OrderSystem, session: number): void {
  order.command = CommandKind.submit;
  order.session = session;
  order.account = directory.accountOf(request.account);
  order.instrument = directory.instrumentOf(request.symbol);
  order.side = sides.code(request.side);
  order.type = orderTypes.code(request.type);
  order.timeInForce = timesInForce.code(request.timeInForce);
  order.strategy = request.strategy;
  order.quantity = isQuantity(request.quantity) ? request.quantity : 0;
  order.limitPrice = request.limitPrice === undefined ? 0 : (toPriceUnits(request.limitPrice) ?? 0);
  order.stopPrice = request.stopPrice === undefined ? 0 : (toPriceUnits(request.stopPrice) ?? 0);
  order.displayQuantity = request.displayQuantity ?? 0;
  order.parent = request.parent ?? 0;
  if (request.care) order.algorithm = Algorithm.care;
  if (request.algorithm === undefined) return;
  const { kind, durationSeconds, slices, participation = 0, riskAversion = 0 } = request.algorithm;
  order.algorithm = algorithms.code(kind);
  order.endNs = Math.round(durationSeconds * 1e9);
  order.slices = slices;
  order.participation = Math.round(participation * 10_000);
  order.riskAversion = riskAversion;
}

/** Whether the draft asks for the order at `index`; a replace that was done since does not make it another. */
export function isSame(system: OrderSystem, index: number, order: Terms): boolean {
  const chunk = system.state.orders.chunkOf(index);
  const row = rowOf(index);
  return (
    chunk.instrument[row] === order.instrument &&
    chunk.side[row] === order.side &&
    chunk.type[row] === order.type &&
    chunk.timeInForce[row] === order.timeInForce &&
    chunk.enteredQuantity[row] === order.quantity &&
    chunk.enteredPrice[row] === order.limitPrice &&
    chunk.enteredStop[row] === order.stopPrice &&
    chunk.parent[row] === order.parent &&
    chunk.contingency[row] === order.contingency &&
    chunk.algorithm[row] === order.algorithm &&
    chunk.slices[row] === order.slices &&
    chunk.participation[row] === order.participation &&
    chunk.riskAversion[row] === order.riskAversion &&
    chunk.displayQuantity[row] === order.displayQuantity &&
    chunk.strategy[row] === order.strategy &&
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
  order.stopPrice =
    request.stopPrice === undefined ? (chunk.stopPrice[row] as number) : (toPriceUnits(request.stopPrice) ?? -1);
}

const statusOf = (system: OrderSystem, index: number): number =>
  system.state.orders.chunkOf(index).status[rowOf(index)] as number;

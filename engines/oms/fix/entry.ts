/** Requests of a counterparty, made into records of the order journal. */
import { CommandKind, OrderType, Rejection, TimeInForce, toPriceUnits } from '@nautilus/core/domain';
import { type Fields, type FixMessage, Tag } from '@nautilus/core/fix';
import { asJournalText, clientOrderIdForm } from '../api/order-desk';
import { rowOf } from '../order-store';
import type { OrderSystem } from '../order-system';
import { type JournalRecord, Source } from '../records';
import type { ClientIds } from './client-ids';
import { orderTypes, POST_ONLY, sides, timesInForce } from './codes';

type Terms = JournalRecord['order'];

/** Who asks. */
export interface Client {
  readonly system: OrderSystem;
  readonly ids: ClientIds;
  readonly number: number;
  /** Numbers of the accounts that it may use. */
  readonly accounts: readonly number[];
}

/** NewOrderSingle. @throws EngineError NAUT_ORDER_JOURNAL_UNAVAILABLE */
export function enterOrder(client: Client, request: Fields): void {
  const { system, ids } = client;
  const clOrdId = request.text(Tag.ClOrdID);
  const { order } = draft(client, CommandKind.submit, clOrdId);
  const problem = fill(order, request, client);
  if (problem !== undefined) system.refuse(...problem);
  else if (!clientOrderIdForm.test(clOrdId)) system.refuse(Rejection.badClientOrderId);
  else if ((ids.orderOf(clOrdId) ?? 0) > 0) system.refuse(Rejection.duplicateClientOrderId);
  else if (system.decide(system.state.findText(order.account, clOrdId)) === Rejection.none)
    ids.use(clOrdId, system.state.orders.count);
  ids.use(clOrdId, 0);
}

/** OrderCancelRequest and OrderCancelReplaceRequest. @throws EngineError NAUT_ORDER_JOURNAL_UNAVAILABLE */
export function changeOrder(client: Client, request: Fields, command: number): void {
  const { system, ids } = client;
  const clOrdId = request.text(Tag.ClOrdID);
  const { order } = draft(client, command, clOrdId);
  const index = (ids.orderOf(request.text(Tag.OrigClOrdID)) ?? 0) - 1;
  const used = ids.orderOf(clOrdId) !== undefined;
  const problem = index < 0 ? undefined : fillChange(order, request, client, index);
  if (!clientOrderIdForm.test(clOrdId)) system.refuse(Rejection.badClientOrderId);
  else if (used) system.refuse(Rejection.duplicateClientOrderId);
  else if (problem !== undefined) system.refuse(...problem);
  else if (system.decide(index) === Rejection.none) ids.use(clOrdId, index + 1);
  ids.use(clOrdId, 0);
}

export function draft({ system, number }: Client, command: number, clOrdId: string): JournalRecord {
  const record = system.draft(Source.fix);
  const { order } = record;
  order.command = command;
  order.session = number;
  order.account = -1;
  order.instrument = -1;
  record.text = asJournalText(clOrdId);
  return record;
}

/** Reason, value and bound of a refusal. */
type Problem = readonly [reason: number, value?: number, allowed?: number];

/** Code of a field that may be left out; -1 is none that is known. */
const optional = (text: string | undefined, fallback: number, code: (text: string) => number): number =>
  text === undefined ? fallback : code(text);

/** Terms of a new order, as far as they can be read; else why not. */
export function fill(order: Terms, request: Fields, client: Client): Problem | undefined {
  const { directory } = client.system;
  const account = request.get(Tag.Account);
  order.account = account === undefined ? (client.accounts[0] as number) : directory.accountOf(account);
  if (!client.accounts.includes(order.account)) {
    order.account = -1;
    return [Rejection.unknownAccount];
  }
  order.instrument = directory.instrumentOf(request.text(Tag.Symbol));
  if (order.instrument < 0) return [Rejection.unknownInstrument];
  const side = sides.code(request.get(Tag.Side));
  if (side < 0) return [Rejection.badSide];
  order.side = side;
  return fillTerms(order, request, directory.tickSizes[order.instrument] as number);
}

function fillTerms(order: Terms, request: Fields, tickSize: number): Problem | undefined {
  const type = orderTypes.code(request.get(Tag.OrdType));
  if (type < 0) return [Rejection.badOrderType];
  order.type = type;
  const timeInForce = optional(request.get(Tag.TimeInForce), TimeInForce.day, (text) => timesInForce.code(text));
  const instruction = request.get(Tag.ExecInst);
  const postOnly = instruction === POST_ONLY && timeInForce === TimeInForce.day;
  if (timeInForce < 0 || (instruction !== undefined && !postOnly)) return [Rejection.badTimeInForce];
  order.timeInForce = postOnly ? TimeInForce.postOnly : timeInForce;
  const quantity = request.number(Tag.OrderQty);
  if (!isQuantity(quantity)) return [Rejection.badQuantity, quantity, 0x7fffffff];
  order.quantity = quantity;
  const shown = request.get(Tag.MaxFloor);
  if (shown !== undefined && !isQuantity(Number(shown))) return [Rejection.badQuantity, Number(shown), quantity];
  order.displayQuantity = Number(shown ?? 0);
  const limit = priceOf(request, Tag.Price, type === OrderType.limit || type === OrderType.stopLimit);
  if (limit < 0) return [Rejection.badPrice, request.number(Tag.Price) || 0, tickSize];
  const stop = priceOf(request, Tag.StopPx, type === OrderType.stop || type === OrderType.stopLimit);
  if (stop < 0) return [Rejection.badStopPrice, request.number(Tag.StopPx) || 0, tickSize];
  order.limitPrice = limit;
  order.stopPrice = stop;
  return undefined;
}

/** A replace states all terms anew; those of the order that it may not change must be the same. */
function fillChange(order: Terms, request: Fields, { system }: Client, index: number): Problem | undefined {
  const { orders } = system.state;
  const chunk = orders.chunkOf(index);
  const row = rowOf(index);
  order.orderId = index + 1;
  order.account = chunk.account[row] as number;
  order.instrument = chunk.instrument[row] as number;
  order.side = chunk.side[row] as number;
  order.type = chunk.type[row] as number;
  order.quantity = chunk.quantity[row] as number;
  order.limitPrice = chunk.limitPrice[row] as number;
  order.stopPrice = chunk.stopPrice[row] as number;
  const { side, type } = order;
  const account = request.get(Tag.Account);
  if (account !== undefined && account !== system.directory.accountName(order.account))
    return [Rejection.unknownAccount];
  if ((request.get(Tag.OrderID) ?? String(index + 1)) !== String(index + 1)) return [Rejection.unknownOrder];
  if (request.text(Tag.Symbol) !== system.directory.symbol(order.instrument)) return [Rejection.unknownInstrument];
  if (sides.code(request.get(Tag.Side)) !== side) return [Rejection.badSide];
  if (order.command !== CommandKind.replace) return undefined;
  const problem = fillTerms(order, request, system.directory.tickSizes[order.instrument] as number);
  if (problem !== undefined) return problem;
  if (order.type !== type) return [Rejection.badOrderType];
  if (order.displayQuantity !== chunk.displayQuantity[row])
    return [Rejection.badQuantity, order.displayQuantity, chunk.displayQuantity[row]];
  const says = request.get(Tag.TimeInForce) !== undefined || request.get(Tag.ExecInst) !== undefined;
  return says && order.timeInForce !== chunk.timeInForce[row] ? [Rejection.badTimeInForce] : undefined;
}

const isQuantity = (quantity: number) => Number.isInteger(quantity) && quantity >= 1 && quantity <= 0x7fffffff;

/** Price units of a field that must or must not be there; -1 when it is otherwise or no price. */
function priceOf(request: Fields, tag: number, wanted: boolean): number {
  if ((request.get(tag) !== undefined) !== wanted) return -1;
  return wanted ? (toPriceUnits(request.number(tag)) ?? -1) : 0;
}

/** MassCancelRequestType */
const ALL_ORDERS = '7';
const OF_A_SECURITY = '1';

/** OrderMassCancelRequest: all orders of the session, or those of one symbol. Undefined when it was begun, or why not. */
export function cancelMany(client: Client, request: FixMessage): string | undefined {
  const { system, number } = client;
  const type = request.text(Tag.MassCancelRequestType);
  const symbol = request.get(Tag.Symbol);
  const account = request.get(Tag.Account);
  const side = request.get(Tag.Side);
  const instrument = symbol === undefined ? -1 : system.directory.instrumentOf(symbol);
  const accountNumber = account === undefined ? -1 : system.directory.accountOf(account);
  if (type !== ALL_ORDERS && type !== OF_A_SECURITY) return `MassCancelRequestType ${type} is not supported`;
  if ((type === OF_A_SECURITY) !== (symbol !== undefined)) return 'Symbol goes with MassCancelRequestType 1';
  if (symbol !== undefined && instrument < 0) return `${symbol} is not a symbol that is traded here`;
  if (account !== undefined && !client.accounts.includes(accountNumber))
    return `${account} is not an account of this session`;
  if (side !== undefined && sides.code(side) < 0) return `Side ${side} is not supported`;
  system.sweep({
    account: accountNumber,
    instrument,
    side: side === undefined ? -1 : sides.code(side),
    strategy: -1,
    session: number,
    dayOnly: 0,
    reason: Rejection.bulkCancel,
  });
  return undefined;
}

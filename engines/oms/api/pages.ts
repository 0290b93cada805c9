/** Lists of numbered things, a page at a time. Pages stay as they are while new things come: they are cut by number. */
import { EngineError } from '@nautilus/core/kernel';
import { rowOf } from '../order-store';
import type { OrderSystem } from '../order-system';
import type { ExecutionQuery, ExecutionReply, OrderQuery, OrderReply } from './schemas';
import { executionView, orderStatuses, orderView } from './views';

interface Page {
  readonly total: number;
  readonly next: number | null;
}

/** Orders, the newest first. @throws EngineError NAUT_ORDER_UNKNOWN_ACCOUNT, NAUT_ORDER_UNKNOWN_INSTRUMENT */
export function orderPage({ state, directory }: OrderSystem, query: OrderQuery): Page & { orders: OrderReply[] } {
  const account = query.account === undefined ? undefined : knownAccount(directory, query.account);
  const symbol = query.symbol === undefined ? undefined : knownSymbol(directory, query.symbol);
  const status = query.status === undefined ? undefined : orderStatuses.code(query.status);
  const { indices, ...page } = newest(state.orders.count, query, (index) => {
    const chunk = state.orders.chunkOf(index);
    const row = rowOf(index);
    return (
      (account === undefined || chunk.account[row] === account) &&
      (symbol === undefined || chunk.instrument[row] === symbol) &&
      (query.strategy === undefined || chunk.strategy[row] === query.strategy) &&
      (status === undefined || chunk.status[row] === status)
    );
  });
  return { orders: indices.map((index) => orderView(state, directory, index)), ...page };
}

/** Fills, the newest first. */
export function executionPage(
  { state, directory }: OrderSystem,
  query: ExecutionQuery,
): Page & { executions: ExecutionReply[] } {
  const { executions } = state;
  const { indices, ...page } = newest(
    executions.count,
    query,
    (index) => query.orderId === undefined || executions.chunkOf(index).orderId[rowOf(index)] === query.orderId,
  );
  return { executions: indices.map((index) => executionView(state, directory, index)), ...page };
}

/** The number of an account. @throws EngineError NAUT_ORDER_UNKNOWN_ACCOUNT */
export function knownAccount(directory: OrderSystem['directory'], name: string): number {
  const account = directory.accountOf(name);
  if (account >= 0) return account;
  throw new EngineError({
    status: 404,
    code: 'NAUT_ORDER_UNKNOWN_ACCOUNT',
    message: `there is no account ${name}`,
    value: name,
    allowed: directory.accountNameList,
    fix: 'use one of the allowed accounts, or leave account out',
  });
}

/** The number of an instrument. @throws EngineError NAUT_ORDER_UNKNOWN_INSTRUMENT */
export function knownSymbol(directory: OrderSystem['directory'], symbol: string): number {
  const instrument = directory.instrumentOf(symbol);
  if (instrument >= 0) return instrument;
  throw new EngineError({
    status: 404,
    code: 'NAUT_ORDER_UNKNOWN_INSTRUMENT',
    message: `${symbol} is not a symbol that is traded here`,
    value: symbol,
    allowed: directory.symbolList,
    fix: 'use one of the allowed symbols, or leave symbol out',
  });
}

/** Things are numbered by their index plus one; only those of the page become objects. */
function newest(
  count: number,
  { limit, before = Number.POSITIVE_INFINITY }: { readonly limit: number; readonly before?: number | undefined },
  matches: (index: number) => boolean,
): Page & { readonly indices: readonly number[] } {
  const indices: number[] = [];
  let total = 0;
  let more = false;
  for (let index = count - 1; index >= 0; index--) {
    if (!matches(index)) continue;
    total++;
    if (index + 1 >= before) continue;
    if (indices.length < limit) indices.push(index);
    else more = true;
  }
  return { indices, total, next: more ? (indices.at(-1) as number) + 1 : null };
}

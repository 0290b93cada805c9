/** Orders that depend on each other, entered together: all of them, or none. */
import { Contingency, Rejection } from '@nautilus/core/domain';
import type { OrderSystem } from '../order-system';
import { type JournalRecord, Source } from '../records';
import { asJournalText, clientOrderIdForm, fill, isSame, refuse, untranslatable } from './order-desk';
import type { OrderListRequest, OrderReply, OrderRequest } from './schemas';
import { orderView } from './views';

type Kind = OrderListRequest['contingency'];

/** What the n-th order of a list is in it. */
function placeOf(kind: Kind, n: number): number {
  if (kind === 'oco') return Contingency.oco;
  if (n === 0) return Contingency.primary;
  return kind === 'oto' ? Contingency.oto : Contingency.exit;
}

/** @throws EngineError that of the first order that is refused; then none is entered */
export async function submitList(
  system: OrderSystem,
  { contingency, orders }: OrderListRequest,
  session = 0,
): Promise<{ readonly created: boolean; readonly orders: readonly OrderReply[] }> {
  const there = existing(system, contingency, orders);
  const indices = there ?? (await enter(system, contingency, orders, session));
  await system.settled();
  return {
    created: there === undefined,
    orders: indices.map((index) => orderView(system.state, system.directory, index)),
  };
}

/** The list that was entered before under these ids, when it is the same. */
function existing(system: OrderSystem, kind: Kind, orders: readonly OrderRequest[]): readonly number[] | undefined {
  const indices = orders.map((request, n) => {
    const { order } = draft(system, request, placeOf(kind, n), 0);
    const index = system.state.findText(order.account, request.clientOrderId);
    return index >= 0 && isSame(system, index, order) ? index : -1;
  });
  return indices.includes(-1) ? undefined : indices;
}

/** Checks every order before the first is journaled. */
async function enter(
  system: OrderSystem,
  kind: Kind,
  orders: readonly OrderRequest[],
  session: number,
): Promise<readonly number[]> {
  const { state } = system;
  const first = state.orders.count;
  const checked: Uint8Array[] = [];
  const list = system.checks.list();
  try {
    for (const [n, request] of orders.entries()) {
      const record = draft(system, request, placeOf(kind, n), session);
      const { order } = record;
      const known = state.findText(order.account, request.clientOrderId);
      const repeated = orders.findIndex(({ clientOrderId }) => clientOrderId === request.clientOrderId) < n;
      if (known >= 0) order.orderId = known + 1;
      const reason = !clientOrderIdForm.test(request.clientOrderId)
        ? system.refuse(Rejection.badClientOrderId)
        : known >= 0 || repeated
          ? system.refuse(Rejection.duplicateClientOrderId)
          : untranslatable(system, request, order) || system.checkListed(list);
      if (reason !== Rejection.none) return await refuse(system, order, { ...request, contingency: kind });
      order.group = -(first + 1);
      order.listRest = orders.length - 1 - n;
      checked.push(record.bytes.slice(0, record.length));
    }
  } finally {
    list.undo();
  }
  for (const bytes of checked) system.appendChecked(bytes);
  return orders.map((_, n) => first + n);
}

function draft(system: OrderSystem, request: OrderRequest, contingency: number, session: number): JournalRecord {
  const record = system.draft(Source.http);
  fill(record.order, request, system, session);
  record.order.contingency = contingency;
  record.text = asJournalText(request.clientOrderId);
  return record;
}

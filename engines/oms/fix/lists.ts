/** NewOrderList: orders that depend on each other, all of them or none. */
import { CommandKind, Contingency, Rejection } from '@nautilus/core/domain';
import { type Fields, type FixMessage, Tag } from '@nautilus/core/fix';
import { clientOrderIdForm } from '../api/order-desk';
import { type Client, draft, fill } from './entry';

/** ContingencyType of FIX 5.0 SP2, which FIX 4.4 lacks: what the first order of the list is, and the others. */
const places: Readonly<Record<string, readonly [first: number, others: number]>> = {
  /** One cancels the other. */
  1: [Contingency.oco, Contingency.oco],
  /** One triggers the others. */
  2: [Contingency.primary, Contingency.oto],
  /** One updates the other: the first triggers the others, which are exits of it and shrink by what another fills. */
  3: [Contingency.primary, Contingency.exit],
};

/** Orders of a list, at most. */
const MOST = 16;

/** Undefined when the list was entered or each of its orders refused; else why it could not even be read. */
export function enterList(client: Client, request: FixMessage, repeated: boolean): string | undefined {
  const entries = request.entries(Tag.NoOrders);
  const place = places[request.text(Tag.ContingencyType)];
  if (place === undefined) return 'ContingencyType (1385) must be 1, 2 or 3';
  if (entries.length < 2 || entries.length > MOST) return `a list has 2 to ${MOST} orders`;
  if (request.number(Tag.TotNoOrders) !== entries.length) return 'a list comes in one message: TotNoOrders is NoOrders';
  const incomplete = entries.find((entry) =>
    [Tag.Symbol, Tag.Side, Tag.OrderQty, Tag.OrdType].some((tag) => entry.get(tag) === undefined),
  );
  if (incomplete !== undefined) return `order ${incomplete.text(Tag.ClOrdID)} needs Symbol, Side, OrderQty and OrdType`;
  if (repeated && entries.some((entry) => client.ids.orderOf(entry.text(Tag.ClOrdID)) !== undefined))
    refuseRest(client, entries);
  else enter(client, entries, place);
  return undefined;
}

/** Checks every order before the first is journaled. */
function enter(client: Client, entries: readonly Fields[], [first, others]: readonly [number, number]): void {
  const { system, ids } = client;
  const index = system.state.orders.count;
  const checked: Uint8Array[] = [];
  const list = system.checks.list();
  try {
    for (const [n, entry] of entries.entries()) {
      const clOrdId = entry.text(Tag.ClOrdID);
      const record = draft(client, CommandKind.submit, clOrdId);
      const problem = fill(record.order, entry, client);
      record.order.contingency = n === 0 ? first : others;
      const repeated = entries.findIndex((other) => other.text(Tag.ClOrdID) === clOrdId) < n;
      const reason =
        problem !== undefined
          ? system.refuse(...problem)
          : !clientOrderIdForm.test(clOrdId)
            ? system.refuse(Rejection.badClientOrderId)
            : repeated || (ids.orderOf(clOrdId) ?? 0) > 0 || system.state.findText(record.order.account, clOrdId) >= 0
              ? system.refuse(Rejection.duplicateClientOrderId)
              : system.checkListed(list);
      if (reason !== Rejection.none) {
        ids.use(clOrdId, 0);
        refuseRest(client, entries);
        return;
      }
      record.order.group = -(index + 1);
      record.order.listRest = entries.length - 1 - n;
      checked.push(record.bytes.slice(0, record.length));
    }
  } finally {
    list.undo();
  }
  for (const bytes of checked) system.appendChecked(bytes);
  for (const [n, entry] of entries.entries()) ids.use(entry.text(Tag.ClOrdID), index + n + 1);
}

/** Each order of a list that is not entered has its answer. */
function refuseRest(client: Client, entries: readonly Fields[]): void {
  for (const entry of entries) {
    const clOrdId = entry.text(Tag.ClOrdID);
    if (client.ids.orderOf(clOrdId) !== undefined) continue;
    const { order } = draft(client, CommandKind.submit, clOrdId);
    fill(order, entry, client);
    client.system.refuse(Rejection.groupRefused);
    client.ids.use(clOrdId, 0);
  }
}

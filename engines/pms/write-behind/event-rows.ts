import type { CopyRows, Table } from '@nautilus/core/persistence';
import type { KnownAction } from '../corporate-actions/actions';
import { actionReply } from '../corporate-actions/view';
import type { MarginCall } from '../margin/calls';

const DAY_MS = 86_400_000;

export const actionsTable: Table = {
  name: 'trading.corporate_actions',
  holds: 'state',
  key: ['journal', 'id'],
  columns: 'journal id type symbol into_symbol ex_date pay_date state record quantity_factor price_factor'.split(' '),
};

export const callsTable: Table = {
  name: 'trading.margin_calls',
  holds: 'state',
  key: ['journal', 'id'],
  columns: 'journal id account rule state amount opened due changed'.split(' '),
};

/** Of a day as its name has it: `2012-06-21`. */
export const daysSince1970 = (day: string): number => Date.parse(day) / DAY_MS;

export function addAction(rows: CopyRows, journal: string, known: KnownAction): void {
  const { id, type, symbol, into, exDate, payDate, state, record, quantityFactor, priceFactor } = actionReply(known);
  rows.begin();
  rows.name(journal);
  rows.text(id);
  rows.name(type);
  rows.name(symbol);
  if (into === null) rows.null();
  else rows.name(into);
  rows.date(daysSince1970(exDate));
  if (payDate === null) rows.null();
  else rows.date(daysSince1970(payDate));
  rows.name(state);
  rows.bigint(record);
  rows.double(quantityFactor);
  if (priceFactor === null) rows.null();
  else rows.double(priceFactor);
}

export function addCall(rows: CopyRows, journal: string, call: MarginCall): void {
  rows.begin();
  rows.name(journal);
  rows.text(call.id);
  rows.name(call.account);
  rows.name(call.rule);
  rows.name(call.state);
  rows.money(call.amount);
  rows.date(daysSince1970(call.opened));
  rows.date(daysSince1970(call.due));
  rows.date(daysSince1970(call.changed));
}

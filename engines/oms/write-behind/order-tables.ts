import {
  algorithms,
  averagePrice,
  CommandKind,
  codec,
  contingencies,
  orderTypes,
  ReportKind,
  rejections,
  sides,
  timesInForce,
} from '@nautilus/core/domain';
import { CopyRows, type Projection, type Table, type TableRows } from '@nautilus/core/persistence';
import { orderStatuses } from '../api/views';
import type { Directory } from '../directory';
import { OrderEvent } from '../life-cycle';
import { rowOf } from '../order-store';
import { type JournalRecord, RecordKind, Source } from '../records';
import { OrderFold } from './order-fold';

/** Rows of one batch after a restore: there may be millions of them. */
const MOST_ROWS = 5000;
const UNITS_OF_AVERAGE = 1e8;

export const ordersTable: Table = {
  name: 'trading.orders',
  holds: 'state',
  key: ['journal', 'order_id'],
  columns:
    'journal order_id client_order_id account symbol side type time_in_force strategy algorithm slices start_ns end_ns risk_aversion participation display_quantity quantity limit_price status filled_quantity average_price reason stop_price parent_order_id order_group contingency created_at updated_at'.split(
      ' ',
    ),
};

export const eventsTable: Table = {
  name: 'trading.order_events',
  holds: 'facts',
  key: ['journal', 'order_id', 'record', 'at'],
  columns:
    'journal record order_id event status quantity limit_price filled_quantity last_price last_quantity reason time_ns at'.split(
      ' ',
    ),
};

export const executionsTable: Table = {
  name: 'trading.executions',
  holds: 'facts',
  key: ['journal', 'execution_id', 'executed_at'],
  columns:
    'journal execution_id record order_id child_id account symbol side price quantity liquidity fee venue strategy time_ns executed_at'.split(
      ' ',
    ),
};

const changes = codec({
  cancelRequested: CommandKind.cancel,
  replaceRequested: CommandKind.replace,
  suspendRequested: CommandKind.suspend,
  released: CommandKind.resume,
});
const reports = codec(ReportKind);
const events = codec(OrderEvent);

/** What happened to the order, as the column `event` has it: what the record says of it, or the event that followed from it. */
function eventOf({ kind, order, report }: JournalRecord, orderId: number, event: number): string {
  const about = kind === RecordKind.report ? report.orderId : order.orderId;
  if (kind === RecordKind.report && (about === orderId || about === 0)) return reports.name(report.report);
  if (kind === RecordKind.change && about === orderId) return changes.name(order.command);
  return events.name(event);
}

/** The journal as PostgreSQL holds it: each order as it is, each change of one, each fill. */
export class OrderTables implements Projection<TableRows> {
  private readonly fold = new OrderFold({
    changed: (index, record, number, event) => {
      this.changed.add(index);
      this.addEvent(index, record, number, event);
    },
    executed: (index) => this.addExecution(index),
  });
  private readonly orders = new CopyRows(ordersTable.columns.length);
  private readonly events = new CopyRows(eventsTable.columns.length);
  private readonly executions = new CopyRows(executionsTable.columns.length);
  private readonly newOrders = new CopyRows(ordersTable.columns.length);
  /** Indices of orders that changed since the last batch. */
  private readonly changed = new Set<number>();
  /** Orders from this index on were in no batch yet. */
  private known = 0;
  /** Rows of a snapshot are taken in parts; those of records never, since each part would have to be there or not by itself. */
  private restoring = false;
  /** Executions of a snapshot that are still to be written: from this index on. */
  private restored = 0;
  private restoredEnd = 0;

  constructor(
    private readonly journal: string,
    private readonly directory: Directory,
  ) {}

  apply(number: number, data: Uint8Array): void {
    this.fold.apply(number, data);
  }

  get waiting(): boolean {
    return this.restoring && (this.changed.size > 0 || this.restored < this.restoredEnd);
  }

  prepare(rows: number): boolean {
    let left = this.restoring ? Math.min(rows, MOST_ROWS - this.orders.rows) : rows;
    for (const index of this.changed) {
      if (left-- <= 0) break;
      this.addOrder(index >= this.known ? this.newOrders : this.orders, index);
      this.changed.delete(index);
    }
    return this.changed.size > 0 && !(this.restoring && this.orders.rows >= MOST_ROWS);
  }

  take(): TableRows {
    while (this.prepare(MOST_ROWS));
    this.known = this.fold.state.orders.count;
    const end = Math.min(this.restoredEnd, this.restored + MOST_ROWS);
    while (this.restored < end) this.addExecution(this.restored++);
    this.restoring = this.waiting;
    return [
      { table: ordersTable, batch: this.newOrders.take(), fresh: true },
      { table: ordersTable, batch: this.orders.take(), fresh: false },
      { table: eventsTable, batch: this.events.take(), fresh: true },
      { table: executionsTable, batch: this.executions.take(), fresh: true },
    ].flatMap(({ batch, ...rest }) => (batch === undefined ? [] : [{ batch, ...rest }]));
  }

  restore(bytes: Uint8Array, record: number, written: number): void {
    this.fold.restore(bytes);
    this.known = this.fold.state.orders.count;
    this.restoring = written < record;
    if (!this.restoring) return;
    const { orders, executions } = this.fold.state;
    // Which orders changed after a record is not known: all are written again.
    for (let index = 0; index < orders.count; index++) this.changed.add(index);
    const isThere = (index: number) => (executions.chunkOf(index).record[rowOf(index)] as number) <= written;
    this.restoredEnd = executions.count;
    for (this.restored = 0; this.restored < executions.count && isThere(this.restored); ) this.restored++;
  }

  private addOrder(rows: CopyRows, index: number): void {
    const { directory, journal } = this;
    const { state } = this.fold;
    const order = state.orders.chunkOf(index);
    const at = rowOf(index);
    const number = (column: { [row: number]: number }) => column[at] as number;
    const filled = number(order.filled);
    const scheduled = number(order.algorithm) !== 0;
    const optional = (value: number) => (value === 0 ? rows.null() : rows.integer(value));
    rows.begin();
    rows.name(journal);
    rows.bigint(index + 1);
    rows.text(
      number(order.source) === Source.entry ? String(number(order.clientOrderId)) : (state.textOf(index) as string),
    );
    rows.name(directory.accountName(number(order.account)));
    rows.name(directory.symbol(number(order.instrument)));
    rows.name(sides.name(number(order.side)));
    rows.name(orderTypes.name(number(order.type)));
    rows.name(timesInForce.name(number(order.timeInForce)));
    rows.integer(number(order.strategy));
    if (scheduled) {
      rows.name(algorithms.name(number(order.algorithm)));
      rows.integer(number(order.slices));
      rows.bigint(number(order.startNs));
      rows.bigint(number(order.endNs));
      rows.double(number(order.riskAversion));
    } else for (let column = 0; column < 5; column++) rows.null();
    optional(number(order.participation));
    optional(number(order.displayQuantity));
    rows.integer(number(order.quantity));
    this.price(rows, number(order.limitPrice));
    rows.name(orderStatuses.name(number(order.status)));
    rows.integer(filled);
    if (filled === 0) rows.null();
    else rows.eighths(Math.round(averagePrice(number(order.notional), filled) * UNITS_OF_AVERAGE));
    this.reason(rows, number(order.reason));
    this.price(rows, number(order.stopPrice));
    if (number(order.parent) === 0) rows.null();
    else rows.bigint(number(order.parent));
    if (number(order.group) === 0) rows.null();
    else rows.bigint(number(order.group));
    if (number(order.contingency) === 0) rows.null();
    else rows.name(contingencies.name(number(order.contingency)));
    rows.time(number(order.createdAt));
    rows.time(number(order.updatedAt));
  }

  private addEvent(index: number, record: JournalRecord, number: number, event: number): void {
    const { events: rows } = this;
    const order = this.fold.state.orders.chunkOf(index);
    const at = rowOf(index);
    const { kind, report } = record;
    const fills = kind === RecordKind.report && report.report === ReportKind.fill && report.orderId === index + 1;
    rows.begin();
    rows.name(this.journal);
    rows.bigint(number);
    rows.bigint(index + 1);
    rows.name(eventOf(record, index + 1, event));
    rows.name(orderStatuses.name(order.status[at] as number));
    rows.integer(order.quantity[at] as number);
    this.price(rows, order.limitPrice[at] as number);
    rows.integer(order.filled[at] as number);
    if (fills) {
      rows.money(report.price);
      rows.integer(report.quantity);
    } else {
      rows.null();
      rows.null();
    }
    this.reason(rows, order.reason[at] as number);
    rows.bigint(record.timeNs);
    rows.time(order.updatedAt[at] as number, true);
  }

  private addExecution(index: number): void {
    const { executions: rows, directory } = this;
    const { state } = this.fold;
    const fill = state.executions.chunkOf(index);
    const row = rowOf(index);
    const orderId = fill.orderId[row] as number;
    const order = state.orders.chunkOf(orderId - 1);
    const at = rowOf(orderId - 1);
    rows.begin();
    rows.name(this.journal);
    rows.bigint(index + 1);
    rows.bigint(fill.record[row] as number);
    rows.bigint(orderId);
    rows.bigint(fill.childId[row] as number);
    rows.name(directory.accountName(order.account[at] as number));
    rows.name(directory.symbol(order.instrument[at] as number));
    rows.name(sides.name(order.side[at] as number));
    rows.money(fill.price[row] as number);
    rows.integer(fill.quantity[row] as number);
    rows.name(fill.maker[row] === 1 ? 'maker' : 'taker');
    rows.money(fill.fee[row] as number);
    rows.integer(fill.venue[row] as number);
    rows.integer(order.strategy[at] as number);
    rows.bigint(fill.timeNs[row] as number);
    rows.time(fill.at[row] as number, true);
  }

  /** 0: the order has none. */
  private price(rows: CopyRows, price: number): void {
    if (price === 0) rows.null();
    else rows.money(price);
  }

  private reason(rows: CopyRows, reason: number): void {
    if (reason === 0) rows.null();
    else rows.name(rejections.name(reason));
  }
}

/** Every ring and table between engines: who writes it is in the first part of its name. */

import type { TopicName } from '@nautilus/config/catalog';
import type { Fields, Layout } from './layout';
import * as messages from './messages';

/**
 * What happens when a reader is slower than the writer:
 *
 * - `block`: readers that registered as reliable hold the writer back (`claim` returns nothing while the slowest of them is a full ring
 *   behind); others are told how many messages they missed
 * - `drop`: nobody holds the writer back; every reader is told how many messages it missed
 * - `conflate`: nobody holds the writer back; a reader gets the newest message of each key that has changed, once
 */
export type BackPressure = 'block' | 'drop' | 'conflate';

/** A stream of messages with one writer. */
export interface TopicDefinition<F extends Fields = Fields> {
  readonly name: string;
  readonly layout: Layout<F>;
  /** Slots of the ring, a power of two. */
  readonly capacity: number;
  /** @default 'block' */
  readonly backPressure?: BackPressure;
  /** For `conflate`: the `i32` field that is the key, and how many keys there are, numbered from 0. */
  readonly key?: { readonly field: keyof F & string; readonly count: number };
  /** Over a network: survives a restart of the broker. In shared memory messages survive every process, not the machine. @default false */
  readonly persistent?: boolean;
}

/** Latest values by row, one writer, any number of readers; a row is never read half written. */
export interface TableDefinition<F extends Fields = Fields> {
  readonly name: string;
  readonly layout: Layout<F>;
  readonly rows: number;
}

const topic = <F extends Fields>(name: TopicName, layout: Layout<F>, capacity: number): TopicDefinition<F> =>
  Object.freeze({ name, layout, capacity });
/** One that nobody may hold back. */
const drop = <F extends Fields>(name: TopicName, layout: Layout<F>, capacity: number): TopicDefinition<F> =>
  Object.freeze({ name, layout, capacity, backPressure: 'drop' as const });
/** One that somebody reads reliably. */
const persistent = <F extends Fields>(name: TopicName, layout: Layout<F>, capacity: number): TopicDefinition<F> =>
  Object.freeze({ name, layout, capacity, persistent: true });
const table = <F extends Fields>(name: string, layout: Layout<F>, rows: number): TableDefinition<F> =>
  Object.freeze({ name, layout, rows });

export const topics = Object.freeze({
  bookEvents: persistent('marketdata.book-events', messages.BookEvent, 1 << 16),
  trades: topic('marketdata.trades', messages.Trade, 1 << 14),
  bars: topic('marketdata.bars', messages.Bar, 1 << 12),
  orderEntry: persistent('client.order-entry', messages.OrderEntry, 1 << 14),
  orderAcks: persistent('oms.order-acks', messages.OrderAck, 1 << 14),
  orderUpdates: drop('oms.order-updates', messages.OrderUpdate, 1 << 14),
  orderCommands: persistent('oms.order-commands', messages.OrderCommand, 1 << 14),
  executionReports: persistent('ems.execution-reports', messages.ExecutionReport, 1 << 14),
  executions: persistent('oms.executions', messages.Execution, 1 << 14),
  corporateActions: persistent('pms.corporate-actions', messages.CorporateAction, 1 << 10),
});

export const tables = Object.freeze({
  clock: table('marketdata.clock', messages.MarketTime, 1),
  quotes: table('marketdata.quotes', messages.Quote, 1024),
  limits: table('risk.limits', messages.AccountLimits, 1024),
});

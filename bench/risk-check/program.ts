/**
 * `program check|naive|empty ACCOUNTS DIRECTORY`, in a process of its own: nanoseconds of a pre-trade check on the path of the order
 * system, with limits and quotes in shared memory, then how many orders each reason refused. Every order is written into the record that
 * the path checks, and the clock is read, in every mode.
 */
import { monotonicNs, Side, tables } from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';
import { Directory } from '../../engines/oms/directory';
import { OrderChecks } from '../../engines/oms/order-checks';
import { OrderState } from '../../engines/oms/order-state';
import { JournalRecord, RecordKind } from '../../engines/oms/records';
import { NaiveCheck } from './naive-check';
import { ASK, BID, INSTRUMENTS, limits, makeOrders, type Order, positionOf, TICK_SIZE, TYPE } from './orders';

const CHECKS = 1_000_000;
const ORDERS = 1 << 14;

const [mode, accountCount, directory] = process.argv.slice(2) as ['check' | 'naive' | 'empty', string, string];
const accounts = Number(accountCount);
const orders = makeOrders(accounts, ORDERS);

function pathCheck() {
  const hub = openHub({ directory });
  const rows = hub.table(tables.limits);
  const state = new OrderState();
  for (let account = 1; account <= accounts; account++) {
    rows.write(account, (row) => {
      row.maxOrderNotional = limits.maxOrderNotional;
      row.maxOrderQuantity = limits.maxOrderQuantity;
      row.maxPosition = limits.maxPosition;
      row.collarBasisPoints = limits.collarBasisPoints;
      row.maxOrdersPerSecond = limits.maxOrdersPerSecond;
      row.killSwitch = 0;
      row.writtenAt = monotonicNs();
      row.defined = 1;
    });
    for (let instrument = 1; instrument <= INSTRUMENTS; instrument++)
      state.exposure.fill(account, instrument, Side.buy, positionOf(account, instrument));
  }
  const quotes = hub.table(tables.quotes);
  for (let instrument = 1; instrument <= INSTRUMENTS; instrument++)
    quotes.write(instrument, (quote) => {
      quote.timeNs = 34_200e9;
      quote.bid = BID;
      quote.ask = ASK;
      quote.bidQuantity = quote.askQuantity = 100;
      quote.last = BID;
    });
  const known = new Directory({
    accounts: Array.from({ length: accounts }, (_, index) => ({ id: index + 1, name: `account-${index + 1}` })),
    instruments: Array.from({ length: INSTRUMENTS }, (_, index) => ({
      id: index + 1,
      symbol: `S${index + 1}`,
      currency: 'USD',
      tickSize: TICK_SIZE,
    })),
  });
  const clock = { read: () => ({ timeNs: 34_200e9 }) };
  return new OrderChecks(known, state, hub.openTable(tables.limits), hub.openTable(tables.quotes), clock, 600e9);
}

const record = new JournalRecord();
const checks = pathCheck();
const naive = new NaiveCheck(accounts);
const check = {
  check: (_: Order, now: number) => checks.submit(record.order, now),
  naive: (order: Order, now: number) => naive.submit(order, now),
  empty: () => 0,
}[mode];

const refused = new Int32Array(256);
function run(count: number): void {
  for (let i = 0; i < count; i++) {
    const one = orders[i & (ORDERS - 1)]!;
    record.begin(RecordKind.order);
    const { order } = record;
    order.account = one.account;
    order.instrument = one.instrument;
    order.side = one.side;
    order.type = TYPE;
    order.quantity = one.quantity;
    order.limitPrice = one.limitPrice;
    refused[check(one, monotonicNs())]!++;
  }
}

run(CHECKS / 2);
refused.fill(0);
const start = performance.now();
run(CHECKS);
const ns = ((performance.now() - start) * 1e6) / CHECKS;
if (mode !== 'empty' && (refused[0] === 0 || refused[0] === CHECKS)) throw new Error('no limit was met, or every one');
process.stdout.write(`${ns}\n${refused.join(' ')}\n`);

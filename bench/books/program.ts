/**
 * Measures the books in a process of their own: `node program.js ACCOUNTS SYMBOLS`, each account in each symbol. Prints ns a fill, ms of
 * the margin of all accounts from nothing, ns a tick of a symbol that ten accounts hold, and the positions that there are.
 */
import { Books } from '../../engines/pms/books/books';
import { MarginBook } from '../../engines/pms/margin/margin-book';
import { Xorshift32 } from '../portable-flow/flow';

const FILLS = 1_000_000;
const TICKS = 1_000_000;
const HOLDERS = 10;
const REPEATS = 5;

const [accounts = 0, symbols = 0] = process.argv.slice(2).map(Number);
const books = new Books();
books.apply({ kind: 'roll', day: '2012-06-21', next: '2012-06-22', marks: {} }, 1);
books.apply(
  {
    kind: 'define',
    accounts: Array.from({ length: accounts }, (_, id) => ({
      id,
      name: `account-${id}`,
      currency: 'USD',
      initialCash: 1e12,
      costMethod: 'average',
      settlementDays: 1,
    })),
    // The last one is the one that ticks.
    instruments: Array.from({ length: symbols + 1 }, (_, id) => ({ id, symbol: `S${id}`, currency: 'USD' })),
  },
  2,
);
const random = new Xorshift32(2_463_534_242);
let record = 3;
const fill = { account: 0, instrument: 0, price: 0, quantity: 0, side: 0, fee: 0, strategy: 0 };
const trade = (account: number, instrument: number) => {
  fill.account = account;
  fill.instrument = instrument;
  fill.price = 1_000_000 + random.below(10_000);
  fill.quantity = 1 + random.below(500);
  fill.side = random.below(2);
  fill.fee = random.below(100);
  books.fill(fill, record++);
};
for (let account = 0; account < accounts; account++)
  for (let symbol = 0; symbol < symbols; symbol++) trade(account, symbol);
for (let account = 0; account < HOLDERS; account++) {
  fill.side = 0;
  trade(account, symbols);
}
for (let i = 0; i < FILLS / 10; i++) trade(random.below(accounts), random.below(symbols));

const beforeFills = performance.now();
for (let i = 0; i < FILLS; i++) trade(random.below(accounts), random.below(symbols));
const fillNs = ((performance.now() - beforeFills) * 1e6) / FILLS;

const margins = new MarginBook(books, { rule: () => 'reg-t', underlying: (one) => one, rate: () => 1 });
for (let symbol = 0; symbol <= symbols; symbol++) margins.tick(symbol, 1_000_000 + symbol, () => {});
let checked = 0;
const all = (): number => {
  const before = performance.now();
  margins.revalueAll();
  for (let account = 0; account < accounts; account++) if (margins.of(account)!.excess > 0) checked++;
  return performance.now() - before;
};
const marginMs = Math.min(...Array.from({ length: REPEATS }, all));

const touched = (account: number) => {
  if (margins.of(account)!.excess > 0) checked++;
};
const ticks = (count: number) => {
  for (let i = 0; i < count; i++) margins.tick(symbols, 1_000_000 + (i & 1023), touched);
};
ticks(TICKS / 10);
const beforeTicks = performance.now();
ticks(TICKS);
const tickNs = ((performance.now() - beforeTicks) * 1e6) / TICKS;
if (checked === 0 || books.ledger.imbalance() !== 0) throw new Error('the books are not what was measured');
process.stdout.write(`${fillNs} ${marginMs} ${tickNs} ${books.positions.table.count}\n`);

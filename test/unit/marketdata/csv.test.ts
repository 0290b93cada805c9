import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { BookEventKind, Side } from '@nautilus/core/domain';
import { InstrumentMarket } from '../../../engines/marketdata/book/instrument-market';
import { CsvFeed, type CsvFeedOptions } from '../../../engines/marketdata/csv/feed';

const { add, reduce, remove, executeHidden } = BookEventKind;
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-csv-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const file = (name: string, ...lines: string[]) => {
  const at = path.join(folder, name);
  const text = `${lines.join('\n')}\n`;
  fs.writeFileSync(at, name.endsWith('.gz') ? gzipSync(text) : text);
  return at;
};
const open = (options: Partial<CsvFeedOptions>) =>
  CsvFeed.open({
    columns: {},
    session: '2012-06-21',
    skip: false,
    instruments: new Map([
      ['AAPL', { id: 3, tickSize: 100 }],
      ['MSFT', { id: 4, tickSize: 100 }],
    ]),
    venueOf: () => 1,
    ...options,
  });
function steps(feed: CsvFeed) {
  const all: number[][] = [];
  while (feed.nextTimeNs !== Number.POSITIVE_INFINITY) {
    feed.take();
    all.push([feed.timeNs / 1e9, feed.instrument, feed.kind, feed.orderId, feed.side, feed.price, feed.quantity]);
  }
  return all;
}

const quotes = [
  'time,symbol,bid,bidSize,ask,askSize',
  '34200,AAPL,100.00,200,100.02,300',
  '34200.5,AAPL,100.00,150,100.02,300',
  '34201,AAPL,100.00,250,100.03,300',
  '34202,MSFT,30.01,100,0,0',
  '34203,AAPL,100.01,250,100.03,0',
];

test('quotes are one order a side, changed as little as they can be', async () => {
  const feed = await open({ quotes: file('quotes.csv', ...quotes) });
  expect(feed).toMatchObject({ totalEvents: 11, startNs: 34_200e9, endNs: 34_203e9 });
  expect(steps(feed)).toEqual([
    [34_200, 3, add, 1, Side.buy, 1_000_000, 200],
    [34_200, 3, add, 2, Side.sell, 1_000_200, 300],
    [34_200.5, 3, reduce, 1, Side.buy, 1_000_000, 50],
    [34_201, 3, remove, 1, Side.buy, 1_000_000, 150],
    [34_201, 3, add, 3, Side.buy, 1_000_000, 250],
    [34_201, 3, remove, 2, Side.sell, 1_000_200, 300],
    [34_201, 3, add, 4, Side.sell, 1_000_300, 300],
    [34_202, 4, add, 5, Side.buy, 300_100, 100],
    [34_203, 3, remove, 3, Side.buy, 1_000_000, 250],
    [34_203, 3, add, 6, Side.buy, 1_000_100, 250],
    [34_203, 3, remove, 4, Side.sell, 1_000_300, 300],
  ]);
});

test('the book shows each quote as the file does', async () => {
  const feed = await open({ quotes: file('quotes.csv.gz', ...quotes) });
  const market = new InstrumentMarket(3, 100);
  const shown: number[][] = [];
  for (; feed.nextTimeNs !== Number.POSITIVE_INFINITY; ) {
    feed.take();
    if (feed.instrument !== 3) continue;
    expect(market.apply(feed)).toBe(0);
    if (feed.nextTimeNs > feed.timeNs) shown.push([market.best(0), market.bestQuantity, market.best(1)]);
  }
  expect(shown).toEqual([
    [1_000_000, 200, 1_000_200],
    [1_000_000, 150, 1_000_200],
    [1_000_000, 250, 1_000_300],
    [1_000_100, 250, 0],
  ]);
});

test('who took is what the file says, else what quotes and ticks do', async () => {
  const trades = file(
    'trades.csv',
    'time,symbol,price,size,side',
    '34200,AAPL,100.02,10,',
    '34200.1,AAPL,100.00,10,',
    '34200.2,AAPL,100.01,10,',
    '34200.3,AAPL,100.01,10,',
    '34200.4,AAPL,100.02,10,sell',
    '34202,MSFT,30.00,10,B',
    '34203,XYZ,1,1,',
  );
  const feed = await open({ trades, quotes: file('quotes.csv', ...quotes.slice(0, 2)) });
  const takers = steps(feed).flatMap(([, , kind, , side]) => (kind === executeHidden ? [1 - side!] : []));
  // At the ask; at the bid; at the middle after a rise; and the same again; as told; as told.
  expect(takers).toEqual([Side.buy, Side.sell, Side.buy, Side.buy, Side.sell, Side.buy]);
});

test('columns may have other names and another order, and times three forms', async () => {
  const trades = file(
    'trades.csv',
    'Size,Price,ts,ticker,venue',
    '10,1.5,2012-06-21T09:30:00.000000001,AAPL,Q',
    '"20",2.25,09:30:01.5,AAPL,Q',
    '30,1.0001,34202.25,AAPL,Q',
  );
  const columns = { time: 'ts', symbol: 'ticker', price: 'Price', size: 'Size' };
  expect(steps(await open({ trades, columns })).map(([time, , , , , price, size]) => [time, price, size])).toEqual([
    [34_200.000000001, 15_000, 10],
    [34_201.5, 22_500, 20],
    [34_202.25, 10_001, 30],
  ]);
});

test.each([
  ['25:99:00,AAPL,1,1', 'time is "25:99:00"'],
  ['2012-06-22T09:30:00,AAPL,1,1', 'time is "2012-06-22T09:30:00"'],
  ['34199,AAPL,1,1', 'time is "34199"'],
  ['34200,AAPL,-1,1', 'price is "-1"'],
  ['34200,AAPL,1.00005,1', 'price is "1.00005"'],
  ['34200,AAPL,1,1.5', 'size is "1.5"'],
  ['34200,AAPL,1,99999999999', 'size is "99999999999"'],
  ['34200,AAPL,1', 'line is "34200,AAPL,1"'],
])('the line %s is refused with its place, or left out and counted', async (line, message) => {
  const trades = file('trades.csv', 'time,symbol,price,size', '34200,AAPL,1,1', line, '34201,AAPL,1,1');
  await expect(open({ trades })).rejects.toMatchObject({
    code: 'NAUT_FEED_LINE_MALFORMED',
    message: `${trades}:3: ${message}`,
  });
  const feed = await open({ trades, skip: true });
  expect(feed.counts.skipped).toBe(1);
  expect(steps(feed)).toHaveLength(2);
});

test('a file without a column, and one that is not there, are refused', async () => {
  const trades = file('trades.csv', 'time,symbol,price', '1,AAPL,1');
  await expect(open({ trades })).rejects.toMatchObject({ code: 'NAUT_FEED_COLUMN_MISSING', allowed: 'size' });
  await expect(open({ trades: path.join(folder, 'none') })).rejects.toMatchObject({
    code: 'NAUT_FEED_FILE_UNREADABLE',
  });
  const torn = path.join(folder, 'torn.csv.gz');
  fs.writeFileSync(torn, gzipSync('time,symbol,price,size\n1,AAPL,1,1\n').subarray(0, 30));
  await expect(open({ trades: torn })).rejects.toMatchObject({ code: 'NAUT_FEED_FILE_DAMAGED' });
});

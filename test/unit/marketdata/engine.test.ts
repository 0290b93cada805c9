import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BookEventKind, type Fields, Side, tables, topics, type Values } from '@nautilus/core/domain';
import { parseConfiguration, startEngine } from '@nautilus/core/kernel';
import { type Hub, openHub, type Subscription } from '@nautilus/core/transport';
import pino from 'pino';
import { NaiveMarket } from '../../../bench/consolidated/naive-market';
import { marketdata } from '../../../engines/marketdata/engine';

type Speed = number | 'full' | 'real';

/** Seconds 10 to 12 of a market: a trade at half a cent, a quiet minute, an unseen ask. */
const day = [
  '10.0,1,100,50,1000000,1',
  '10.1,4,7,30,1000200,-1',
  '10.2,5,0,10,1000050,-1',
  '10.9,2,100,20,1000000,1',
  '11.5,4,100,10,1000000,1',
  '11.6,3,100,20,1000000,1',
  '75.0,1,200,5,999900,1',
].join('\n');

let folder: string;
let hub: Hub;
const running: { stop(): Promise<void> }[] = [];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-md-'));
  fs.writeFileSync(path.join(folder, 'day.csv'), day);
  hub = openHub({ directory: path.join(folder, 'shm') });
});
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  hub.close();
  fs.rmSync(folder, { recursive: true });
});

const configuration = (speed: Speed, feed: object = {}, tickSize = 100, engine: object = {}) =>
  parseConfiguration(
    {
      service: 'marketdata',
      profile: 'test',
      port: 0,
      sharedMemory: path.join(folder, 'shm'),
      dataDirectory: path.join(folder, 'data'),
      poll: 'sleep',
      engine: {
        session: '2012-06-21',
        venues: [{ name: 'XSIM', share: 1 }],
        instruments: [
          { id: 3, symbol: 'AAPL', currency: 'USD', tickSize },
          { id: 4, symbol: 'MSFT', currency: 'USD', tickSize: 100 },
        ],
        feeds: [{ kind: 'lobster', file: path.join(folder, 'day.csv'), instrument: 'AAPL', ...feed }],
        speed,
        awaitReaders: ['ems'],
        ...engine,
      },
    },
    marketdata,
  );

async function start(...of: Parameters<typeof configuration>) {
  const engine = await startEngine(marketdata, configuration(...of), pino({ level: 'silent' }));
  running.push(engine);
  return engine;
}

const until = async (condition: () => boolean) => {
  for (let i = 0; !condition() && i < 2000; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
};

function collector<F extends Fields>(subscription: Subscription<F>) {
  const messages: Values<F>[] = [];
  return {
    messages,
    poll: () => {
      subscription.poll((message) => messages.push(message.copy()));
      return messages;
    },
  };
}

const get = async (port: number, url: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/marketdata/${url}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const kinds = (messages: readonly { readonly kind: number; readonly orderId: number }[]) =>
  messages.filter(({ kind }) => kind !== BookEventKind.time).map(({ kind, orderId }) => [kind, orderId]);

const wholeDay = [
  [BookEventKind.add, 7],
  [BookEventKind.add, 100],
  [BookEventKind.execute, 7],
  [BookEventKind.executeHidden, 0],
  [BookEventKind.reduce, 100],
  [BookEventKind.execute, 100],
  [BookEventKind.remove, 100],
  [BookEventKind.add, 200],
  [BookEventKind.end, 0],
];

test('a session is published once, in order, when its readers are there', async () => {
  const { engine, port } = await start('full');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(engine.feeds()[0]).toMatchObject({ state: 'waiting', waitingFor: ['ems'], events: 0 });
  const trades = collector(hub.subscribe(topics.trades, { name: 'test', from: 'oldest' }));
  const events = collector(hub.subscribe(topics.bookEvents, { name: 'ems', reliable: true }));
  await until(() => events.poll().some(({ kind }) => kind === BookEventKind.end));
  expect(kinds(events.messages)).toEqual(wholeDay);
  expect(events.messages.map(({ sequence }) => sequence)).toEqual(events.messages.map((_, i) => i + 1));
  const times = events.messages.map(({ timeNs }) => timeNs);
  expect([...times].sort((a, b) => a - b)).toEqual(times);
  expect(trades.poll().map((t) => [t.sequence, t.price, t.quantity, t.aggressor, t.hidden])).toEqual([
    [1, 1000200, 30, 0, 0],
    [2, 1000050, 10, 0, 1],
    [3, 1000000, 10, 1, 0],
  ]);
  const quotes = hub.openTable(tables.quotes);
  expect(quotes.snapshot(3)).toMatchObject({ bid: 999900, bidQuantity: 5, ask: 0, askQuantity: 0, last: 1000000 });
  const { body } = await get(port, 'snapshot/AAPL');
  expect(body).toMatchObject({ bid: 99.99, bidQuantity: 5, ask: null, last: 100, asks: [] });
  expect((await get(port, 'book/AAPL/orders')).body.orders).toEqual([
    { orderId: 200, side: 'buy', price: 999900, quantity: 5, venue: 0 },
  ]);
});

test('bars are exact, and there when their time has passed', async () => {
  const { port } = await start('full');
  const events = collector(hub.subscribe(topics.bookEvents, { name: 'ems', reliable: true }));
  const bars = collector(hub.subscribe(topics.bars, { name: 'test', from: 'oldest' }));
  await until(() => events.poll().some(({ kind }) => kind === BookEventKind.end));
  const summary = bars
    .poll()
    .map((b) => [b.size, b.timeNs / 1e9, b.open, b.high, b.low, b.close, b.volume, b.notional, b.trades]);
  expect(summary).toEqual([
    [1, 10, 1000200, 1000200, 1000050, 1000050, 40, 30 * 1000200 + 10 * 1000050, 2],
    [1, 11, 1000000, 1000000, 1000000, 1000000, 10, 10_000_000, 1],
    [60, 0, 1000200, 1000200, 1000000, 1000000, 50, 30 * 1000200 + 10 * 1000050 + 10_000_000, 3],
  ]);
  const { body } = await get(port, 'bars/AAPL?size=1&limit=1');
  expect(body.bars).toEqual([
    { timeNs: 11e9, open: 100, high: 100, low: 100, close: 100, volume: 10, notional: 1000, trades: 1 },
  ]);
});

test('in a quiet market time goes on and finishes the bar', async () => {
  await start(20);
  const events = collector(hub.subscribe(topics.bookEvents, { name: 'ems', reliable: true }));
  const bars = collector(hub.subscribe(topics.bars, { name: 'test', from: 'oldest' }));
  await until(() => bars.poll().length === 2);
  expect(events.poll().every(({ timeNs }) => timeNs < 75e9)).toBe(true);
  expect(events.messages.some(({ kind, timeNs }) => kind === BookEventKind.time && timeNs > 12e9)).toBe(true);
});

test('after the end time goes on', async () => {
  await start('full');
  const events = collector(hub.subscribe(topics.bookEvents, { name: 'ems', reliable: true }));
  await until(() => events.poll().filter(({ kind }) => kind === BookEventKind.time).length > 3);
  const afterEnd = events.messages.slice(events.messages.findIndex(({ kind }) => kind === BookEventKind.end) + 1);
  expect(afterEnd.every(({ kind }) => kind === BookEventKind.time)).toBe(true);
  expect(afterEnd.at(-1)!.timeNs).toBeGreaterThan(75e9);
  expect(hub.openTable(tables.clock).snapshot(0).timeNs).toBeGreaterThanOrEqual(afterEnd.at(-1)!.timeNs);
});

test.each(['full', 200] as const)('an engine that starts again at speed %s goes on where it stopped', async (speed) => {
  const events = collector(hub.subscribe(topics.bookEvents, { name: 'ems', reliable: true }));
  const trades = collector(hub.subscribe(topics.trades, { name: 'test', from: 'oldest' }));
  const bars = collector(hub.subscribe(topics.bars, { name: 'test', from: 'oldest' }));
  const ended = () => events.poll().some(({ kind }) => kind === BookEventKind.end);
  for (let life = 0; life < 20 && !ended(); life++) {
    await start(speed);
    const seen = events.messages.length;
    await until(() => events.poll().length > seen + 1);
    await running.pop()!.stop();
  }
  const again = await start(speed);
  const seen = events.poll().length;
  await until(() => events.poll().length > seen + 1);
  expect(again.engine.state).toBe('ended');
  expect(kinds(events.messages)).toEqual(wholeDay);
  expect(events.messages.map(({ sequence }) => sequence)).toEqual(events.messages.map((_, i) => i + 1));
  expect(trades.poll().map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(bars.poll().map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test('quotes of many instruments are as new as the events while a reader holds the engine back', async () => {
  const instruments = Array.from({ length: 40 }, (_, id) => ({ id, symbol: `S${id}`, currency: 'USD', tickSize: 100 }));
  const feeds = [{ kind: 'synthetic', rate: 100 }];
  const events = hub.subscribe(topics.bookEvents, { name: 'ems', reliable: true });
  const { engine } = await start('full', {}, 100, { instruments, feeds });
  const { capacity } = topics.bookEvents;
  await until(() => engine.sequence >= capacity - 1);
  const quotes = hub.openTable(tables.quotes);
  const markets = instruments.map(() => ({ market: new NaiveMarket(), sequence: 0 }));
  const told = engine.sequence;
  events.poll((event) => {
    if (event.kind >= BookEventKind.executeHidden) return;
    const of = markets[event.instrument]!;
    of.market.apply(event);
    of.sequence = event.sequence;
  });
  expect(engine.sequence).toBe(told);
  markets.forEach(({ market, sequence }, instrument) => {
    const quote = quotes.snapshot(instrument);
    expect(quote).toMatchObject({ bid: market.best(Side.buy), bidQuantity: market.bestQuantity });
    expect(quote).toMatchObject({ ask: market.best(Side.sell), askQuantity: market.bestQuantity });
    expect(quote.eventSequence).toBeGreaterThanOrEqual(sequence);
  });
});

test('a symbol or an interval that is unknown is answered with what is known', async () => {
  const { port } = await start('full');
  expect(await get(port, 'snapshot/XYZ')).toMatchObject({
    status: 404,
    body: { code: 'NAUT_SYMBOL_UNKNOWN', value: 'XYZ', allowed: ['AAPL', 'MSFT'] },
  });
  expect(await get(port, 'bars/AAPL?size=7')).toMatchObject({
    status: 400,
    body: { code: 'NAUT_BARS_UNKNOWN', value: 'time 7', allowed: ['time 1', 'time 60'] },
  });
  expect((await get(port, 'snapshot/MSFT')).body).toMatchObject({ bid: null, ask: null, last: null, bids: [] });
  expect((await get(port, 'symbols')).body.symbols).toHaveLength(2);
});

test('a feed that cannot be replayed is refused before anything is published', async () => {
  await expect(start('full', { file: path.join(folder, 'none.csv') })).rejects.toMatchObject({
    code: 'NAUT_FEED_FILE_UNREADABLE',
  });
  await expect(start('full', {}, 7)).rejects.toMatchObject({ code: 'NAUT_FEED_TICK_SIZE', value: '7' });
  fs.appendFileSync(path.join(folder, 'day.csv'), '\nbad line');
  await expect(start('full')).rejects.toMatchObject({ code: 'NAUT_FEED_LINE_MALFORMED', value: 'bad line' });
  expect(() => configuration('full', { instrument: 'XYZ' })).toThrow('mistake');
});

test('events that are alike are gone on with after as many as were published', async () => {
  const hidden = '10.2,5,0,10,1000050,-1';
  fs.writeFileSync(path.join(folder, 'day.csv'), day.replace(hidden, [hidden, hidden, hidden].join('\n')));
  const events = hub.publish(topics.bookEvents);
  const said = {
    timeNs: 10.2e9,
    publishedAt: 0,
    instrument: 3,
    side: 1,
    kind: 5,
    orderId: 0,
    price: 1000050,
    quantity: 10,
  };
  for (const [sequence, step] of [
    [1, 4],
    [2, 5],
  ] as const)
    events.claim()!.assign({ ...said, sequence, step });
  events.commit();
  events.close();
  const { engine } = await start('full');
  expect(engine.feeds()[0]).toMatchObject({ events: 4 });
});

test('a ring with another session is not gone on with', async () => {
  const events = hub.publish(topics.bookEvents);
  const foreign = {
    sequence: 9,
    step: 7,
    timeNs: 11.5e9,
    publishedAt: 0,
    orderId: 77,
    instrument: 3,
    price: 1,
    quantity: 1,
  };
  events.claim()!.assign({ ...foreign, kind: BookEventKind.add, side: 0 });
  events.commit();
  events.close();
  await expect(start('full')).rejects.toMatchObject({ code: 'NAUT_FEED_CHANGED' });
});

/** Market data as the process that it is: many symbols at three venues, killed while it plays; what it recorded, played again. */
import fs from 'node:fs';
import path from 'node:path';
import { BookEventKind, topics } from '@nautilus/core/domain';
import { type Hub, openHub } from '@nautilus/core/transport';
import { inspectFile } from '../../../engines/marketdata/files';
import { RecordingReader } from '../../../engines/marketdata/recording/reader';
import { SyntheticFeed } from '../../../engines/marketdata/synthetic/feed';
import { freePort } from '../../support/free-port';
import { flow } from '../../unit/marketdata/itch-flow';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

const instruments = Array.from({ length: 20 }, (_, index) => ({
  id: index + 1,
  symbol: `SYM${index + 1}`,
  currency: 'USD',
  tickSize: 100,
}));
const venues = [
  { name: 'XSIM', share: 2 },
  { name: 'YSIM', share: 1 },
  { name: 'ZSIM', share: 1 },
];
const market = { seed: 5, startSeconds: 34_200, seconds: 60, rate: 50, branching: 0.6, decay: 5, firstPrice: 100 };

const scratch = scratchDirectory('marketdata');
const running: EngineProcess[] = [];
let program: string;
beforeAll(() => {
  program = bundle('engines/marketdata/main.ts', scratch.path);
});
afterAll(async () => {
  await Promise.all(running.map((engine) => engine.stop()));
  scratch.remove();
});

/** One of the two platforms, each with rings of its own. */
async function start(name: string, feeds: object[], more: object = {}) {
  const engine = new EngineProcess(
    program,
    {
      service: 'marketdata',
      profile: 'test',
      port: await freePort(),
      sharedMemory: path.join(scratch.path, name, 'shm'),
      dataDirectory: path.join(scratch.path, name, 'data'),
      poll: 'yield',
      memory: { claimBytes: 256 * 2 ** 20 },
      engine: {
        session: '2012-06-21',
        instruments,
        venues,
        feeds,
        speed: 'full',
        awaitReaders: ['watcher'],
        bars: [
          { kind: 'time', size: 10 },
          { kind: 'volume', size: 100_000 },
        ],
        ...more,
      },
    } as never,
    path.join(scratch.path, name),
  );
  running.push(engine);
  await engine.answers();
  return engine;
}

/** A reader that holds the market back: reads when it is told to. */
function watcher(hub: Hub) {
  const events = hub.subscribe(topics.bookEvents, { name: 'watcher', reliable: true });
  const trades = hub.subscribe(topics.trades, { name: 'watcher', reliable: true });
  const bars = hub.subscribe(topics.bars, { name: 'watcher', reliable: true });
  const seen = {
    events: [] as (number | string)[],
    sequences: [] as number[],
    trades: [] as number[],
    bars: [] as string[],
    ended: false,
  };
  const read = async (until: () => boolean) => {
    while (!until()) {
      const some = events.poll((event) => {
        seen.sequences.push(event.sequence);
        if (event.kind === BookEventKind.end) seen.ended = true;
        if (event.kind >= BookEventKind.time) return;
        seen.events.push(
          [event.kind, event.timeNs, event.instrument, event.venue, event.orderId, event.price, event.quantity].join(
            ' ',
          ),
        );
      }, 512);
      trades.poll((trade) => seen.trades.push(trade.sequence));
      bars.poll((bar) =>
        seen.bars.push([bar.sequence, bar.instrument, bar.kind, bar.size, bar.timeNs, bar.close].join(' ')),
      );
      if (some === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  return { seen, read };
}

const counting = (numbers: readonly number[]) => numbers.every((number, index) => number === index + 1);

test('killed again and again, it says everything once; its recording says the same again', async () => {
  const recording = path.join(scratch.path, 'day.naut');
  const hub = openHub({ directory: path.join(scratch.path, 'first', 'shm') });
  const { seen, read } = watcher(hub);
  const synthetic = { kind: 'synthetic', ...market };
  for (const stopAt of [1, 7000, 20_000, 40_000]) {
    const engine = await start('first', [synthetic], { record: recording });
    await read(() => seen.events.length >= stopAt);
    engine.signal('SIGKILL');
    await engine.ended;
  }
  const engine = await start('first', [synthetic], { record: recording });
  await read(() => seen.ended);
  const { body } = await engine.get('/api/v1/marketdata/feeds');
  expect(body).toMatchObject({ feeds: [{ kind: 'synthetic', state: 'ended', stale: false, problem: null }] });
  const snapshot = await engine.get('/api/v1/marketdata/snapshot/SYM7?levels=3');
  const orders = (await engine.get('/api/v1/marketdata/book/SYM7/orders')).body as {
    orders: { venue: number; side: string; price: number; quantity: number }[];
  };
  expect(new Set(orders.orders.map(({ venue }) => venue))).toEqual(new Set([0, 1, 2]));
  const bids = orders.orders.filter(({ side }) => side === 'buy');
  const best = Math.max(...bids.map(({ price }) => price));
  const there = bids.filter(({ price }) => price === best);
  expect(snapshot.body).toMatchObject({
    bid: best / 10_000,
    bidQuantity: there.reduce((sum, { quantity }) => sum + quantity, 0),
  });
  await engine.stop();

  const feed = new SyntheticFeed({ ...market, firstPrice: 1_000_000, instruments, venueOf: () => 0 });
  let steps = 0;
  for (; feed.nextTimeNs !== Number.POSITIVE_INFINITY; steps++) feed.take();
  expect(seen.events).toHaveLength(steps);
  expect(counting(seen.sequences)).toBe(true);
  expect(counting(seen.trades)).toBe(true);
  expect(new RecordingReader(recording)).toMatchObject({ events: steps, tornBytes: 0 });

  const again = watcher(openHub({ directory: path.join(scratch.path, 'second', 'shm') }));
  await start('second', [{ kind: 'recording', file: recording }]);
  await again.read(() => again.seen.ended && again.seen.bars.length >= Math.min(1000, seen.bars.length));
  expect(again.seen.events).toEqual(seen.events);
  expect(again.seen.trades).toEqual(seen.trades);
  expect(again.seen.bars.slice(0, 1000)).toEqual(seen.bars.slice(0, 1000));
}, 240_000);

test('a damaged feed stops alone: the others go on, and its quotes are not shown', async () => {
  const events = path.join(scratch.path, 'day.csv');
  const lines = ['time,symbol,bid,bidSize,ask,askSize'];
  for (let second = 0; second < 60; second++) lines.push(`${34_200 + second},SYM1,100.00,${100 + second},100.02,100`);
  fs.writeFileSync(events, lines.join('\n'));
  const recording = path.join(scratch.path, 'broken.naut');
  const bytes = fs.readFileSync(path.join(scratch.path, 'day.naut'));
  const { blocks } = new RecordingReader(path.join(scratch.path, 'day.naut'));
  bytes[blocks[1]!.offset + 200]! ^= 1;
  fs.writeFileSync(recording, bytes);
  const { seen, read } = watcher(openHub({ directory: path.join(scratch.path, 'third', 'shm') }));
  const engine = await start('third', [
    { kind: 'csv', quotes: events, instruments: ['SYM1'] },
    { kind: 'recording', file: recording, instruments: ['SYM2', 'SYM3'] },
  ]);
  await read(() => seen.ended);
  expect((await engine.get('/api/v1/marketdata/feeds')).body).toMatchObject({
    feeds: [
      { kind: 'csv', state: 'ended', problem: null },
      { kind: 'recording', state: 'failed', problem: { code: 'NAUT_FEED_RECORDING_CORRUPT' } },
    ],
  });
  expect((await engine.get('/api/v1/marketdata/snapshot/SYM1')).body).toMatchObject({ bid: 100, bidQuantity: 159 });
  expect((await engine.get('/api/v1/marketdata/snapshot/SYM2')).body).toMatchObject({ bid: null, ask: null, bids: [] });
  expect((await engine.get('/metrics')).body).toMatch(/^nautilus_marketdata_feeds_failed\{.*\} 1$/m);
});

const stocks = ['AAPL', 'MSFT', 'XYZ'].map((symbol, index) => ({
  id: index + 1,
  symbol,
  currency: 'USD',
  tickSize: 100,
}));

test('ITCH that was recorded while it played plays to the same events and hash; torn, it plays up to there and is stale', async () => {
  const { bytes } = flow(21, 20_000);
  const file = path.join(scratch.path, 'day.itch');
  const recording = path.join(scratch.path, 'itch.naut');
  fs.writeFileSync(file, bytes);
  const itch = watcher(openHub({ directory: path.join(scratch.path, 'itch', 'shm') }));
  const live = await start('itch', [{ kind: 'itch', file }], { instruments: stocks, record: recording });
  await itch.read(() => itch.seen.ended);
  await live.stop();
  const source = await inspectFile(file);
  expect(source).toMatchObject({ problem: null, events: itch.seen.events.length });
  expect(await inspectFile(recording)).toMatchObject({ problem: null, events: source.events, hash: source.hash });

  const again = watcher(openHub({ directory: path.join(scratch.path, 'itch-again', 'shm') }));
  await start('itch-again', [{ kind: 'recording', file: recording }], { instruments: stocks });
  await again.read(() => again.seen.ended);
  expect(again.seen.events).toEqual(itch.seen.events);

  fs.writeFileSync(file, bytes.subarray(0, bytes.length / 2));
  const torn = watcher(openHub({ directory: path.join(scratch.path, 'itch-torn', 'shm') }));
  const engine = await start('itch-torn', [{ kind: 'itch', file }], { instruments: stocks });
  await torn.read(() => torn.seen.ended);
  expect(torn.seen.events).toEqual(itch.seen.events.slice(0, torn.seen.events.length));
  expect(torn.seen.events.length).toBeGreaterThan(1000);
  expect((await engine.get('/api/v1/marketdata/feeds')).body).toMatchObject({
    feeds: [{ state: 'failed', problem: { code: 'NAUT_FEED_MESSAGE_TORN' } }],
  });
  expect((await engine.get('/api/v1/marketdata/snapshot/AAPL')).body).toMatchObject({ bid: null, ask: null });
}, 120_000);

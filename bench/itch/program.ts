/**
 * In a process of its own:
 *
 * program decode|decode-naively|follow|follow-naively FILE: prints messages a second, then what was found in the file.
 * program record FILE RECORDING: plays the file into the books of three venues and a recording, then the recording into new books.
 * program deflate FILE MESSAGES: packs and unpacks the file's bytes.
 * The last two print messages a second there and back, and the bytes that one takes.
 */
import { readFileSync, statSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { InstrumentMarket } from '../../engines/marketdata/book/instrument-market';
import type { Feed } from '../../engines/marketdata/feeds/feed';
import { RecordingFeed } from '../../engines/marketdata/recording/feed';
import { RecordingReader } from '../../engines/marketdata/recording/reader';
import { RecordingWriter } from '../../engines/marketdata/recording/writer';
import { instrumentList, instruments, venueNames } from '../synthetic-market';
import { decode, decodeNaively } from './decode';
import { follow, followNaively, itchFeed } from './follow';

import { StepHash } from './sums';

const sides = { decode, 'decode-naively': decodeNaively, follow, 'follow-naively': followNaively };
const PIECE = 1 << 20;

/** Walks a feed into books. @returns seconds, and hashes of the steps and of the orders that rest in the end */
function walk(feed: Feed, each: (feed: Feed) => void) {
  const markets = [...instruments.values()].map(({ id, tickSize }) => new InstrumentMarket(id, tickSize));
  const steps = new StepHash();
  const start = performance.now();
  while (feed.nextTimeNs !== Number.POSITIVE_INFINITY) {
    feed.take();
    if (markets[feed.instrument]!.apply(feed) < 0) throw new Error(`the book refused order ${feed.orderId}`);
    each(feed);
    steps.add(feed);
  }
  const seconds = (performance.now() - start) / 1e3;
  feed.close();
  const resting = new StepHash();
  for (const market of markets) {
    const { instrument } = market;
    market.forEachOrder((venue, orderId, side, price, quantity) =>
      resting.add({ kind: 0, timeNs: 0, instrument, venue, orderId, side, price, quantity }),
    );
  }
  return { perSecond: steps.count / seconds, found: `${steps.line} ${resting.line}` };
}

function record(file: string, recording: string): string {
  const writer = new RecordingWriter(recording, {
    session: 'bench',
    instruments: instrumentList,
    venues: venueNames,
  });
  const recorded = walk(itchFeed(file), (feed) => writer.add(feed));
  writer.finish();
  const replayed = walk(new RecordingFeed(new RecordingReader(recording), instruments, venueNames), () => {});
  if (recorded.found !== replayed.found)
    throw new Error(`recorded ${recorded.found}, replayed ${replayed.found}: the recording plays another market`);
  const bytes = statSync(recording).size / writer.events;
  return `${recorded.perSecond} ${replayed.perSecond} ${bytes}\n${recorded.found}\n`;
}

function deflate(file: string, messages: number): string {
  const bytes = readFileSync(file);
  const timed = <T>(work: () => T): readonly [T, number] => {
    const start = performance.now();
    return [work(), messages / ((performance.now() - start) / 1e3)];
  };
  const pieces = Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, i) =>
    bytes.subarray(i * PIECE, (i + 1) * PIECE),
  );
  const [packed, there] = timed(() => pieces.map((piece) => deflateRawSync(piece, { level: 1 })));
  const [back, again] = timed(() => packed.map((piece) => inflateRawSync(piece)));
  if (back.some((piece, i) => !piece.equals(pieces[i]!))) throw new Error('deflate brings back other bytes');
  return `${there} ${again} ${packed.reduce((sum, { length }) => sum + length, 0) / messages}\n`;
}

const [mode, file, more] = process.argv.slice(2) as [keyof typeof sides | 'record' | 'deflate', string, string];
if (mode === 'record') process.stdout.write(record(file, more));
else if (mode === 'deflate') process.stdout.write(deflate(file, Number(more)));
else {
  const start = performance.now();
  const found = sides[mode](file);
  process.stdout.write(`${found.count / ((performance.now() - start) / 1e3)}\n${found.line}\n`);
}

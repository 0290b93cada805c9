/**
 * `program platform|naive SYMBOLS ACTIVE TICKS`, in a process of its own: books of so many symbols at three venues, orders in all of them,
 * ticks in the active ones. After every 64 ticks the best prices and quantities of the symbols that moved are read.
 * Prints ticks a second, then a hash of all quotes read.
 */
import type { FeedEvent } from '../../engines/marketdata/feeds/feed';
import { InstrumentMarkets } from '../../engines/marketdata/instrument-markets';
import { instrumentList, market, venueNames } from '../synthetic-market';
import { NaiveMarket } from './naive-market';
import { Steps } from './steps';

const BATCH = 64;
const WARM_UP = 500_000;

const [side, ...sizes] = process.argv.slice(2) as [keyof typeof sides, ...string[]];
const [symbols, active, ticks] = sizes.map(Number) as [number, number, number];

interface Quoted {
  best(side: number): number;
  readonly bestQuantity: number;
}

let hash = 0x811c9dc5 | 0;
const read = (one: Quoted): void => {
  for (let side = 0; side < 2; side++) {
    hash = Math.imul(hash ^ one.best(side), 0x01000193);
    hash = Math.imul(hash ^ one.bestQuantity, 0x01000193);
  }
};

const sides = {
  platform: () => {
    const markets = new InstrumentMarkets({
      session: '2012-06-21',
      instruments: instrumentList.slice(0, symbols),
      venues: venueNames.map((name) => ({ name, share: 1 })),
      feeds: [{ kind: 'recording', file: '' }],
      speed: 'full',
      awaitReaders: [],
      bars: [],
    });
    return {
      apply: (event: FeedEvent): void => {
        if (markets.at(event.instrument).apply(event) < 0) throw new Error(`the book refused order ${event.orderId}`);
        markets.touch(event.instrument);
      },
      readMoved: () => markets.takeMoved(read),
    };
  },
  naive: () => {
    const markets = Array.from({ length: symbols }, () => new NaiveMarket());
    const moved = new Set<NaiveMarket>();
    return {
      apply: (event: FeedEvent): void => {
        const one = markets[event.instrument]!;
        one.apply(event);
        moved.add(one);
      },
      readMoved: () => {
        for (const one of moved) read(one);
        moved.clear();
      },
    };
  },
};

const { apply, readMoved } = sides[side]();
// The orders that rest at the open, of the idle symbols.
for (const all = market(symbols); all.nextTimeNs === all.startNs; ) {
  all.take();
  if (all.instrument >= active) apply(all);
}
readMoved();
hash = 0x811c9dc5 | 0;
const steps = new Steps(active, WARM_UP + ticks);
const play = (count: number): void => {
  for (let tick = 1; tick <= count; tick++) {
    apply(steps.next());
    if (tick % BATCH === 0) readMoved();
  }
  readMoved();
};
play(WARM_UP);
const start = performance.now();
play(ticks);
process.stdout.write(`${ticks / ((performance.now() - start) / 1e3)}\n${hash}\n`);

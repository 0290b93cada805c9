/**
 * `program platform|naive IDLE`, in a process of its own: trades in a symbol with a few stops near the market, while IDLE stops rest in
 * another symbol. Prints nanoseconds a trade, then how many stops were triggered and a sum of them.
 */
import { Side } from '@nautilus/core/domain';
import { StopBook } from '../../engines/oms/stop-book';
import { Xorshift32 } from '../portable-flow/flow';

const TRADES = 2_000_000;
const [TICKING, QUIET] = [1, 2];
/** Stops of the symbol that trades: one that is triggered is put back further away. */
const NEAR = 20;
const MIDDLE = 1_000_000;

const [mode, idle] = process.argv.slice(2) as ['platform' | 'naive', string];

interface Stops {
  add(instrument: number, side: number, price: number, index: number): void;
  take(instrument: number, last: number): number;
}

/** A list of all stops, looked through at every trade; the nearest of the buys goes first. */
class NaiveStops implements Stops {
  private readonly stops: { instrument: number; side: number; price: number; index: number }[] = [];

  add(instrument: number, side: number, price: number, index: number): void {
    this.stops.push({ instrument, side, price, index });
  }

  take(instrument: number, last: number): number {
    let found = -1;
    for (let i = 0; i < this.stops.length; i++) {
      const stop = this.stops[i]!;
      if (stop.instrument !== instrument) continue;
      if (stop.side === Side.buy ? stop.price > last : stop.price < last) continue;
      const other = this.stops[found];
      if (other === undefined || this.isBefore(stop, other)) found = i;
    }
    return found < 0 ? -1 : this.stops.splice(found, 1)[0]!.index;
  }

  private isBefore(a: { side: number; price: number; index: number }, b: typeof a): boolean {
    if (a.side !== b.side) return a.side === Side.buy;
    const gap = a.side === Side.buy ? a.price - b.price : b.price - a.price;
    return gap < 0 || (gap === 0 && a.index < b.index);
  }
}

const stops: Stops = mode === 'platform' ? new StopBook() : new NaiveStops();
let random = new Xorshift32(2_463_534_242);
let next = 0;
const away = () => 100 * (1 + random.below(50));
const put = (instrument: number, last: number): void => {
  const side = next % 2;
  stops.add(instrument, side, side === Side.buy ? last + away() : last - away(), next++);
};
for (let i = 0; i < Number(idle); i++) put(QUIET, MIDDLE);
random = new Xorshift32(1_000_003);
const firstIndex = next;
for (let i = 0; i < NEAR; i++) put(TICKING, MIDDLE);

let triggered = 0;
let sum = 0;
let last = MIDDLE;
const trades = (count: number): void => {
  for (let i = 0; i < count; i++) {
    last += 100 * (random.below(3) - 1);
    for (let index = stops.take(TICKING, last); index >= 0; index = stops.take(TICKING, last)) {
      triggered++;
      sum = (Math.imul(sum, 31) + index - firstIndex) | 0;
      put(TICKING, last);
    }
  }
};
const count = mode === 'naive' ? TRADES / 100 : TRADES;
trades(TRADES / 100);
const atFirst = `${triggered} ${sum}`;
const start = performance.now();
trades(count);
process.stdout.write(`${((performance.now() - start) * 1e6) / count}\n${atFirst}\n`);

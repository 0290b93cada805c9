import { BookEventKind, Side } from '@nautilus/core/domain';
import type { FeedError } from '../feeds/errors';
import { type Feed, type FeedCounts, noCounts } from '../feeds/feed';
import { malformed, type Row, readRows } from './rows';

const STRIDE = 7;

export interface CsvFeedOptions {
  readonly trades?: string;
  readonly quotes?: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly session: string;
  readonly skip: boolean;
  readonly instruments: ReadonlyMap<string, { readonly id: number; readonly tickSize: number }>;
  readonly venueOf: (orderId: number) => number;
}

/** The order that stands for a side's best quote; `quantity` 0: there is none. */
interface Best {
  id: number;
  price: number;
  quantity: number;
}

interface Known {
  readonly id: number;
  readonly tickSize: number;
  readonly best: readonly [Best, Best];
  lastTrade: number;
  lastSide: number;
}

/**
 * Trades and best quotes from files with a line each. A side's quote is one order in the book, as nothing is known of those behind it. A
 * trade is `executeHidden`; where the file does not say who took, the quote rule does, and at the middle the tick rule (Lee and Ready
 * 1991). Quotes come before trades of the same time.
 */
export class CsvFeed implements Feed {
  kind = 0;
  timeNs = 0;
  instrument = 0;
  venue = 0;
  orderId = 0;
  side = 0;
  price = 0;
  quantity = 0;
  readonly stale = false;
  private at = 0;

  private constructor(
    /** time, kind, instrument, order, side, price, quantity of each step */
    private readonly steps: Float64Array,
    private readonly venueOf: (orderId: number) => number,
    readonly counts: FeedCounts,
  ) {}

  /** @throws FeedError what is wrong with the files */
  static async open(options: CsvFeedOptions): Promise<CsvFeed> {
    const builder = new StepBuilder(options);
    const quotes = options.quotes === undefined ? [] : await builder.rows(options.quotes, 'quotes');
    const trades = options.trades === undefined ? [] : await builder.rows(options.trades, 'trades');
    let quote = 0;
    for (const trade of trades) {
      while (quote < quotes.length && quotes[quote]!.timeNs <= trade.timeNs) quotes[quote++]!.say();
      trade.say();
    }
    while (quote < quotes.length) quotes[quote++]!.say();
    const counts = { ...noCounts, skipped: builder.skipped };
    return new CsvFeed(Float64Array.from(builder.steps), options.venueOf, counts);
  }

  get events(): number {
    return this.at / STRIDE;
  }

  get totalEvents(): number {
    return this.steps.length / STRIDE;
  }

  get startNs(): number | null {
    return this.steps[0] ?? null;
  }

  get endNs(): number | null {
    return this.steps[this.steps.length - STRIDE] ?? null;
  }

  get nextTimeNs(): number {
    return this.steps[this.at] ?? Number.POSITIVE_INFINITY;
  }

  take(): void {
    const { steps, at } = this;
    this.timeNs = steps[at]!;
    this.kind = steps[at + 1]!;
    this.instrument = steps[at + 2]!;
    this.orderId = steps[at + 3]!;
    this.side = steps[at + 4]!;
    this.price = steps[at + 5]!;
    this.quantity = steps[at + 6]!;
    this.venue = this.venueOf(this.orderId);
    this.at = at + STRIDE;
  }

  close(): void {}
}

/** A row that will say something when its time has come. */
interface Told {
  readonly timeNs: number;
  say(): void;
}

class StepBuilder {
  readonly steps: number[] = [];
  skipped = 0;
  private lastId = 0;
  private readonly known = new Map<string, Known>();

  constructor(private readonly options: CsvFeedOptions) {
    const none = (): Best => ({ id: 0, price: 0, quantity: 0 });
    for (const [symbol, { id, tickSize }] of options.instruments)
      this.known.set(symbol, { id, tickSize, best: [none(), none()], lastTrade: 0, lastSide: Side.sell });
  }

  async rows(file: string, what: 'quotes' | 'trades'): Promise<Told[]> {
    const told: Told[] = [];
    const { columns: names, session, skip } = this.options;
    const refused = (error: FeedError) => {
      if (!skip) throw error;
      this.skipped++;
    };
    const columns = [
      'time',
      'symbol',
      ...(what === 'quotes' ? ['bid', 'bidSize', 'ask', 'askSize'] : ['price', 'size']),
    ];
    const optional = what === 'trades' ? ['side'] : [];
    await readRows(file, { columns, optional, names, session, refused }, (row) => {
      const known = this.known.get(row.symbol);
      if (known === undefined) return;
      if (row.timeNs < (told.at(-1)?.timeNs ?? 0))
        throw malformed(file, row.line, 'time', row.text('time'), 'not before the line above it');
      told.push(what === 'quotes' ? this.quote(file, row, known) : this.trade(row, known));
    });
    return told;
  }

  private quote(file: string, row: Row, known: Known): Told {
    const sides = (['bid', 'ask'] as const).map((name, side) => {
      const quantity = row.shares(`${name}Size`);
      const price = quantity === 0 ? 0 : row.price(name);
      if (price % known.tickSize !== 0)
        throw malformed(file, row.line, name, row.text(name), `a multiple of the tick, ${known.tickSize / 10_000}`);
      return { side, price, quantity };
    });
    const { timeNs } = row;
    return {
      timeNs,
      say: () => {
        for (const { side, price, quantity } of sides) this.best(timeNs, known, side, price, quantity);
      },
    };
  }

  private best(timeNs: number, { id, best: both }: Known, side: number, price: number, quantity: number): void {
    const best = both[side]!;
    if (best.price === price && best.quantity === quantity) return;
    if (best.price === price && quantity > 0 && quantity < best.quantity)
      this.step(timeNs, BookEventKind.reduce, id, best.id, side, price, best.quantity - quantity);
    else {
      if (best.quantity > 0) this.step(timeNs, BookEventKind.remove, id, best.id, side, best.price, best.quantity);
      if (quantity > 0) {
        best.id = ++this.lastId;
        this.step(timeNs, BookEventKind.add, id, best.id, side, price, quantity);
      }
    }
    best.price = price;
    best.quantity = quantity;
  }

  private trade(row: Row, known: Known): Told {
    const { timeNs } = row;
    const price = row.price('price');
    const quantity = row.shares('size');
    const side = row.text('side').toLowerCase();
    return {
      timeNs,
      say: () => {
        if (quantity === 0) return;
        const taker = side.startsWith('b') ? Side.buy : side.startsWith('s') ? Side.sell : takerOf(known, price);
        known.lastSide = taker;
        known.lastTrade = price;
        this.step(timeNs, BookEventKind.executeHidden, known.id, 0, 1 - taker, price, quantity);
      },
    };
  }

  private step(...step: [number, number, number, number, number, number, number]): void {
    this.steps.push(...step);
  }
}

/** Who took: by where the trade was between the quotes, at the middle by where the price came from. */
function takerOf({ best: [bid, ask], lastTrade, lastSide }: Known, price: number): number {
  if (bid.quantity > 0 && ask.quantity > 0 && 2 * price !== bid.price + ask.price)
    return 2 * price > bid.price + ask.price ? Side.buy : Side.sell;
  if (price === lastTrade) return lastSide;
  return price > lastTrade ? Side.buy : Side.sell;
}

import { type FieldsOf, PRICE_UNITS, type Quote, type ValuesOf } from '@nautilus/core/domain';
import type { TableReader } from '@nautilus/core/transport';
import type { Books } from './books/books';

/** A price in half price units, so that the middle of a quote is an integer. */
export interface Mark {
  readonly halves: number;
  /** `adjusted`: of the day before, less what a corporate action has taken from it, while nothing was quoted since. */
  readonly from: 'mid' | 'last' | 'adjusted';
}

export type Quotes = Pick<TableReader<FieldsOf<typeof Quote>>, 'read'>;

type Prices = Pick<ValuesOf<typeof Quote>, 'bid' | 'bidQuantity' | 'ask' | 'askQuantity' | 'last'>;

const hasBothSides = ({ bidQuantity, askQuantity }: Prices): boolean => bidQuantity > 0 && askQuantity > 0;

/** The middle of the quote when both sides have orders, else the last trade, else 0. Allocates nothing. */
const quotedHalves = (quote: Prices): number =>
  hasBothSides(quote) ? quote.bid + quote.ask : Math.max(0, quote.last) * 2;

function markOf(quote: Prices): Mark | undefined {
  const halves = quotedHalves(quote);
  return halves > 0 ? { halves, from: hasBothSides(quote) ? 'mid' : 'last' } : undefined;
}

/** Prices and rates that books are valued at: the market's, at the moment they are asked for. */
export class Valuation {
  constructor(
    private readonly books: Books,
    private readonly quotes: Quotes,
    private readonly profile: readonly { readonly from: string; readonly to: string; readonly rate: number }[],
  ) {}

  /** By row of the instrument. */
  mark(instrument: number): Mark | undefined {
    const quote = this.quote(instrument);
    const adjusted = this.adjusted(instrument, quote.eventSequence);
    return adjusted === undefined ? markOf(quote) : adjusted > 0 ? { halves: adjusted, from: 'adjusted' } : undefined;
  }

  /** A mark in half price units, 0 while there is none. Allocates nothing. */
  halves(instrument: number): number {
    const quote = this.quote(instrument);
    return this.adjusted(instrument, quote.eventSequence) ?? quotedHalves(quote);
  }

  /** Event of the last quote. */
  quoted(instrument: number): number {
    return this.quote(instrument).eventSequence;
  }

  /**
   * Worth of one unit of a currency in another: the mark of the instrument EURUSD, else what was set, else what the profile says; each of
   * them also the other way round. Null when nobody said, never a guess.
   */
  rate(from: string, to: string): number | null {
    if (from === to) return 1;
    for (const known of [this.traded, this.set, this.declared]) {
      const direct = known(from, to);
      if (direct !== undefined) return direct;
      const inverse = known(to, from);
      if (inverse !== undefined) return 1 / inverse;
    }
    return null;
  }

  private quote(instrument: number) {
    return this.quotes.read(this.books.definitions.instruments[instrument]!.id);
  }

  private adjusted(instrument: number, quote: number): number | undefined {
    const adjusted = this.books.adjusted.get(instrument);
    return adjusted?.quote === quote ? adjusted.halves : undefined;
  }

  private readonly traded = (from: string, to: string): number | undefined => {
    const instrument = this.books.definitions.symbol(from + to);
    const mark = instrument < 0 ? undefined : this.mark(instrument);
    return mark && mark.halves / 2 / PRICE_UNITS;
  };

  private readonly set = (from: string, to: string): number | undefined => this.books.rates.get(`${from}/${to}`);

  private readonly declared = (from: string, to: string): number | undefined =>
    this.profile.find((known) => known.from === from && known.to === to)?.rate;
}

import { type FieldsOf, type MarketClock, type MarketTime, type Quote, Side, type View } from '@nautilus/core/domain';
import type { TableWriter } from '@nautilus/core/transport';
import type { InstrumentMarket } from './book/instrument-market';

const MOST = 0x7fffffff;

/** Writes the market's time to the clock table, and the best bid and ask over all venues to the quotes table, a row an instrument. */
export class QuoteBoard {
  /** What the row that is being written is of. */
  private market!: InstrumentMarket;
  private sequence = 0;
  private publishedAt = 0;

  constructor(
    private readonly table: TableWriter<FieldsOf<typeof Quote>>,
    private readonly clockTable: TableWriter<FieldsOf<typeof MarketTime>>,
    private readonly clock: MarketClock,
  ) {}

  /** What the rows written from now on say of themselves: the last event in them, and when it was published. */
  at(sequence: number, publishedAt: number): this {
    this.sequence = sequence;
    this.publishedAt = publishedAt;
    return this;
  }

  /** Shows the market's time. */
  writeTime(): void {
    this.clockTable.write(0, this.fillTime);
  }

  readonly write = (market: InstrumentMarket): void => {
    this.market = market;
    this.table.write(market.instrument, this.fill);
  };

  private readonly fillTime = (row: View<FieldsOf<typeof MarketTime>>): void => {
    row.timeNs = this.clock.nowNs();
  };

  private readonly fill = (row: View<FieldsOf<typeof Quote>>): void => {
    const { market } = this;
    row.timeNs = this.clock.nowNs();
    row.publishedAt = this.publishedAt;
    row.eventSequence = this.sequence;
    row.bid = market.best(Side.buy);
    row.bidQuantity = Math.min(market.bestQuantity, MOST);
    row.ask = market.best(Side.sell);
    row.askQuantity = Math.min(market.bestQuantity, MOST);
    row.last = market.last;
  };
}

import type { FeedEvent } from '../../engines/marketdata/feeds/feed';
import { market } from '../synthetic-market';

/** Steps of a market in memory, so that none has to be made while books are measured. */
export class Steps implements FeedEvent {
  kind = 0;
  timeNs = 0;
  instrument = 0;
  venue = 0;
  orderId = 0;
  side = 0;
  price = 0;
  quantity = 0;
  private readonly columns: Int32Array;
  private at = 0;

  constructor(symbols: number, count: number) {
    this.columns = new Int32Array(count * 7);
    const feed = market(symbols);
    for (let at = 0; at < this.columns.length; at += 7) {
      if (feed.nextTimeNs === Number.POSITIVE_INFINITY) throw new Error(`the market ends after ${at / 7} steps`);
      feed.take();
      const { kind, instrument, venue, orderId, side, price, quantity } = feed;
      this.columns.set([kind, instrument, venue, orderId, side, price, quantity], at);
    }
  }

  next(): this {
    const { columns, at } = this;
    this.kind = columns[at]!;
    this.instrument = columns[at + 1]!;
    this.venue = columns[at + 2]!;
    this.orderId = columns[at + 3]!;
    this.side = columns[at + 4]!;
    this.price = columns[at + 5]!;
    this.quantity = columns[at + 6]!;
    this.at = at + 7;
    return this;
  }
}

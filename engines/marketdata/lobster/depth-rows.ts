import { writeSync } from 'node:fs';
import { Side } from '@nautilus/core/domain';
import type { OrderBook } from '@nautilus/core/matching';

/** What LOBSTER writes for a level that does not exist. */
const NO_ASK = 9_999_999_999;
const NO_BID = -9_999_999_999;
const FLUSH_AT = 1 << 18;

/**
 * Rows as in LOBSTER's order-book files: `ask price,ask size,bid price,bid size` for each level, best first, integers
 * in price units; 9999999999 or -9999999999 with size 0 where there is no such level.
 */
export class DepthRows {
  private readonly asks: Float64Array;
  private readonly bids: Float64Array;

  constructor(readonly levels: number) {
    this.asks = new Float64Array(2 * levels);
    this.bids = new Float64Array(2 * levels);
  }

  row(book: OrderBook): string {
    const asks = this.asks;
    const bids = this.bids;
    const levels = this.levels;
    const askCount = book.readDepth(Side.sell, levels, asks);
    const bidCount = book.readDepth(Side.buy, levels, bids);
    let text = '';
    for (let level = 0; level < levels; level++) {
      const ask = level < askCount ? `${asks[2 * level]},${asks[2 * level + 1]}` : `${NO_ASK},0`;
      const bid = level < bidCount ? `${bids[2 * level]},${bids[2 * level + 1]}` : `${NO_BID},0`;
      text += `${level > 0 ? ',' : ''}${ask},${bid}`;
    }
    return text;
  }
}

/** Writes lines to an open file in large pieces. */
export class LineWriter {
  private pending = '';

  constructor(private readonly descriptor: number) {}

  write(line: string): void {
    this.pending += `${line}\n`;
    if (this.pending.length >= FLUSH_AT) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.pending, 'latin1');
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    this.pending = '';
  }
}

/** The market when something happened: best prices over all venues in price units, 0 for a side without orders. */
export interface QuoteRecord {
  /** The market's clock. */
  readonly timeNs: number;
  readonly bid: number;
  readonly ask: number;
}

export interface FillRecord {
  readonly timeNs: number;
  readonly price: number;
  readonly quantity: number;
  /** 1e-4 of the currency; negative is a rebate. */
  readonly fee: number;
  /** Our order was resting. */
  readonly maker: boolean;
}

export interface ChildRecord {
  readonly childId: number;
  /** Place in `trading.venues`. */
  readonly venue: number;
  /** When it was sent, before it met the book. */
  readonly sent: QuoteRecord;
  readonly quantity: number;
  readonly fills: readonly FillRecord[];
}

/** What should be done by a time. */
export interface Target {
  readonly timeNs: number;
  /** Shares of the record’s `quantity`, all in all. */
  readonly quantity: number;
}

/** What others traded while the parent worked, as the feed tells it: the difference of two readings of a `MarketTally`. */
export interface MarketRecord {
  /** Shares. */
  readonly volume: number;
  /** Price units × shares. */
  readonly notional: number;
  /** Time-weighted mean of the mid in price units; null without a two-sided market. */
  readonly meanMid: number | null;
}

/**
 * A parent order as its transaction-cost report sees it. Prices are price units of 1e-4 of the currency, quantities shares,
 * times the market's clock in nanoseconds. It covers what this session of the execution system did.
 */
export interface ParentRecord {
  readonly orderId: number;
  readonly instrument: number;
  /** Side */
  readonly side: number;
  /** Algorithm */
  readonly algorithm: number;
  /** Shares to do when it came here (what earlier sessions had filled is not in it), as last replaced. */
  readonly quantity: number;
  /** When it came here: the decision price is this mid. */
  readonly arrival: QuoteRecord;
  /** When it ended; the present market while it works. */
  readonly end: QuoteRecord;
  /** It still works. */
  readonly open: boolean;
  /** In the order in which they were sent. */
  readonly children: readonly ChildRecord[];
  /** The schedule, ascending in time; empty for an order without one. */
  readonly targets: readonly Target[];
  readonly market: MarketRecord;
}

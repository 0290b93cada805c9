import { Side } from '@nautilus/core/domain';
import type { ChildRecord, FillRecord, ParentRecord, QuoteRecord } from './record';

/** Some fills. */
export interface FillSum {
  readonly fills: number;
  /** Shares. */
  readonly quantity: number;
  /** Price units × shares, which is 1e-4 of the currency. */
  readonly notional: number;
  /** 1e-4 of the currency; negative is a rebate. */
  readonly fees: number;
}

/** What an order cost more than its decision price said, in parts that add up exactly. Positive is a cost. */
export interface Shortfall {
  /** The price moved between arrival and the first child: quantity × (mid then − arrival mid). */
  readonly delay: number;
  /** It moved between the first child and the child that traded: filled × (mid when that was sent − mid at the first). */
  readonly timing: number;
  /** Spread and impact: filled × (price − mid when the child was sent). Negative where resting orders earned the spread. */
  readonly execution: number;
  /** What was not done: left × (mid at the end − mid at the first child). */
  readonly opportunity: number;
  readonly fees: number;
  /** Profit of the decision on paper less the real one. */
  readonly total: number;
}

/**
 * A transaction-cost report. Prices: price units of 1e-4 of the currency, with halves where they are mids. Money: 1e-4 of the
 * currency, exact (halves where a mid is in it). What cannot be known is null.
 */
export interface CostReport {
  readonly orderId: number;
  readonly instrument: number;
  readonly side: number;
  readonly algorithm: number;
  readonly open: boolean;
  readonly seconds: number;
  readonly quantity: number;
  readonly left: number;
  readonly filled: FillSum;
  readonly maker: FillSum;
  readonly taker: FillSum;
  /** Those with fills, by venue. */
  readonly venues: readonly (FillSum & { readonly venue: number })[];
  readonly children: readonly ChildCost[];
  readonly averagePrice: number | null;
  readonly prices: Benchmarks;
  /** Null when the mid at arrival is not known, or what is left cannot be valued. */
  readonly shortfall: Shortfall | null;
  /** The same parts in basis points of quantity × arrival mid. */
  readonly basisPoints: Shortfall | null;
  /** Basis points that the average price is worse than each of `prices`; fees are not in it. */
  readonly slippage: Benchmarks;
  /** Own shares of all that was traded while it worked. */
  readonly participation: number | null;
  /** Root mean square over the schedule's times of (done − target) / quantity; null without a schedule. */
  readonly trackingError: number | null;
}

export interface ChildCost extends FillSum {
  readonly childId: number;
  readonly venue: number;
  readonly sentNs: number;
  /** Shares that it asked for. */
  readonly asked: number;
  /** Its part of `execution`. */
  readonly execution: number | null;
}

export interface Benchmarks {
  readonly arrival: number | null;
  /** Volume-weighted, of what others traded; and with our own fills. */
  readonly vwap: number | null;
  readonly vwapWithOwn: number | null;
  /** Time-weighted, of mids. */
  readonly twap: number | null;
  readonly end: number | null;
}

const NS_PER_SECOND = 1e9;

const midOf = ({ bid, ask }: QuoteRecord): number | null => (bid > 0 && ask > 0 ? (bid + ask) / 2 : null);

function sumOf(fills: readonly FillRecord[]): FillSum {
  let quantity = 0;
  let notional = 0;
  let fees = 0;
  for (const fill of fills) {
    quantity += fill.quantity;
    notional += fill.price * fill.quantity;
    fees += fill.fee;
  }
  return { fills: fills.length, quantity, notional, fees };
}

const ratio = (numerator: number, denominator: number): number | null =>
  denominator > 0 ? numerator / denominator : null;

/**
 * Costs of one parent order: implementation shortfall after Perold (The Implementation Shortfall, Journal of Portfolio Management
 * 14, 1988), split as Kissell and Glantz do (Optimal Trading Strategies, 2003, ch. 3: delay, trading, opportunity, fixed), with the
 * trading part cut where each child was sent: what the market did before is timing, what the order paid then is execution.
 */
export function costReport(record: ParentRecord): CostReport {
  const { children, quantity, market } = record;
  const fills = children.flatMap((child) => child.fills);
  const filled = sumOf(fills);
  const left = quantity - filled.quantity;
  const averagePrice = ratio(filled.notional, filled.quantity);
  const prices: Benchmarks = {
    arrival: midOf(record.arrival),
    vwap: ratio(market.notional, market.volume),
    vwapWithOwn: ratio(market.notional + filled.notional, market.volume + filled.quantity),
    twap: market.meanMid,
    end: midOf(record.end),
  };
  const { arrival } = prices;
  const shortfall = arrival === null ? null : split(record, filled, left, arrival, prices.end);
  const venues = [...new Set(children.filter((child) => child.fills.length > 0).map(({ venue }) => venue))];
  return {
    orderId: record.orderId,
    instrument: record.instrument,
    side: record.side,
    algorithm: record.algorithm,
    open: record.open,
    seconds: (record.end.timeNs - record.arrival.timeNs) / NS_PER_SECOND,
    quantity,
    left,
    filled,
    maker: sumOf(fills.filter(({ maker }) => maker)),
    taker: sumOf(fills.filter(({ maker }) => !maker)),
    venues: venues
      .sort((a, b) => a - b)
      .map((venue) => ({ venue, ...sumOf(children.flatMap((child) => (child.venue === venue ? child.fills : []))) })),
    children: children.map((child) => childCost(child, record.side)),
    averagePrice,
    prices,
    shortfall,
    basisPoints: shortfall && inBasisPoints(shortfall, quantity * arrival!),
    slippage: mapValues(prices, (price) =>
      price === null || averagePrice === null ? null : (sign(record.side) * (averagePrice - price) * 1e4) / price,
    ),
    participation: ratio(filled.quantity, filled.quantity + market.volume),
    trackingError: trackingError(record, fills),
  };
}

const sign = (side: number): number => (side === Side.buy ? 1 : -1);

/** A child that was sent while one side of the market was empty counts as sent at the first child's mid; that one, at arrival's. */
function split(
  { children, side, quantity }: ParentRecord,
  filled: FillSum,
  left: number,
  arrival: number,
  end: number | null,
): Shortfall | null {
  if (left > 0 && end === null) return null;
  const direction = sign(side);
  const start = (children[0] && midOf(children[0].sent)) ?? arrival;
  let timing = 0;
  let execution = 0;
  for (const child of children) {
    const mid = midOf(child.sent) ?? start;
    const { quantity: shares, notional } = sumOf(child.fills);
    timing += shares * (mid - start);
    execution += notional - shares * mid;
  }
  const valued = end ?? start;
  return mapValues(
    {
      delay: direction * quantity * (start - arrival),
      timing: direction * timing,
      execution: direction * execution,
      opportunity: direction * left * (valued - start),
      fees: filled.fees,
      total: direction * (filled.notional - filled.quantity * arrival + left * (valued - arrival)) + filled.fees,
    },
    // No minus zero.
    (part) => part + 0,
  );
}

function childCost(child: ChildRecord, side: number): ChildCost {
  const sum = sumOf(child.fills);
  const mid = midOf(child.sent);
  return {
    childId: child.childId,
    venue: child.venue,
    sentNs: child.sent.timeNs,
    asked: child.quantity,
    ...sum,
    execution: mid === null ? null : sign(side) * (sum.notional - sum.quantity * mid) + 0,
  };
}

function trackingError({ targets, quantity, end }: ParentRecord, fills: readonly FillRecord[]): number | null {
  const due = targets.filter(({ timeNs }) => timeNs <= end.timeNs);
  if (due.length === 0 || quantity === 0) return null;
  let squares = 0;
  for (const target of due) {
    const done = fills.reduce((sum, fill) => (fill.timeNs <= target.timeNs ? sum + fill.quantity : sum), 0);
    squares += ((done - target.quantity) / quantity) ** 2;
  }
  return Math.sqrt(squares / due.length);
}

const inBasisPoints = (shortfall: Shortfall, value: number): Shortfall | null =>
  value > 0 ? mapValues(shortfall, (part) => (part / value) * 1e4) : null;

function mapValues<K extends string, A, B>(values: { readonly [key in K]: A }, to: (value: A) => B): { [key in K]: B } {
  return Object.fromEntries(Object.entries<A>(values).map(([key, value]) => [key, to(value)])) as { [key in K]: B };
}

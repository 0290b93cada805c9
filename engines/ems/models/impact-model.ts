import { PRICE_UNITS, Side } from '@nautilus/core/domain';
import { leastSquares, ones } from '@nautilus/core/numerics';
import type { ExecutionProblem } from './almgren-chriss';
import { type RecordedMarket, Replay, type ReplayOptions, signedTrade } from './recorded-market';

/** What was seen in intervals of equal length; one entry each. Prices in currency, quantities in shares. */
export interface ImpactObservations {
  readonly intervalSeconds: number;
  /** Change of the mid. */
  readonly midChange: Float64Array;
  /** What was bought less what was sold by those who took. */
  readonly netTaken: Float64Array;
  /** Order-flow imbalance at the best prices (Cont, Kukanov and Stoikov 2014, eq. 3). */
  readonly orderFlow: Float64Array;
  /** Taking `probe` shares at once at the end of the interval would have cost this much a share, from the mid. */
  readonly probe: Float64Array;
  readonly probeCost: Float64Array;
}

/** Sizes that are probed, in turn. */
const PROBES = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000];
/** Levels of a book that a probe may reach. */
const LEVELS = 200;
const NS_PER_SECOND = 1e9;

/** Sum over events of the flow that raises the bid or lifts the ask, less that which does the opposite. */
class OrderFlow {
  sum = 0;
  private bid = 0;
  private bidQuantity = 0;
  private ask = 0;
  private askQuantity = 0;

  quote(bid: number, bidQuantity: number, ask: number, askQuantity: number): void {
    if (this.bid > 0 && this.ask > 0) {
      if (bid >= this.bid) this.sum += bidQuantity;
      if (bid <= this.bid) this.sum -= this.bidQuantity;
      if (ask <= this.ask) this.sum -= askQuantity;
      if (ask >= this.ask) this.sum += this.askQuantity;
    }
    this.bid = bid;
    this.bidQuantity = bidQuantity;
    this.ask = ask;
    this.askQuantity = askQuantity;
  }
}

/** Cost a share, in price units, of taking so much at once: the mean price less the mid. NaN when there is not so much. */
export function costOfTaking(replay: Replay, side: number, quantity: number, depth: Int32Array): number {
  const levels = replay.book.readDepth(side === Side.buy ? Side.sell : Side.buy, depth.length >> 1, depth);
  let left = quantity;
  let notional = 0;
  for (let level = 0; level < levels && left > 0; level++) {
    const taken = Math.min(left, depth[2 * level + 1]!);
    notional += taken * depth[2 * level]!;
    left -= taken;
  }
  if (left > 0) return Number.NaN;
  return (side === Side.buy ? 1 : -1) * (notional / quantity - replay.mid);
}

/**
 * Watches a recorded market in intervals.
 *
 * @param fromNs the first interval's start; what was before only makes the book
 */
export function observeImpact(
  market: RecordedMarket,
  options: ReplayOptions,
  { fromNs, toNs, intervalSeconds = 10 }: { fromNs: number; toNs: number; intervalSeconds?: number },
): ImpactObservations {
  const replay = new Replay(market, options);
  const flow = new OrderFlow();
  const depth = new Int32Array(2 * LEVELS);
  let taken = 0;
  const after = (step: RecordedMarket) => {
    taken += signedTrade(step);
    const { book } = replay;
    flow.quote(book.bestBid() ?? 0, book.bestQuantity(Side.buy), book.bestAsk() ?? 0, book.bestQuantity(Side.sell));
  };
  const rows: number[][] = [];
  const stepNs = intervalSeconds * NS_PER_SECOND;
  replay.advance(fromNs, after);
  let { mid } = replay;
  taken = flow.sum = 0;
  for (let interval = 0, endNs = fromNs + stepNs; endNs <= toNs; interval++, endNs += stepNs) {
    replay.advance(endNs, after);
    const probe = PROBES[interval % PROBES.length]!;
    const cost = costOfTaking(replay, interval % 2 === 0 ? Side.buy : Side.sell, probe, depth);
    const row = [(replay.mid - mid) / PRICE_UNITS, taken, flow.sum, probe, cost / PRICE_UNITS];
    if (row.every(Number.isFinite)) rows.push(row);
    ({ mid } = replay);
    taken = flow.sum = 0;
  }
  const column = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index]!);
  return {
    intervalSeconds,
    midChange: column(0),
    netTaken: column(1),
    orderFlow: column(2),
    probe: column(3),
    probeCost: column(4),
  };
}

export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/** A market's linear impact. Money in currency, quantities in shares. */
export interface ImpactEstimate {
  readonly intervals: number;
  readonly intervalSeconds: number;
  /** σ: of the mid, currency a share per √second. */
  readonly volatility: Estimate;
  /** ε: fixed cost of a share that is taken, and what each share taken with it at once adds to it. */
  readonly halfSpread: Estimate;
  readonly depthSlope: Estimate;
  /** γ: what a share taken, net, moves the mid by the end of its interval. */
  readonly permanent: Estimate;
  readonly permanentRSquared: number;
  /** β of Cont, Kukanov and Stoikov: what a share of order-flow imbalance moves the mid. */
  readonly orderFlow: Estimate;
  readonly orderFlowRSquared: number;
}

/**
 * Fits the linear forms of the impact literature by least squares, with robust errors:
 *
 * - permanent: Δmid = α + γ·(shares taken, net) (Almgren, Thum, Hauptmann and Li 2005, eq. 3, linear as they find it)
 * - temporary: cost a share of taking q at once = ε + b·q, from the displayed book
 * - order flow: Δmid = α + β·OFI (Cont, Kukanov and Stoikov, Journal of Financial Econometrics 12, 2014, eq. 5)
 *
 * @returns null when there is too little to fit them
 */
export function estimateImpact(seen: ImpactObservations): ImpactEstimate | null {
  const { midChange, netTaken, orderFlow, probe, probeCost, intervalSeconds } = seen;
  const intervals = midChange.length;
  const constant = ones(intervals);
  const permanent = leastSquares([constant, netTaken], midChange);
  const temporary = leastSquares([constant, probe], probeCost);
  const flow = leastSquares([constant, orderFlow], midChange);
  if (permanent === null || temporary === null || flow === null) return null;
  const of = ({ coefficients, standardErrors }: typeof permanent, index: number): Estimate => ({
    value: coefficients[index]!,
    standardError: standardErrors[index]!,
  });
  return {
    intervals,
    intervalSeconds,
    volatility: volatilityOf(midChange, intervalSeconds),
    halfSpread: of(temporary, 0),
    depthSlope: of(temporary, 1),
    permanent: of(permanent, 1),
    permanentRSquared: permanent.rSquared,
    orderFlow: of(flow, 1),
    orderFlowRSquared: flow.rSquared,
  };
}

/** Root of the mean square change, per √second; its error from the squares' own spread (the delta method). */
function volatilityOf(changes: Float64Array, intervalSeconds: number): Estimate {
  const n = changes.length;
  const square = changes.reduce((sum, change) => sum + change ** 2, 0) / n;
  const fourth = changes.reduce((sum, change) => sum + change ** 4, 0) / n;
  const value = Math.sqrt(square / intervalSeconds);
  const errorOfSquare = Math.sqrt(Math.max(0, fourth - square ** 2) / n);
  return { value, standardError: value === 0 ? 0 : errorOfSquare / (2 * value * intervalSeconds) };
}

/**
 * The problem of `almgrenChriss` in an estimated market. A slice that trades n shares crosses the book with them at once, so its
 * temporary cost a share is ε + b·n, that is η = b·τ: an overestimate for slices that are done resting. Where the displayed book is
 * deeper than what trades move lastingly, b is γ: a slice costs at least what it leaves behind. An estimate below 0 is 0.
 */
export function executionProblem(
  impact: ImpactEstimate,
  order: Pick<ExecutionProblem, 'quantity' | 'seconds' | 'slices' | 'riskAversion'>,
): ExecutionProblem {
  const permanentImpact = Math.max(0, impact.permanent.value);
  return {
    ...order,
    volatility: impact.volatility.value,
    temporaryImpact: (Math.max(impact.depthSlope.value, permanentImpact) * order.seconds) / order.slices,
    permanentImpact,
    fixedCost: Math.max(0, impact.halfSpread.value),
  };
}

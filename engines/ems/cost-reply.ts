import { algorithms, fromPriceUnits, sides } from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';
import type { Benchmarks, CostReport, FillSum, Shortfall } from './tca';

const Money = z.number().describe('in units of the currency');
const BasisPoints = z.number().nullable();
const Price = z.number().nullable();

const fillShape = { fills: z.int(), quantity: z.int(), notional: Money, fees: Money };
const Fills = z.object(fillShape);
const Parts = (what: z.ZodNumber) =>
  z.object({ delay: what, timing: what, execution: what, opportunity: what, fees: what, total: what }).nullable();
const Prices = (what: typeof Price) =>
  z.object({ arrival: what, vwap: what, vwapWithOwn: what, twap: what, end: what });

/** A transaction-cost report with names, and money in units of the currency; see engines/ems/tca/report.ts for what each part is. */
export const CostReply = z.object({
  orderId: z.number(),
  symbol: z.string(),
  side: z.enum(sides.names),
  algorithm: z.enum(algorithms.names),
  open: z.boolean().describe('it still works: the report is of what was done so far'),
  seconds: z.number(),
  quantity: z.int(),
  left: z.int(),
  filled: Fills,
  maker: Fills,
  taker: Fills,
  venues: z.array(z.object({ venue: z.string(), ...fillShape })),
  children: z.array(
    z.object({
      childId: z.number(),
      venue: z.string(),
      sentNs: z.number(),
      asked: z.int(),
      ...fillShape,
      execution: z.number().nullable(),
    }),
  ),
  averagePrice: Price,
  prices: Prices(Price),
  shortfall: Parts(Money).describe('what it cost more than its decision price; the parts add up'),
  basisPoints: Parts(z.number()).describe('the same in basis points of quantity times arrival mid'),
  slippage: Prices(BasisPoints).describe('basis points that the average price is worse than each price'),
  participation: z.number().nullable(),
  trackingError: z.number().nullable(),
});
export type CostReply = z.infer<typeof CostReply>;

const inCurrency = ({ fills, quantity, notional, fees }: FillSum) => ({
  fills,
  quantity,
  notional: fromPriceUnits(notional),
  fees: fromPriceUnits(fees),
});
const orNull = (units: number | null): number | null => (units === null ? null : fromPriceUnits(units));

function priced({ arrival, vwap, vwapWithOwn, twap, end }: Benchmarks): CostReply['prices'] {
  return {
    arrival: orNull(arrival),
    vwap: orNull(vwap),
    vwapWithOwn: orNull(vwapWithOwn),
    twap: orNull(twap),
    end: orNull(end),
  };
}

const paid = ({
  delay,
  timing,
  execution,
  opportunity,
  fees,
  total,
}: Shortfall): NonNullable<CostReply['shortfall']> => ({
  delay: fromPriceUnits(delay),
  timing: fromPriceUnits(timing),
  execution: fromPriceUnits(execution),
  opportunity: fromPriceUnits(opportunity),
  fees: fromPriceUnits(fees),
  total: fromPriceUnits(total),
});

/** @param venues names, in the order of `trading.venues` */
export function costReply(report: CostReport, symbol: string, venues: readonly string[]): CostReply {
  const { instrument: _, ...rest } = report;
  return {
    ...rest,
    symbol,
    side: sides.name(report.side),
    algorithm: algorithms.name(report.algorithm),
    filled: inCurrency(report.filled),
    maker: inCurrency(report.maker),
    taker: inCurrency(report.taker),
    venues: report.venues.map((sum) => ({ ...inCurrency(sum), venue: venues[sum.venue]! })),
    children: report.children.map((child) => ({
      childId: child.childId,
      venue: venues[child.venue]!,
      sentNs: child.sentNs,
      asked: child.asked,
      ...inCurrency(child),
      execution: orNull(child.execution),
    })),
    averagePrice: orNull(report.averagePrice),
    prices: priced(report.prices),
    shortfall: report.shortfall && paid(report.shortfall),
  };
}

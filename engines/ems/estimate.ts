import { fromPriceUnits, Side, sides } from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';
import type { MarketWatch } from './desk/market-watch';
import type { SlippageModel } from './models/slippage-model';
import type { Venue } from './venue/venue';

/** Levels of each venue that an estimate looks at. */
const LEVELS = 200;
const BASIS_POINTS = 10_000;

const BasisPoints = z.number().nullable();

export const EstimateReply = z.object({
  symbol: z.string(),
  side: z.enum(sides.names),
  quantity: z.int(),
  restSeconds: z.number(),
  timeNs: z.number().describe('nanoseconds after midnight on the market clock'),
  mid: z.number().nullable().describe('in units of the currency; null without a two-sided market'),
  halfSpread: BasisPoints.describe('basis points of the mid'),
  displayed: BasisPoints.describe(
    'what the displayed books ask, over the mid, for all of it at once; null when they have not so much',
  ),
  expected: BasisPoints.describe(
    'what the trained model expects it to cost over the mid; null when the instrument has none',
  ),
  expectedCost: z.number().nullable().describe('the same in units of the currency, fees not included'),
});
export type EstimateReply = z.infer<typeof EstimateReply>;

export interface EstimateQuestion {
  readonly symbol: string;
  readonly instrument: number;
  readonly side: (typeof sides.names)[number];
  readonly quantity: number;
  readonly restSeconds: number;
}

/** What a child order would cost that is sent now: rests at the near touch for so long, and crosses with what is left. */
export function estimate(
  { symbol, instrument, side, quantity, restSeconds }: EstimateQuestion,
  market: MarketWatch,
  venues: readonly Venue[],
  model: SlippageModel | null,
  nowNs: number,
): EstimateReply {
  const code = sides.code(side);
  const own = levelsOf(venues, instrument, code);
  const other = levelsOf(venues, instrument, 1 - code);
  const mid = own.length > 0 && other.length > 0 ? (own[0]!.price + other[0]!.price) / 2 : null;
  const takeCost = mid === null ? Number.NaN : Math.abs(meanPrice(other, quantity) - mid);
  const features = market.features(instrument).read({
    timeNs: nowNs,
    side: code,
    quantity,
    restSeconds,
    ownQuantity: atBest(own),
    otherQuantity: atBest(other),
    takeCost,
  });
  const expected = features === null || model === null ? null : model.predict(features);
  return {
    symbol,
    side,
    quantity,
    restSeconds,
    timeNs: nowNs,
    mid: mid === null ? null : fromPriceUnits(mid),
    halfSpread: mid === null ? null : (BASIS_POINTS * Math.abs(other[0]!.price - mid)) / mid,
    displayed: mid === null || Number.isNaN(takeCost) ? null : (BASIS_POINTS * takeCost) / mid,
    expected,
    expectedCost: mid === null || expected === null ? null : (fromPriceUnits(mid) * quantity * expected) / BASIS_POINTS,
  };
}

interface Level {
  readonly price: number;
  readonly quantity: number;
}

/** All venues' levels of a side, best first. */
function levelsOf(venues: readonly Venue[], instrument: number, side: number): Level[] {
  const cells = new Float64Array(2 * LEVELS);
  const levels: Level[] = [];
  for (const venue of venues) {
    const count = venue.readDepth(instrument, side, LEVELS, cells);
    for (let level = 0; level < count; level++)
      levels.push({ price: cells[2 * level]!, quantity: cells[2 * level + 1]! });
  }
  return levels.sort((a, b) => (side === Side.buy ? b.price - a.price : a.price - b.price));
}

const atBest = (levels: readonly Level[]): number =>
  levels.reduce((sum, { price, quantity }) => (price === levels[0]!.price ? sum + quantity : sum), 0);

/** Price units a share of taking so much; NaN when there is less. */
function meanPrice(levels: readonly Level[], quantity: number): number {
  let left = quantity;
  let notional = 0;
  for (const level of levels) {
    const taken = Math.min(left, level.quantity);
    notional += taken * level.price;
    left -= taken;
    if (left === 0) return notional / quantity;
  }
  return Number.NaN;
}

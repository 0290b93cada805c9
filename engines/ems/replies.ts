import {
  Algorithm,
  algorithms,
  averagePrice,
  fromPriceUnits,
  OrderType,
  orderTypes,
  ReportKind,
  rejections,
  Side,
  sides,
  timesInForce,
} from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';
import { ChildState, type OrderStore, ParentState } from './desk/order-store';
import { boundaryNs, cumulativeTarget } from './desk/twap';
import type { SimulatedBook } from './venue/simulated-book';
import type { SimulatedVenue } from './venue/simulated-venue';

const TimeNs = z.number().describe('nanoseconds after midnight on the market clock');
const Price = z.number().describe('in units of the currency');
const Shares = z.int();

const parentStates = ['working', 'filled', 'cancelled', 'rejected', 'expired'] as const;
const childStates = ['sent', 'resting', 'cancelling', 'filled', 'cancelled', 'expired', 'rejected'] as const;

const parentShape = {
  orderId: z.number().describe('number of the order at the order system'),
  symbol: z.string(),
  account: z.int().describe('number of the account'),
  side: z.enum(sides.names),
  type: z.enum(orderTypes.names),
  timeInForce: z.enum(timesInForce.names),
  algorithm: z.enum(algorithms.names),
  limitPrice: Price.nullable(),
  state: z.enum(parentStates),
  quantity: Shares,
  filled: Shares,
  left: Shares,
  filledBefore: Shares.describe('filled in earlier sessions, part of `filled`'),
  averagePrice: Price.nullable().describe('of the fills of this session, to eight decimals'),
  createdNs: TimeNs,
};

export const ParentList = z.object({ parents: z.array(z.object(parentShape)) });

export const ParentReply = z.object({
  ...parentShape,
  schedule: z
    .object({
      startNs: TimeNs,
      endNs: TimeNs,
      slice: z.int().describe('the one that is worked on, from 0; -1 before the start'),
      slices: z.array(z.object({ endNs: TimeNs, target: Shares.describe('shares filled by then, in all') })),
    })
    .nullable()
    .describe('null for an order without algorithm'),
  children: z.array(
    z.object({
      id: z.number(),
      state: z.enum(childStates),
      type: z.enum(orderTypes.names),
      timeInForce: z.enum(timesInForce.names),
      price: Price.nullable(),
      quantity: Shares,
      filled: Shares,
      averagePrice: Price.nullable(),
      createdNs: TimeNs,
      ahead: Shares.nullable().describe('shares that trade before it at its price; null when it does not rest'),
      reason: z.string().nullable(),
    }),
  ),
});

const Level = z.object({ price: Price, quantity: Shares, orders: z.int() });

export const VenueBookReply = z.object({
  venue: z.string(),
  symbol: z.string(),
  bids: z.array(Level),
  asks: z.array(Level),
  unknownOrders: z.int(),
  refusedOrders: z.int(),
  takenFromHistory: Shares,
});

export type ParentList = z.infer<typeof ParentList>;
export type ParentReply = z.infer<typeof ParentReply>;
export type VenueBookReply = z.infer<typeof VenueBookReply>;

/** ReportKind that ended a parent, as a state. */
const outcomes = new Map<number, (typeof parentStates)[number]>([
  [ReportKind.fill, 'filled'],
  [ReportKind.cancelled, 'cancelled'],
  [ReportKind.rejected, 'rejected'],
  [ReportKind.expired, 'expired'],
]);
const childStateNames = Object.fromEntries(Object.entries(ChildState).map(([name, code]) => [code, name])) as Record<
  number,
  (typeof childStates)[number]
>;

const average = (notional: number, quantity: number): number | null =>
  quantity === 0 ? null : averagePrice(notional, quantity);

type Symbols = (instrument: number) => string;

function parentSummary(orders: OrderStore, parent: number, symbolOf: Symbols): ParentList['parents'][number] {
  const { of } = orders.parents;
  return {
    orderId: of.orderId[parent]!,
    symbol: symbolOf(of.instrument[parent]!),
    account: of.account[parent]!,
    side: sides.name(of.side[parent]!),
    type: orderTypes.name(of.type[parent]!),
    timeInForce: timesInForce.name(of.timeInForce[parent]!),
    algorithm: algorithms.name(of.algorithm[parent]!),
    limitPrice: of.type[parent] === OrderType.market ? null : fromPriceUnits(of.limitPrice[parent]!),
    state: of.state[parent] === ParentState.done ? (outcomes.get(of.outcome[parent]!) ?? 'filled') : 'working',
    quantity: of.total[parent]!,
    filled: of.filled[parent]!,
    left: orders.left(parent),
    filledBefore: of.filledBefore[parent]!,
    averagePrice: average(of.notional[parent]!, of.filled[parent]! - of.filledBefore[parent]!),
    createdNs: of.createdNs[parent]!,
  };
}

/** All parents that are known, by order number. */
export const parentList = (orders: OrderStore, symbolOf: Symbols): ParentList => ({
  parents: [...orders.slots()]
    .map((parent) => parentSummary(orders, parent, symbolOf))
    .sort((a, b) => a.orderId - b.orderId),
});

/** One parent with its schedule and its children. */
export function parentReply(orders: OrderStore, parent: number, symbolOf: Symbols, venue: SimulatedVenue): ParentReply {
  const { of } = orders.parents;
  const book = venue.bookOf(of.instrument[parent]!);
  return {
    ...parentSummary(orders, parent, symbolOf),
    schedule: of.algorithm[parent] === Algorithm.twap ? scheduleOf(orders, parent) : null,
    children: [...orders.childrenOf(parent)].map((child) => childReply(orders, child, book)),
  };
}

function scheduleOf(orders: OrderStore, parent: number): ParentReply['schedule'] {
  const { of } = orders.parents;
  const [startNs, endNs] = [of.startNs[parent]!, of.endNs[parent]!];
  const [slices, base] = [of.slices[parent]!, of.scheduleBase[parent]!];
  return {
    startNs,
    endNs,
    slice: of.slice[parent]!,
    slices: Array.from({ length: slices }, (_, index) => ({
      endNs: boundaryNs(startNs, endNs, slices, index + 1),
      target: base + cumulativeTarget(of.total[parent]! - base, slices, index + 1),
    })),
  };
}

function childReply(
  orders: OrderStore,
  child: number,
  book: SimulatedBook | undefined,
): ParentReply['children'][number] {
  const { of } = orders.children;
  const resting = of.state[child] === ChildState.resting;
  return {
    id: of.id[child]!,
    state: childStateNames[of.state[child]!]!,
    type: orderTypes.name(of.type[child]!),
    timeInForce: timesInForce.name(of.timeInForce[child]!),
    price: of.type[child] === OrderType.market ? null : fromPriceUnits(of.price[child]!),
    quantity: of.quantity[child]!,
    filled: of.filled[child]!,
    averagePrice: average(of.notional[child]!, of.filled[child]!),
    createdNs: of.createdNs[child]!,
    ahead: resting && book ? book.quantityAhead(child + 1) : null,
    reason: of.reason[child] === 0 ? null : rejections.name(of.reason[child]!),
  };
}

/** The best `levels` prices of each side of a venue's book. */
export function venueBookReply(
  venue: SimulatedVenue,
  instrument: number,
  symbol: string,
  levels: number,
): VenueBookReply {
  const book = venue.bookOf(instrument)!;
  const side = (code: number) =>
    book.book.depth(code, levels).map((level) => ({ ...level, price: fromPriceUnits(level.price) }));
  return {
    venue: venue.name,
    symbol,
    bids: side(Side.buy),
    asks: side(Side.sell),
    ...book.counts,
  };
}

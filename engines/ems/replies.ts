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
import type { Desk } from './desk/desk';
import { ChildState, type OrderStore, ParentState } from './desk/order-store';
import { boundaryNs } from './desk/twap';
import type { SimulatedVenue } from './venue/simulated-venue';

const TimeNs = z.number().describe('nanoseconds after midnight on the market clock');
const Price = z.number().describe('in units of the currency');
const Shares = z.int();

const parentStatuses = ['working', 'filled', 'cancelled', 'rejected', 'expired'] as const;
const childStatuses = [
  'sent',
  'resting',
  'cancelling',
  'unknown',
  'filled',
  'cancelled',
  'expired',
  'rejected',
] as const;

const parentShape = {
  orderId: z.number().describe('number of the order at the order system'),
  symbol: z.string(),
  accountId: z.int().describe('number of the account in the profile'),
  side: z.enum(sides.names),
  type: z.enum(orderTypes.names),
  timeInForce: z.enum(timesInForce.names),
  algorithm: z.enum(algorithms.names),
  limitPrice: Price.nullable(),
  status: z.enum(parentStatuses),
  quantity: Shares,
  filledQuantity: Shares,
  leftQuantity: Shares,
  filledBefore: Shares.describe('filled in earlier sessions, part of `filledQuantity`'),
  averagePrice: Price.nullable().describe('of the fills of this session, to eight decimals'),
  fees: z.number().describe('of the fills of this session, in units of the currency; negative is a rebate'),
  createdNs: TimeNs,
};

export const ParentList = z.object({
  parents: z.array(z.object(parentShape)).describe('by order number, the highest first'),
  total: z.int().describe('how many there are, on all pages'),
  next: z.int().nullable().describe('send it as `before` for the next page; null on the last one'),
});

export const ParentReply = z.object({
  ...parentShape,
  schedule: z
    .object({
      startNs: TimeNs,
      endNs: TimeNs,
      slice: z.int().describe('the one that is worked on, from 0; -1 before the start'),
      sliceCount: z.int(),
      slices: z
        .array(
          z.object({
            endNs: TimeNs,
            target: Shares.nullable().describe('shares filled by then, in all; null: not known yet'),
          }),
        )
        .describe('the first `limit` of them'),
    })
    .nullable()
    .describe('null for an order without algorithm'),
  childCount: z.int(),
  children: z
    .array(
      z.object({
        childId: z.number().describe('as in the executions of the order system'),
        venue: z.string(),
        status: z.enum(childStatuses),
        type: z.enum(orderTypes.names),
        timeInForce: z.enum(timesInForce.names),
        price: Price.nullable(),
        quantity: Shares,
        filledQuantity: Shares,
        averagePrice: Price.nullable(),
        fees: z.number().describe('in units of the currency'),
        createdNs: TimeNs,
        ahead: Shares.nullable().describe('shares that trade before it at its price; null when it does not rest'),
        reason: z.string().nullable(),
      }),
    )
    .describe('the last `limit` of them, as they were sent'),
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
const outcomes = new Map<number, (typeof parentStatuses)[number]>([
  [ReportKind.fill, 'filled'],
  [ReportKind.cancelled, 'cancelled'],
  [ReportKind.rejected, 'rejected'],
  [ReportKind.expired, 'expired'],
]);
const childStatusNames = Object.fromEntries(Object.entries(ChildState).map(([name, code]) => [code, name])) as Record<
  number,
  (typeof childStatuses)[number]
>;

const average = (notional: number, quantity: number): number | null =>
  quantity === 0 ? null : averagePrice(notional, quantity);

type Symbols = (instrument: number) => string;

function parentSummary(orders: OrderStore, parent: number, symbolOf: Symbols): ParentList['parents'][number] {
  const { of } = orders.parents;
  return {
    orderId: of.orderId[parent]!,
    symbol: symbolOf(of.instrument[parent]!),
    accountId: of.account[parent]!,
    side: sides.name(of.side[parent]!),
    type: orderTypes.name(of.type[parent]!),
    timeInForce: timesInForce.name(of.timeInForce[parent]!),
    algorithm: algorithms.name(of.algorithm[parent]!),
    limitPrice: of.type[parent] === OrderType.market ? null : fromPriceUnits(of.limitPrice[parent]!),
    status: of.state[parent] === ParentState.done ? (outcomes.get(of.outcome[parent]!) ?? 'filled') : 'working',
    quantity: of.total[parent]!,
    filledQuantity: of.filled[parent]!,
    leftQuantity: orders.left(parent),
    filledBefore: of.filledBefore[parent]!,
    averagePrice: average(of.notional[parent]!, of.filled[parent]! - of.filledBefore[parent]!),
    fees: fromPriceUnits(of.fees[parent]!),
    createdNs: of.createdNs[parent]!,
  };
}

/** A page of the parents that are known, the newest order first. */
export function parentPage(
  orders: OrderStore,
  symbolOf: Symbols,
  { limit, before = Number.POSITIVE_INFINITY }: { readonly limit: number; readonly before?: number | undefined },
): ParentList {
  const { orderId } = orders.parents.of;
  const all = [...orders.slots()].sort((a, b) => orderId[b]! - orderId[a]!);
  const rest = all.filter((parent) => orderId[parent]! < before);
  const page = rest.slice(0, limit);
  return {
    parents: page.map((parent) => parentSummary(orders, parent, symbolOf)),
    total: all.length,
    next: rest.length > limit ? orderId[page.at(-1)!]! : null,
  };
}

/** One parent with its schedule and its children, at most `limit` of each. */
export function parentReply(
  desk: Desk,
  parent: number,
  symbolOf: Symbols,
  venues: readonly SimulatedVenue[],
  limit: number,
): ParentReply {
  const { orders } = desk;
  const { of } = orders.parents;
  const children = [...orders.childrenOf(parent)];
  return {
    ...parentSummary(orders, parent, symbolOf),
    schedule: of.algorithm[parent] === Algorithm.none ? null : scheduleOf(desk, parent, limit),
    childCount: children.length,
    children: children.slice(-limit).map((child) => childReply(orders, child, venues)),
  };
}

function scheduleOf({ orders, schedules }: Desk, parent: number, limit: number): ParentReply['schedule'] {
  const { of } = orders.parents;
  const [startNs, endNs] = [of.startNs[parent]!, of.endNs[parent]!];
  const slices = of.slices[parent]!;
  const goals = new Map(pairs(schedules.goalsOf(parent)));
  return {
    startNs,
    endNs,
    slice: of.slice[parent]!,
    sliceCount: slices,
    slices: Array.from({ length: Math.min(slices, limit) }, (_, index) => {
      const sliceEndNs = boundaryNs(startNs, endNs, slices, index + 1);
      return { endNs: sliceEndNs, target: goals.get(sliceEndNs) ?? schedules.planned(parent, index) ?? null };
    }),
  };
}

function childReply(
  orders: OrderStore,
  child: number,
  venues: readonly SimulatedVenue[],
): ParentReply['children'][number] {
  const { of } = orders.children;
  const venue = venues[of.venue[child]!]!;
  const book = venue.bookOf(orders.parents.of.instrument[of.parent[child]!]!);
  const resting = of.state[child] === ChildState.resting;
  return {
    childId: of.id[child]!,
    venue: venue.name,
    status: childStatusNames[of.state[child]!]!,
    type: orderTypes.name(of.type[child]!),
    timeInForce: timesInForce.name(of.timeInForce[child]!),
    price: of.type[child] === OrderType.market ? null : fromPriceUnits(of.price[child]!),
    quantity: of.quantity[child]!,
    filledQuantity: of.filled[child]!,
    averagePrice: average(of.notional[child]!, of.filled[child]!),
    fees: fromPriceUnits([...orders.fillsOf(child)].reduce((sum, fill) => sum + orders.fills.of.fee[fill]!, 0)),
    createdNs: of.createdNs[child]!,
    ahead: resting && book ? book.quantityAhead(orders.numberOf(child)) : null,
    reason: of.reason[child] === 0 ? null : rejections.name(of.reason[child]!),
  };
}

const pairs = (flat: readonly number[]): [number, number][] =>
  Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!]);

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

/** What an order costs that is routed over several venues, beside the same order at each of them alone. */
import { Side } from '@nautilus/core/domain';
import type { LobsterSession } from '@nautilus/marketdata/lobster';
import { RecordedFloor, type VenueTerms } from './recorded-floor';

const SECOND = 1e9;

/** Three venues as a market may have them: a large one with the usual fees, a middle one that is dear to take from and pays makers, a small one that does the opposite. */
export const threeVenues: readonly VenueTerms[] = [
  { name: 'XSIM', share: 5, takerFee: 30, makerFee: -20, latencyNs: 200e3 },
  { name: 'XALT', share: 3, takerFee: 29, makerFee: -25, latencyNs: 350e3 },
  { name: 'XINV', share: 2, takerFee: -10, makerFee: 15, latencyNs: 500e3 },
];

export interface RoutingFlow {
  /** Time between two orders. @default 10 s */
  readonly everyNs?: number;
  /** Sizes in turn; sides alternate. @default 100, 200, 300, 500 */
  readonly quantities?: readonly number[];
}

export interface RoutingCost {
  /** Names of the venues that were used. */
  readonly venues: readonly string[];
  readonly orders: number;
  readonly quantity: number;
  /** Shares that found nobody. */
  readonly left: number;
  /** Currency a share: price beside the mid when the order was sent, and with fees. */
  readonly spreadCost: number;
  readonly cost: number;
}

/**
 * Market orders in a fixed rhythm over a recorded session: each replay has its own market. The mid is that of all venues, also where only one
 * is used, so costs can be compared.
 */
export function routingCost(
  session: LobsterSession,
  terms: readonly VenueTerms[],
  use: readonly number[],
  { everyNs = 10 * SECOND, quantities = [100, 200, 300, 500] }: RoutingFlow = {},
): RoutingCost {
  const floor = new RecordedFloor({ session, terms, use });
  const { timeNs, count } = session.events;
  const endNs = timeNs[count - 1]!;
  let orders = 0;
  let asked = 0;
  let cost = 0;
  for (let atNs = timeNs[0]! + everyNs; atNs + everyNs <= endNs; atNs += everyNs) {
    floor.playTo(atNs);
    const bid = floor.best(Side.buy);
    const ask = floor.best(Side.sell);
    const side = orders % 2 === 0 ? Side.buy : Side.sell;
    const quantity = quantities[orders % quantities.length]!;
    const before = floor.done;
    floor.submit({ orderId: ++orders, side, quantity });
    floor.playTo(atNs + everyNs / 2);
    const { notional, quantity: done } = floor.done;
    const paid = notional - before.notional;
    const fair = ((bid + ask) / 2) * (done - before.quantity);
    cost += side === Side.buy ? paid - fair : fair - paid;
    asked += quantity;
  }
  const { quantity, fees } = floor.done;
  return {
    venues: floor.names,
    orders,
    quantity,
    left: asked - quantity,
    spreadCost: cost / quantity / 1e4,
    cost: (cost + fees) / quantity / 1e4,
  };
}

/** The router over all venues first, then each venue alone. */
export const routingCosts = (
  session: LobsterSession,
  terms: readonly VenueTerms[] = threeVenues,
  flow: RoutingFlow = {},
): readonly RoutingCost[] =>
  [terms.map((_, index) => index), ...terms.map((_, index) => [index])].map((use) =>
    routingCost(session, terms, use, flow),
  );

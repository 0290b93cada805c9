import type { VenueEvents } from './events';

/** What a trade costs, 1e-4 of the currency a share; negative is a rebate. */
export interface Fees {
  readonly takerFee: number;
  readonly makerFee: number;
}

/**
 * A place to trade. The simulated exchange and live venues implement the same: requests go in, events come out later, in
 * the order in which they happened. Nothing is returned from a request: at a live venue the answer takes a journey.
 *
 * An order is named by the small positive integer that the desk gave it (its child number), never reused while the venue
 * may still speak of it.
 *
 * A venue that loses its connection says `sessionDown`, and `sessionUp` when it is back. Before that it has told every fill of the
 * time between, as the resend of a FIX session does; the desk then queries each order that is open there. Requests that come while it is
 * down are dropped; a new order is rejected where it is certain that it never came. What it cannot answer in `roundTripNs` and a second
 * is asked again, so an adapter passes on a second cancel or query of the same order.
 */
export interface Venue {
  readonly name: string;
  readonly fees: Fees;
  /** Market time from a request to its answer when all is well. */
  readonly roundTripNs: number;
  /** What the venue has said and nobody has read yet. */
  readonly events: VenueEvents;
  /** Market time of the next thing that `poll` will do; Infinity when there is none that is known beforehand. */
  readonly nextNs: number;
  /** Takes in what has happened up to a time of the market's clock. */
  poll(nowNs: number): void;
  /** Whether orders of the instrument can be sent here. */
  trades(instrument: number): boolean;
  /** Answered by `accepted`, then fills, then `expired` when something is left that may not rest; or by `rejected`. */
  submit(
    child: number,
    instrument: number,
    side: number,
    type: number,
    limitPrice: number,
    quantity: number,
    timeInForce: number,
  ): void;
  /** Answered by `cancelled`, or by `changeRejected`: `orderNotLive` when the order has ended, `unknownOrder` when it never came. */
  cancel(child: number): void;
  /**
   * Price and quantity from now on; the quantity is the whole order's, what was filled included, so a fill that crosses the request on
   * its way cannot enlarge it (as FIX's OrderQty). Answered by `replaced` and perhaps fills, by `replaced` and `cancelled` when so much
   * was filled already, or by `changeRejected`.
   */
  replace(child: number, limitPrice: number, quantity: number): void;
  /** Answered by `restated` when the order rests, by how it ended otherwise, by `rejected` with `unknownOrder` when it never came. */
  query(child: number): void;
  /** Best price of a side in price units, 0 when nobody is there. */
  best(instrument: number, side: number): number;
  /** Writes [price, quantity, …] of the best `levels` of a side; returns how many there were. */
  readDepth(instrument: number, side: number, levels: number, into: Float64Array): number;
}

import type { VenueEvents } from './events';

/**
 * A place to trade. The simulated exchange and live venues implement the same: requests go in, events come out later, in
 * the order in which they happened. Nothing is returned from a request: at a live venue the answer takes a journey.
 *
 * An order is named by the small positive integer that the desk gave it (its child number), never reused while the venue
 * may still speak of it.
 */
export interface Venue {
  readonly name: string;
  /** What the venue has said and nobody has read yet. */
  readonly events: VenueEvents;
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
  /** Answered by `cancelled`, or by `changeRejected` when the order does not rest. */
  cancel(child: number): void;
  /** Price and remaining quantity from now on; answered by `replaced` and perhaps fills, or by `changeRejected`. */
  replace(child: number, limitPrice: number, quantity: number): void;
  /** Best price of a side in price units, 0 when nobody is there. */
  best(instrument: number, side: number): number;
}

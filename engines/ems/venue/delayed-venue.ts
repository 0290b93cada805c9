import { VenueEvents } from './events';
import { Flights } from './flights';
import type { Fees, Venue } from './venue';

const SUBMIT = 1;
const CANCEL = 2;
const REPLACE = 3;
const QUERY = 4;

/**
 * A venue that is a journey away: a request reaches it after `latencyNs` of market time, and what it says is heard after as much again.
 * Prices and depth are seen as they are: market data comes by another road.
 */
export class DelayedVenue implements Venue {
  readonly name: string;
  readonly fees: Fees;
  readonly roundTripNs: number;
  readonly events = new VenueEvents();
  private readonly requests = new Flights();
  private readonly answers = new Flights();
  private nowNs = 0;

  constructor(
    private readonly there: Venue,
    private readonly latencyNs: number,
  ) {
    this.name = there.name;
    this.fees = there.fees;
    this.roundTripNs = there.roundTripNs + 2 * latencyNs;
  }

  get nextNs(): number {
    return Math.min(this.requests.nextNs, this.answers.nextNs, this.there.nextNs);
  }

  /** What happened there since the last call happened at `nowNs`: it is called whenever something may have. */
  poll(nowNs: number): void {
    this.nowNs = nowNs;
    const { there } = this;
    while (this.requests.nextNs <= nowNs) this.requests.land(this.arrive);
    there.poll(nowNs);
    there.events.drain(this.depart);
    while (this.answers.nextNs <= nowNs) this.answers.land(this.hear);
  }

  trades(instrument: number): boolean {
    return this.there.trades(instrument);
  }

  submit(
    child: number,
    instrument: number,
    side: number,
    type: number,
    limitPrice: number,
    quantity: number,
    timeInForce: number,
  ): void {
    this.ask(SUBMIT, child, limitPrice, quantity, instrument, side, type, timeInForce);
  }

  cancel(child: number): void {
    this.ask(CANCEL, child, 0, 0, 0, 0, 0, 0);
  }

  replace(child: number, limitPrice: number, quantity: number): void {
    this.ask(REPLACE, child, limitPrice, quantity, 0, 0, 0, 0);
  }

  query(child: number): void {
    this.ask(QUERY, child, 0, 0, 0, 0, 0, 0);
  }

  best(instrument: number, side: number): number {
    return this.there.best(instrument, side);
  }

  readDepth(instrument: number, side: number, levels: number, into: Float64Array): number {
    return this.there.readDepth(instrument, side, levels, into);
  }

  private ask(
    request: number,
    child: number,
    price: number,
    quantity: number,
    instrument: number,
    side: number,
    type: number,
    timeInForce: number,
  ): void {
    this.requests.depart(
      this.nowNs + this.latencyNs,
      request,
      child,
      price,
      quantity,
      instrument,
      side,
      type,
      timeInForce,
    );
  }

  private readonly arrive = (
    request: number,
    child: number,
    price: number,
    quantity: number,
    instrument: number,
    side: number,
    type: number,
    timeInForce: number,
  ): void => {
    const { there } = this;
    if (request === SUBMIT) there.submit(child, instrument, side, type, price, quantity, timeInForce);
    else if (request === CANCEL) there.cancel(child);
    else if (request === REPLACE) there.replace(child, price, quantity);
    else there.query(child);
  };

  private readonly depart = (
    kind: number,
    child: number,
    price: number,
    quantity: number,
    maker: number,
    reason: number,
    fee: number,
    execution: number,
  ): void => {
    this.answers.depart(this.nowNs + this.latencyNs, kind, child, price, quantity, maker, reason, fee, execution);
  };

  private readonly hear = (
    kind: number,
    child: number,
    price: number,
    quantity: number,
    maker: number,
    reason: number,
    fee: number,
    execution: number,
  ): void => {
    this.events.push(kind, child, price, quantity, maker, reason, fee, execution);
  };
}

import { OrderType, Side, TimeInForce } from '@nautilus/core/domain';
import { Random } from '@nautilus/core/numerics';
import { VenueEventKind } from '../venue/events';
import { costOfTaking } from './impact-model';
import { MarketFeatures } from './market-features';
import { type RecordedMarket, type Recording, Replay, type ReplayOptions, signedTrade } from './recorded-market';

/** A child order that was sent into the recorded market, and what it cost. */
export interface SlippageExample {
  readonly timeNs: number;
  /** The purchase and the sale of one time and size have the same. */
  readonly pair: number;
  readonly features: Float64Array;
  /** Mean price less the mid at arrival, in its direction: basis points of that mid. Fees are not in it. */
  readonly cost: number;
}

export interface ExperimentOptions extends ReplayOptions {
  readonly seed: number;
  /** Pairs of walks of the recording; each pair has its own orders at its own times, bought in one walk and sold in the other. */
  readonly pairs: number;
  /** Orders arrive in this time. */
  readonly fromNs: number;
  readonly toNs: number;
}

const NS_PER_SECOND = 1e9;
/** From decision to venue. */
const LATENCY_NS = 1e6;
const QUANTITIES = [100, 200, 300, 400, 500, 600];
/** How long an order rests at the near touch before what is left of it crosses; 0 crosses at once. */
export const REST_SECONDS = [0, 5, 10, 30];
/** Between an order's end and the next one, so that little of what one changed is left for the other. */
const PAUSE_SECONDS = 30;
const LEVELS = 200;

/**
 * Makes examples from a recorded market: in each walk of it through the simulated venue an order is sent every minute or so, at a random
 * time, of a random size, crossing at once or resting first as the desk's slices do. Every order comes twice, as a purchase and as a
 * sale: what the price did meanwhile, which nobody could know, weighs on both sides alike (antithetic variates, Hammersley and Morton 1956).
 */
export function slippageExamples(recording: Recording, options: ExperimentOptions): SlippageExample[] {
  const random = new Random(options.seed);
  const examples: SlippageExample[] = [];
  let pairs = 0;
  for (let walk = 0; walk < options.pairs; walk++) {
    const walks = [new Experiment(recording(), options), new Experiment(recording(), options)];
    let timeNs = options.fromNs + PAUSE_SECONDS * 2 * random.uniform() * NS_PER_SECOND;
    for (let order = 1; timeNs < options.toNs; order++) {
      const quantity = QUANTITIES[random.below(QUANTITIES.length)]!;
      const restSeconds = REST_SECONDS[random.below(REST_SECONDS.length)]!;
      const first = random.below(2);
      const both = walks.map((walk, index) => walk.send(2 * order, timeNs, first ^ index, quantity, restSeconds));
      if (both.every((outcome) => outcome !== null)) {
        for (const outcome of both) examples.push({ timeNs, pair: pairs, ...outcome });
        pairs++;
      }
      timeNs += (restSeconds + PAUSE_SECONDS * (1 + random.uniform())) * NS_PER_SECOND;
    }
  }
  return examples.sort((a, b) => a.timeNs - b.timeNs);
}

type Outcome = Pick<SlippageExample, 'features' | 'cost'>;

/** One walk of a recorded market in which orders of ours trade. */
class Experiment {
  private readonly replay: Replay;
  private readonly features = new MarketFeatures();
  private readonly depth = new Int32Array(2 * LEVELS);
  private filled = 0;
  private notional = 0;

  constructor(market: RecordedMarket, options: ReplayOptions) {
    this.replay = new Replay(market, options);
  }

  /** Null when the order's features are not known, or not all of it could be done. */
  send(child: number, timeNs: number, side: number, quantity: number, restSeconds: number): Outcome | null {
    const { replay, features } = this;
    const { venue, book, instrument } = replay;
    this.filled = this.notional = 0;
    this.advance(timeNs);
    const { mid } = replay;
    const known = features.read({
      timeNs,
      side,
      quantity,
      restSeconds,
      ownQuantity: book.bestQuantity(side),
      otherQuantity: book.bestQuantity(1 - side),
      takeCost: costOfTaking(replay, side, quantity, this.depth),
    });
    if (known === null) return null;
    this.advance(timeNs + LATENCY_NS);
    if (restSeconds > 0) {
      const touch = (side === Side.buy ? book.bestBid() : book.bestAsk()) ?? 0;
      if (touch > 0) venue.submit(child, instrument, side, OrderType.limit, touch, quantity, TimeInForce.postOnly);
      this.advance(timeNs + LATENCY_NS + restSeconds * NS_PER_SECOND);
      if (this.filled < quantity) venue.cancel(child);
    }
    const left = quantity - this.filled;
    if (left > 0) venue.submit(child + 1, instrument, side, OrderType.market, 0, left, TimeInForce.ioc);
    this.settle();
    if (this.filled < quantity) return null;
    return {
      features: known,
      cost: ((side === Side.buy ? 1 : -1) * 1e4 * (this.notional / quantity - mid)) / mid,
    };
  }

  private advance(untilNs: number): void {
    this.replay.advance(untilNs, this.observe);
    this.settle();
  }

  private readonly observe = (step: RecordedMarket): void => {
    const { book } = this.replay;
    const traded = signedTrade(step);
    if (traded !== 0) this.features.trade(step.timeNs, Math.abs(traded));
    this.features.quote(step.timeNs, book.bestBid() ?? 0, book.bestAsk() ?? 0);
  };

  private settle(): void {
    this.replay.venue.events.drain((kind, _child, price, quantity) => {
      if (kind !== VenueEventKind.filled) return;
      this.filled += quantity;
      this.notional += price * quantity;
    });
  }
}

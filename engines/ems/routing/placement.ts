/** Fewer shares than these are not split off for another venue. */
const ROUND_LOT = 100;

/** What a resting order would meet at each venue: the input, filled anew for each question. */
export class Queues {
  /** Shares that trade before ours at our price, those at better prices included. */
  readonly ahead: Float64Array;
  /** Shares of our side that are expected to trade there while we rest. */
  readonly expected: Float64Array;
  /** 1e-4 of the currency a share; negative is a rebate. */
  readonly makerFees: Float64Array;
  readonly latencyNs: Float64Array;
  /** 1 for a venue that may be used. */
  readonly usable: Uint8Array;

  constructor(readonly venues: number) {
    this.ahead = new Float64Array(venues);
    this.expected = new Float64Array(venues);
    this.makerFees = new Float64Array(venues);
    this.latencyNs = new Float64Array(venues);
    this.usable = new Uint8Array(venues);
  }
}

/**
 * Splits what shall rest over the venues. A queue is a fluid: of q shares behind A others, min(q, max(0, V - A)) trade while V shares do.
 * So a venue has room for V - A of ours; the rooms are filled from the lowest fee on, which trades as many shares as can be, at the
 * lowest fees that such a placement can have. What finds no room goes where the whole queue is expected to be through first.
 *
 * Allocates nothing.
 */
export class Placement {
  /** Shares by venue. */
  readonly quantities: Int32Array;

  constructor(venues: number) {
    this.quantities = new Int32Array(venues);
  }

  /** Returns the shares that were placed: all, or none when no venue may be used. */
  plan(queues: Queues, quantity: number): number {
    const { quantities } = this;
    quantities.fill(0);
    let left = quantity;
    for (let venue = this.roomiest(queues, left); venue >= 0; venue = this.roomiest(queues, left)) {
      const shares = Math.min(left, roomOf(queues, venue));
      quantities[venue] = shares;
      left -= shares;
      if (left === 0) return quantity;
    }
    const venue = this.soonest(queues, left);
    if (venue < 0) return 0;
    quantities[venue]! += left;
    return quantity;
  }

  /** The venue with the lowest fee of those that have room and were given nothing yet, or -1. */
  private roomiest(queues: Queues, left: number): number {
    let best = -1;
    for (let venue = 0; venue < queues.venues; venue++) {
      if (queues.usable[venue] === 0 || this.quantities[venue]! > 0) continue;
      if (roomOf(queues, venue) < Math.min(left, ROUND_LOT) || left === 0) continue;
      if (best < 0 || isCheaper(queues, venue, best)) best = venue;
    }
    return best;
  }

  /** The venue whose queue, with these shares at its end, is expected to be through first, or -1. */
  private soonest(queues: Queues, left: number): number {
    let best = -1;
    let bestTime = 0;
    for (let venue = 0; venue < queues.venues; venue++) {
      if (queues.usable[venue] === 0) continue;
      const time = (queues.ahead[venue]! + this.quantities[venue]! + left) / Math.max(queues.expected[venue]!, 1);
      if (best < 0 || time < bestTime || (time === bestTime && isCheaper(queues, venue, best))) {
        best = venue;
        bestTime = time;
      }
    }
    return best;
  }
}

const roomOf = ({ expected, ahead }: Queues, venue: number): number =>
  Math.max(0, Math.floor(expected[venue]! - ahead[venue]!));

const isCheaper = ({ makerFees, latencyNs }: Queues, venue: number, than: number): boolean =>
  makerFees[venue] === makerFees[than] ? latencyNs[venue]! < latencyNs[than]! : makerFees[venue]! < makerFees[than]!;

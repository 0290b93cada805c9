/** What each venue has done since the session began, by its place in `trading.venues`. */
export class VenueTally {
  /** Orders that were sent there, and those of them that it refused. */
  readonly orders: Float64Array;
  readonly rejects: Float64Array;
  readonly fills: Float64Array;
  readonly shares: Float64Array;
  /** 1e-4 of the currency; negative is a rebate. */
  readonly fees: Float64Array;
  /** Orders that were accepted or refused, and how long that took together, market time. */
  readonly answers: Float64Array;
  readonly answerNs: Float64Array;

  constructor(venues: number) {
    const column = () => new Float64Array(venues);
    this.orders = column();
    this.rejects = column();
    this.fills = column();
    this.shares = column();
    this.fees = column();
    this.answers = column();
    this.answerNs = column();
  }

  answered(venue: number, afterNs: number): void {
    this.answers[venue]! += 1;
    this.answerNs[venue]! += afterNs;
  }

  filled(venue: number, quantity: number, fee: number): void {
    this.fills[venue]! += 1;
    this.shares[venue]! += quantity;
    this.fees[venue]! += fee;
  }
}

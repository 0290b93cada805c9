/** What the two processes of the pipeline agree on. */
export const ACCOUNT = 1;
export const INSTRUMENT = 1;
export const SYMBOL = 'AAPL';
/** Price units. */
export const BID = 5_859_000;
export const OFFER = 5_860_000;

/** The configuration of `desk.ts`. */
export interface Place {
  readonly rings: string;
  readonly data: string;
}

/** Corporate actions as they are journaled. Prices are price units, amounts a share are 1e-8 of the currency. */
interface Common {
  readonly kind: 'corporate-action';
  /** The same action under it is taken once. */
  readonly id: string;
  readonly symbol: string;
  /** The first day on which the shares trade without it: it is done when that day begins. */
  readonly exDate: string;
}

/** `over` new shares for each `under`. */
interface Ratio {
  readonly over: number;
  readonly under: number;
}

interface Split extends Common, Ratio {
  readonly type: 'split';
  /** Of one new share, for fractions. */
  readonly price: number;
}

/** `over` more shares for each `under`. */
interface StockDividend extends Common, Ratio {
  readonly type: 'stock-dividend';
  readonly price: number;
}

export interface CashDividend extends Common {
  readonly type: 'cash-dividend';
  readonly amount: number;
  readonly payDate: string;
}

/** Each share becomes `over` / `under` of another and cash; either may be nothing. */
export interface Merger extends Common, Ratio {
  readonly type: 'merger';
  readonly into: string | null;
  readonly amount: number;
  /** Of one share of `into`: for fractions, and to part the cost between shares and cash. */
  readonly price: number;
  readonly payDate: string;
}

/** `over` shares of another for each `under`, and a part of the cost with them. */
export interface SpinOff extends Common, Ratio {
  readonly type: 'spin-off';
  readonly into: string;
  /** Of the cost, in basis points. */
  readonly costBasisPoints: number;
  readonly price: number;
}

interface SymbolChange extends Common {
  readonly type: 'symbol-change';
  readonly into: string;
}

export type CorporateAction = Split | StockDividend | CashDividend | Merger | SpinOff | SymbolChange;

/** `announced` until its ex date begins. */
export interface KnownAction {
  readonly action: CorporateAction;
  readonly state: 'announced' | 'effective';
  /** Record that made it so. */
  readonly record: number;
  /** Rows of the instrument and of the one that comes for it, whatever they are called later; -1: none. */
  readonly instrument: number;
  readonly into: number;
  /** Its place among the effective ones, from 1; 0 while it is announced. */
  readonly sequence: number;
  /** Of the instrument on the day before, in half price units; null while it is not known. */
  readonly close: number | null;
}

/** What shares are marked at until the market has said something of the ex date. */
export interface AdjustedMark {
  /** Half price units. */
  readonly halves: number;
  /** Event of the last quote of the day before: a later one ends it. */
  readonly quote: number;
}

/** By id of the instrument, the event of its last quote when a day ended. */
export type Quoted = Readonly<Record<string, number>>;

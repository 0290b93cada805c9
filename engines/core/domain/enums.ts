/** Codes as they stand in binary messages. Names in APIs are the lower-case forms from `codec`. */
export const Side = { buy: 0, sell: 1 } as const;
export const OrderType = {
  limit: 0,
  market: 1,
  /** Held until the last trade reaches `stopPrice`, then a market order. */
  stop: 2,
  /** Held until the last trade reaches `stopPrice`, then a limit order. */
  stopLimit: 3,
} as const;
export const TimeInForce = { day: 0, ioc: 1, fok: 2, postOnly: 3 } as const;
export const Algorithm = {
  none: 0,
  twap: 1,
  vwap: 2,
  /** Percentage of volume. */
  pov: 3,
  /** Implementation shortfall: the Almgren–Chriss schedule. */
  is: 4,
  /** Worked by hand: the order stays in the order system and its child orders name it. */
  care: 5,
} as const;

/** How orders of one group depend on each other (FIX ContingencyType, and the place in the group). */
export const Contingency = {
  none: 0,
  /** One cancels the other. */
  oco: 1,
  /** The first of an order that triggers others: what it fills lets the group's `oto` orders go. */
  primary: 2,
  /** Held until the group's primary is filled, for as much as is filled. */
  oto: 3,
  /** As `oto`, and the group's other exits shrink by what this one fills: the exits of a bracket. */
  exit: 4,
} as const;

/** What happened in a venue's book, as a market-by-order feed tells it. */
export const BookEventKind = {
  /** A new order rests. */
  add: 1,
  /** A resting order lost `quantity`; the rest keeps its priority. */
  reduce: 2,
  /** A resting order is gone; `quantity` is what was left. */
  remove: 3,
  /** A resting order was hit for `quantity`. */
  execute: 4,
  /** A trade against an order that the feed never showed. */
  executeHidden: 5,
  /** Price -1: trading halted, 0: quoting resumes, 1: trading resumes; at all venues of the instrument. */
  halt: 7,
  /** Nothing happened but time: lets timers fire in a quiet market. */
  time: 8,
  /** The feed has ended. */
  end: 9,
  /**
   * Price 1: messages of the market are missing, so what is known of the venue's book of the instrument is not the market's; 0: it is again.
   * Nothing else is said; `venue` may be EVERY_VENUE.
   */
  stale: 10,
} as const;

/** What a bar is a piece of; its `size` is seconds, trades, shares or units of the currency. */
export const BarKind = { time: 0, tick: 1, volume: 2, dollar: 3 } as const;

export const CommandKind = {
  submit: 1,
  cancel: 2,
  replace: 3,
  /** Entries only: all live orders of the account, or of one instrument of it when `instrument` is not 0. */
  cancelAll: 4,
  /** Entries only: a client's session begins, is alive, ends. */
  logon: 5,
  heartbeat: 6,
  logoff: 7,
  /** Entries: takes an order off its venue and holds it. */
  suspend: 8,
  /** Entries: lets a suspended order go. Commands: an order that has left the venue goes to work again with what is left. */
  resume: 9,
} as const;

/** What an execution system tells the order system about an order that it was given. */
export const ReportKind = {
  /** The sender (re)started and knows no order: resubmit what is live. */
  sessionStarted: 1,
  /** It rests, or its schedule has begun. Of an order that trades or ends at once nothing but that is said. */
  working: 2,
  fill: 3,
  cancelled: 4,
  rejected: 5,
  expired: 6,
  replaced: 7,
  /** A cancel or replace could not be done; the order stands as it did before it. */
  changeRejected: 8,
} as const;

/** Answers to an order entered over shared memory. */
export const AckKind = { accepted: 1, rejected: 2, duplicate: 3 } as const;

/** What a corporate action does; see CorporateAction. */
export const CorporateActionKind = {
  /** Also a stock dividend: `over` counts the old shares with it. */
  split: 1,
  cashDividend: 2,
  merger: 3,
  spinOff: 4,
  symbolChange: 5,
} as const;

export type CodeOf<T extends Record<string, number>> = T[keyof T];

/** Translates between a code and its name in the APIs. @throws TypeError when two names share a code */
export function codec<T extends Record<string, number>>(codes: T) {
  const names = new Map<number, keyof T & string>();
  for (const [name, code] of Object.entries(codes)) {
    if (names.has(code)) throw new TypeError(`${name} and ${names.get(code)} share the code ${code}`);
    names.set(code, name);
  }
  return Object.freeze({
    names: Object.freeze(Object.keys(codes)) as readonly (keyof T & string)[],
    code: (name: keyof T & string): number => codes[name] as number,
    name: (code: number): keyof T & string => names.get(code) ?? (`unknown(${code})` as keyof T & string),
  });
}

export const sides = codec(Side);
export const orderTypes = codec(OrderType);
export const timesInForce = codec(TimeInForce);
export const algorithms = codec(Algorithm);
export const contingencies = codec(Contingency);
export const barKinds = codec(BarKind);

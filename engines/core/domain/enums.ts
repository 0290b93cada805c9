/** Codes as they stand in binary messages. Names in APIs are the lower-case forms from `codec`. */
export const Side = { buy: 0, sell: 1 } as const;
export const OrderType = { limit: 0, market: 1 } as const;
export const TimeInForce = { day: 0, ioc: 1, fok: 2, postOnly: 3 } as const;
export const Algorithm = { none: 0, twap: 1 } as const;

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
  /** Price -1: trading halted, 0: quoting resumes, 1: trading resumes. */
  halt: 7,
  /** Nothing happened but time: lets timers fire in a quiet market. */
  time: 8,
  /** The feed has ended. */
  end: 9,
} as const;

export const CommandKind = { submit: 1, cancel: 2, replace: 3 } as const;

/** What an execution system tells the order system about an order that it was given. */
export const ReportKind = {
  /** The sender (re)started and knows no order: resubmit what is live. */
  sessionStarted: 1,
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

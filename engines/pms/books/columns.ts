/** Columns of the books' rows. Rows of others are kept as row + 1 where 0 says that there is none. */

/** What a fill reads and writes stands first: with a row's key in the first line of the processor's cache, the rest in the next. */
export const Position = {
  account: 0,
  strategy: 1,
  instrument: 2,
  /** Shares, negative is short. */
  quantity: 3,
  averageCost: 4,
  fifoCost: 5,
  firstLot: 6,
  lastLot: 7,
  holding: 8,
  purse: 9,
  /** Of the quantity, shares that are not settled. */
  unsettled: 10,
  averageRealised: 11,
  fifoRealised: 12,
  fees: 13,
  /** Dividends, and what was paid in lieu of them. */
  income: 14,
  nextOfHolding: 15,
} as const;

export const Holding = {
  account: 0,
  instrument: 1,
  purse: 2,
  quantity: 3,
  firstPosition: 4,
  nextOfAccount: 5,
  nextOfInstrument: 6,
} as const;

/** Quantity and cost are signed as the position is. `next`: of the lots of the position. */
export const Lot = { quantity: 0, cost: 1, day: 2, record: 3, next: 4 } as const;

/** A closed lot, or the closed part of one: `cost` was released and `proceeds` came for it. */
export const ClosedLot = {
  position: 0,
  quantity: 1,
  cost: 2,
  proceeds: 3,
  openedDay: 4,
  closedDay: 5,
  opened: 6,
  closed: 7,
} as const;

/**
 * A line of the ledger: journal record that it comes from, purse, Book, amount (debit positive), row of the instrument or -1, day on
 * which an unsettled amount is due or 0, business day of the posting. The lines of one record and purse are one entry.
 */
export const Line = { record: 0, purse: 1, book: 2, amount: 3, instrument: 4, due: 5, day: 6 } as const;

import { z } from '@nautilus/core/kernel';
import { bookNames } from './books/ledger';
import { callStates } from './margin/calls';
import { marginRules } from './margin/rules';
import { breakStates } from './reconciliation/breaks';
import { breakKinds } from './reconciliation/difference';

export const Money = z.number().describe('in units of the currency, exact to 0.0001');
export const Day = z.string().describe('business day, YYYY-MM-DD');

const Method = z.object({
  cost: Money.describe('of the open position, signed as it is'),
  realised: Money,
  unrealised: Money.nullable().describe('null while there is no price to mark it at'),
});

export const PositionReply = z.object({
  account: z.string(),
  strategy: z.int().nullable().describe('number that the client gave it; null: the sum of all'),
  symbol: z.string(),
  currency: z.string(),
  quantity: z.int().describe('shares; negative is short'),
  settled: z.int().describe('of them, shares that are settled'),
  averagePrice: z
    .number()
    .nullable()
    .describe('cost by the account’s rule of the open position a share, to eight decimals; null when flat'),
  realised: Money.describe('by the account’s rule, fees not taken off'),
  unrealised: Money.nullable().describe('by the account’s rule; null while there is no price to mark it at'),
  fees: Money.describe('paid; negative are rebates'),
  income: Money.describe('dividends, less what was paid in lieu of them'),
  average: Method.describe('as the average-cost rule has it'),
  fifo: Method.describe('as first in, first out has it'),
  mark: z
    .object({ price: z.number(), from: z.enum(['mid', 'last', 'adjusted']) })
    .nullable()
    .describe(
      'the middle of the quote, or the last trade while a side of it is empty; adjusted: the day before less a corporate action, until the first quote of its ex date',
    ),
  value: Money.nullable().describe('quantity × mark'),
});

export const PositionList = z.object({ positions: z.array(PositionReply) });

export const CashList = z.object({
  cash: z.array(
    z.object({
      account: z.string(),
      currency: z.string(),
      balance: Money.describe('settled and not'),
      settled: Money,
      due: z.array(z.object({ day: Day, amount: Money })).describe('receivable above zero, payable below'),
      initial: Money,
    }),
  ),
});

export const AccountReply = z.object({
  account: z.string(),
  currency: z.string().describe('its base currency: of all amounts here'),
  costMethod: z.enum(['average', 'fifo']),
  settlement: z.enum(['T+0', 'T+1']),
  cash: Money.nullable().describe('of all currencies; null while a rate is not known'),
  value: Money.nullable().describe('of all positions; null while a mark or rate is not known'),
  equity: Money.nullable().describe('cash + value'),
  realised: Money.nullable(),
  unrealised: Money.nullable(),
  income: Money.nullable().describe('dividends and interest'),
  fees: Money.nullable(),
  rates: z
    .array(z.object({ currency: z.string(), rate: z.number().nullable() }))
    .describe('worth in the base currency'),
});
export const AccountList = z.object({ accounts: z.array(AccountReply) });

const BookNameReply = z.enum(bookNames as [string, ...string[]]);

export const LedgerReply = z.object({
  day: Day,
  imbalance: Money.describe('debits less credits over all books: 0'),
  balances: z.array(
    z.object({
      account: z.string(),
      currency: z.string(),
      book: BookNameReply,
      balance: Money.describe('debit above zero, credit below'),
    }),
  ),
});

export const EntryQuery = z.object({
  account: z.string().optional(),
  before: z.coerce.number().int().min(0).optional().describe('lines older than this one'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('lines at most'),
});
export const EntryList = z.object({
  lines: z.array(
    z.object({
      line: z.int().describe('number of the line since the journal began'),
      record: z.int().describe('journal record that it comes from: `nautilus journal show` prints it'),
      day: Day,
      account: z.string(),
      currency: z.string(),
      book: BookNameReply,
      amount: Money.describe('debit above zero, credit below'),
      symbol: z.string().nullable(),
      due: Day.nullable().describe('of unsettled amounts'),
    }),
  ),
  oldest: z.int().describe('the oldest line that is kept in memory'),
  next: z.int().nullable().describe('`before` of the next page'),
});

export const LotQuery = z.object({
  account: z.string().optional(),
  symbol: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});
export const LotList = z.object({
  open: z.array(
    z.object({
      account: z.string(),
      strategy: z.int(),
      symbol: z.string(),
      quantity: z.int(),
      cost: Money,
      opened: Day,
      record: z.int().describe('journal record of the fill that opened it'),
    }),
  ),
  closed: z
    .array(
      z.object({
        account: z.string(),
        strategy: z.int(),
        symbol: z.string(),
        quantity: z.int().describe('negative when a short position was closed'),
        cost: Money,
        proceeds: Money,
        realised: Money,
        opened: Day,
        closed: Day,
        record: z.int().describe('journal record of the fill that closed it'),
      }),
    )
    .describe('newest first'),
});

export const BreakReply = z.object({
  id: z.string().describe('the same in every run as long as it is about the same thing'),
  source: z.string().describe('custodian, or oms'),
  kind: z.enum(breakKinds),
  of: z.enum(['shares', 'cash']),
  account: z.string(),
  subject: z.string().describe('symbol, currency or order'),
  ours: z
    .number()
    .nullable()
    .describe('shares, or cash in units of the currency; null: nothing that could be compared'),
  theirs: z.number().nullable(),
  state: z
    .enum(breakStates)
    .describe('open → aged (when a day ends) → explained → resolved (a later statement agrees)'),
  since: Day.describe('when it was found first'),
  changed: Day.describe('when its state changed last'),
  age: z.int().describe('business days that ended while nobody had explained it'),
  returns: z.int().describe('how often it came back'),
  note: z.string().nullable(),
});
export const BreakList = z.object({ breaks: z.array(BreakReply) });
export const StatementReply = z.object({
  id: z.string(),
  record: z.int().nullable().describe('journal record; null when it was taken before'),
  lines: z.int(),
  breaks: z.array(BreakReply).describe('of this custodian, resolved ones left out'),
});

export const ActionReply = z.object({
  id: z.string(),
  type: z.string(),
  symbol: z.string(),
  into: z.string().nullable(),
  exDate: Day,
  payDate: Day.nullable(),
  state: z.enum(['announced', 'effective']).describe('effective when its ex date has begun'),
  record: z.int().describe('journal record that made it so'),
  quantityFactor: z.number().describe('shares of before times this are shares of after'),
  priceFactor: z
    .number()
    .nullable()
    .describe('prices of before times this compare with prices of after; null while the last close is not known'),
});
export const ActionList = z.object({ actions: z.array(ActionReply) });

export const MarginCallReply = z.object({
  id: z.string(),
  account: z.string(),
  rule: z.enum(marginRules),
  state: z.enum(callStates).describe('open → met by money or trades, or expired when its day is over; then met still'),
  amount: Money.describe('what was missing when it began, in the base currency'),
  opened: Day,
  due: Day,
  changed: Day,
});
export const MarginList = z.object({
  margin: z.array(
    z.object({
      account: z.string(),
      currency: z.string().describe('its base currency: of all amounts here'),
      rule: z.enum(marginRules),
      equity: Money.nullable().describe('cash + positions at the mark; null while a mark or a rate is not known'),
      initial: Money.nullable().describe('required to open what is held'),
      maintenance: Money.nullable().describe('required to keep it'),
      excess: Money.nullable().describe('equity − maintenance: below zero it is called'),
      call: MarginCallReply.nullable().describe('that is not met'),
    }),
  ),
});
export const MarginCallList = z.object({ calls: z.array(MarginCallReply) });

export const StatementOfAccount = z.object({
  account: z.string(),
  day: Day,
  closed: z.boolean().describe('whether the day has ended'),
  books: z.array(
    z.object({
      currency: z.string(),
      book: BookNameReply,
      opening: Money.describe('debit above zero, credit below'),
      movement: Money,
      closing: Money,
    }),
  ),
});

export const StateReply = z.object({
  day: Day,
  sequence: z.int().describe('the last execution that is booked'),
  durable: z.int().describe('the last execution that is safe on disk'),
  record: z.int().describe('the last journal record'),
  stateHash: z.string().describe('of all that is booked'),
  refusal: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).nullable(),
});

export type PositionReply = z.infer<typeof PositionReply>;
export type AccountReply = z.infer<typeof AccountReply>;
export type CashList = z.infer<typeof CashList>;
export type LedgerReply = z.infer<typeof LedgerReply>;
export type EntryQuery = z.infer<typeof EntryQuery>;
export type EntryList = z.infer<typeof EntryList>;
export type LotQuery = z.infer<typeof LotQuery>;
export type LotList = z.infer<typeof LotList>;
export type BreakReply = z.infer<typeof BreakReply>;
export type ActionReply = z.infer<typeof ActionReply>;
export type MarginList = z.infer<typeof MarginList>;
export type MarginCallReply = z.infer<typeof MarginCallReply>;
export type StatementOfAccount = z.infer<typeof StatementOfAccount>;
export type StateReply = z.infer<typeof StateReply>;

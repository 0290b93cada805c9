import { PRICE_UNITS } from '@nautilus/core/domain';
import { JournalSettings } from '@nautilus/core/journal';
import { accountIdentity, accountList, instrumentList, z } from '@nautilus/core/kernel';
import { marginRules } from './margin/rules';

const Currency = z.string().length(3);

const Account = accountIdentity.extend({
  /** In units of the currency, at most four decimals. */
  initialCash: z
    .number()
    .refine((cash) => Math.abs(cash * PRICE_UNITS - Math.round(cash * PRICE_UNITS)) < 1e-5, 'at most four decimals')
    .refine((cash) => Number.isSafeInteger(Math.round(cash * PRICE_UNITS)), 'at most 900 billion'),
  currency: Currency,
  /** Which cost a reducing fill releases: the average of the position, or that of its oldest lots. */
  costMethod: z.enum(['average', 'fifo']).default('average'),
  /** When trades settle: at once, or on the next business day. */
  settlement: z.enum(['T+0', 'T+1']).default('T+1'),
  /** How its margin is reckoned. */
  margin: z.enum(marginRules).default('reg-t'),
});

/** The `engine` section of the process configuration. */
export const PositionConfig = z.strictObject({
  /** The first business day; later ones come from the journal. */
  session: z.iso.date(),
  /** Days besides Saturday and Sunday on which nothing settles. */
  holidays: z.array(z.iso.date()).default([]),
  accounts: accountList(Account),
  instruments: instrumentList,
  /** Worth of one unit of `from` in `to`, until somebody sets another. */
  rates: z.array(z.strictObject({ from: Currency, to: Currency, rate: z.number().positive() })).default([]),
  /** By symbol, the symbol whose price it follows: portfolio margin nets them. @default its own */
  underlyings: z.record(z.string(), z.string()).default({}),
  /** Business days in which a margin call is to be met. */
  marginCallDays: z.int().min(1).default(3),
  /** Pause between two checks of fills against the order system. */
  orderCheckMs: z.int().min(1).default(10_000),
  journal: JournalSettings,
});

export type PositionConfig = z.infer<typeof PositionConfig>;

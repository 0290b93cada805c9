import { PRICE_UNITS } from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';

const Id = z.int().min(0).max(1_000_000).describe('the number of the account or instrument in every message');

export const Instrument = z.strictObject({
  id: Id,
  symbol: z.string().min(1),
  currency: z.string().length(3),
  tickSize: z.int().min(1),
});

export const Account = z.strictObject({
  id: Id,
  name: z.string().min(1),
  /** In units of the currency, at most four decimals. */
  initialCash: z
    .number()
    .refine((cash) => Math.abs(cash * PRICE_UNITS - Math.round(cash * PRICE_UNITS)) < 1e-5, 'at most four decimals')
    .refine((cash) => Number.isSafeInteger(Math.round(cash * PRICE_UNITS)), 'at most 900 billion'),
  currency: z.string().length(3),
});

const distinct = <T>(items: readonly T[], key: (item: T) => unknown) => new Set(items.map(key)).size === items.length;

/** The `engine` section of the process configuration. */
export const PositionConfig = z.strictObject({
  accounts: z
    .array(Account)
    .min(1)
    .refine((accounts) => distinct(accounts, ({ id }) => id), 'two accounts have the same id')
    .refine((accounts) => distinct(accounts, ({ name }) => name), 'two accounts have the same name'),
  instruments: z
    .array(Instrument)
    .min(1)
    .refine((instruments) => distinct(instruments, ({ id }) => id), 'two instruments have the same id')
    .refine((instruments) => distinct(instruments, ({ symbol }) => symbol), 'two instruments have the same symbol'),
});

export type PositionConfig = z.infer<typeof PositionConfig>;
export type Account = z.infer<typeof Account>;
export type Instrument = z.infer<typeof Instrument>;

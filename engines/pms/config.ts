import { PRICE_UNITS } from '@nautilus/core/domain';
import { JournalSettings } from '@nautilus/core/journal';
import { accountIdentity, accountList, instrumentList, z } from '@nautilus/core/kernel';

const Account = accountIdentity.extend({
  /** In units of the currency, at most four decimals. */
  initialCash: z
    .number()
    .refine((cash) => Math.abs(cash * PRICE_UNITS - Math.round(cash * PRICE_UNITS)) < 1e-5, 'at most four decimals')
    .refine((cash) => Number.isSafeInteger(Math.round(cash * PRICE_UNITS)), 'at most 900 billion'),
  currency: z.string().length(3),
});

/** The `engine` section of the process configuration. */
export const PositionConfig = z.strictObject({
  accounts: accountList(Account),
  instruments: instrumentList,
  journal: JournalSettings,
});

export type PositionConfig = z.infer<typeof PositionConfig>;

import { JournalSettings } from '@nautilus/core/journal';
import { accountIdentity, accountList, instrumentList, z } from '@nautilus/core/kernel';
import { FixConfig } from './fix/config';

/** The `engine` section of the order system's process configuration. */
export const OmsConfig = z.strictObject({
  accounts: accountList(accountIdentity),
  instruments: instrumentList,
  journal: JournalSettings,
  /** Counterparties over FIX. @default none */
  fix: FixConfig.optional(),
  /** Orders are refused when the risk engine has not confirmed its limits for so long. */
  limitsStaleAfterMs: z.int().min(1).default(3000),
});

export type OmsConfig = z.infer<typeof OmsConfig>;

import { accountIdentity, accountList, instrumentList, z } from '@nautilus/core/kernel';
import { Limits } from './limits';

export const RiskConfig = z.strictObject({
  accounts: accountList(accountIdentity.extend({ limits: Limits })),
  instruments: instrumentList,
});

export type RiskConfig = z.infer<typeof RiskConfig>;

import { accountIdentity, accountList, instrumentList, z } from '@nautilus/core/kernel';

/** The `engine` section of the order system's process configuration. */
export const OmsConfig = z.strictObject({
  accounts: accountList(accountIdentity),
  instruments: instrumentList,
  /**
   * memory: answer at once, the journal follows; batched: answer after the group commit; always: one commit an order.
   */
  durability: z.enum(['memory', 'batched', 'always']).default('batched'),
  /** Orders are refused when the risk engine has not confirmed its limits for so long. */
  limitsStaleAfterMs: z.int().min(1).default(3000),
  /** Space taken for the journal at the start, so that a commit writes no metadata. */
  journalPreallocateBytes: z.int().min(0).optional(),
});

export type OmsConfig = z.infer<typeof OmsConfig>;

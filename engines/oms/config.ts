import { z } from '@nautilus/core/kernel';

const Id = z.int().min(0).max(1023);

/** The `engine` section of the order system's process configuration. */
export const OmsConfig = z.strictObject({
  accounts: z.array(z.strictObject({ id: Id, name: z.string().min(1) })).min(1),
  instruments: z
    .array(
      z.strictObject({
        id: Id,
        symbol: z.string().min(1),
        currency: z.string().min(1),
        /** Price units, see core/domain. */
        tickSize: z.int().min(1),
      }),
    )
    .min(1),
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

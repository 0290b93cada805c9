import { z } from '@nautilus/core/kernel';

const compId = z.string().regex(/^[A-Z][A-Z0-9]{0,31}$/);

/** Counterparties that enter orders over FIX 4.4. */
export const FixConfig = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535),
  /** Names of the venues, in the order of their numbers. */
  venues: z.array(z.string()).default([]),
  sessions: z
    .array(
      z.strictObject({
        /** Of the platform and of the counterparty. */
        senderCompId: compId,
        targetCompId: compId,
        /** Names of the accounts that it may use; the first is taken when an order names none. */
        accounts: z.array(z.string()).min(1),
        /** Its day orders are cancelled when it is gone. */
        cancelOnDisconnect: z.boolean().default(false),
        /** It is told of every order of its accounts, and enters none. */
        dropCopy: z.boolean().default(false),
      }),
    )
    .min(1),
});

export type FixConfig = z.infer<typeof FixConfig>;
export type FixSessionConfig = FixConfig['sessions'][number];

/**
 * Number of a FIX session in orders and in the order system's sessions: of its CompIDs, so that it stays when the configuration changes
 * its order. From 2^30 up; clients over shared memory use smaller ones.
 */
export function sessionNumber({ senderCompId, targetCompId }: FixSessionConfig): number {
  let hash = 0x811c9dc5;
  for (const letter of `${senderCompId}>${targetCompId}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return 0x4000_0000 | (hash & 0x3fff_ffff);
}

import * as z from 'zod';

/** A name at one end of a FIX session. */
export const compId = (whose: string) => {
  const allowed = 'up to 32 capitals and digits, such as "DESK1"';
  return z
    .string({ error: allowed })
    .regex(/^[A-Z][A-Z0-9]{0,31}$/, { error: allowed })
    .meta({ description: `CompID ${whose}` });
};

const ports = 'a port from 1024 to 65535';

/** Counterparties that enter orders over FIX 4.4, and those that are told of them. */
export const fixSchema = z
  .strictObject({
    port: z
      .int({ error: ports })
      .min(1024, { error: ports })
      .max(65_535, { error: ports })
      .meta({ description: 'where the order system listens' }),
    sessions: z
      .array(
        z.strictObject({
          senderCompId: compId('of the platform'),
          targetCompId: compId('of the counterparty'),
          accounts: z
            .array(z.string())
            .min(1, { error: 'at least one account' })
            .meta({ description: 'names of the accounts that it may use; the first when an order names none' }),
          cancelOnDisconnect: z.boolean().default(false).meta({ description: 'cancel its day orders when it is gone' }),
          dropCopy: z
            .boolean()
            .default(false)
            .meta({ description: 'tell it of every order of its accounts; it enters none' }),
        }),
      )
      .min(1, { error: 'at least one session' }),
  })
  .meta({ description: 'orders over FIX 4.4; left out: none' });

import * as z from 'zod';
import { tables } from '../domain';

/** Refuses two entries with the same value of a key. */
const distinct =
  <T>(key: keyof T & string) =>
  (entries: readonly T[], context: z.RefinementCtx): void => {
    const seen = new Set<unknown>();
    entries.forEach((entry, index) => {
      if (seen.has(entry[key])) {
        context.addIssue({
          code: 'custom',
          path: [index, key],
          message: `another entry has this ${key}; allowed: a ${key} of its own`,
        });
      }
      seen.add(entry[key]);
    });
  };

const InstrumentConfig = z.strictObject({
  /** Row of the quotes table. */
  id: z
    .int()
    .min(0)
    .max(tables.quotes.rows - 1),
  symbol: z.string().min(1),
  currency: z.string().length(3),
  /** Price units. */
  tickSize: z.int().min(1),
});

/** The instruments of an engine's configuration: ids and symbols are distinct. */
export const instrumentList = z
  .array(InstrumentConfig)
  .min(1)
  .superRefine(distinct('id'))
  .superRefine(distinct('symbol'));

/** What every engine knows of an account; an engine extends it by what it needs. */
export const accountIdentity = z.strictObject({
  /** Row of the limits table. */
  id: z
    .int()
    .min(0)
    .max(tables.limits.rows - 1),
  name: z.string().min(1),
});

type AccountIdentity = z.infer<typeof accountIdentity>;

/** A list of accounts: ids and names are distinct. */
export const accountList = <S extends z.ZodType<AccountIdentity>>(account: S) =>
  z.array(account).min(1).superRefine(distinct<z.output<S>>('id')).superRefine(distinct<z.output<S>>('name'));

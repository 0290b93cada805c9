import * as z from 'zod';
import { SecretsError } from './errors';

const file = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'a file name of small letters, digits, dots and dashes');
const KeptSchema = z.strictObject({ file, gid: z.int().positive() });

/** What the volume holds. It names files, groups, users and hosts: never a value. */
export const DeclarationSchema = z.strictObject({
  /** Where the volume is. */
  directory: z.string().startsWith('/'),
  passwords: z.array(KeptSchema),
  /** Keys that engines encrypt their journals under: an older one is never taken away. */
  journalKeys: z.array(KeptSchema).default([]),
  /** Users of the gateway; by name, the file of each one's password. */
  users: z.strictObject({ ...KeptSchema.shape, passwords: z.record(z.string().regex(/^[a-z]+$/), file) }).optional(),
  gateway: z
    .strictObject({
      /** `platform`: signed by the authority below; `own`: the operator puts it there. */
      from: z.enum(['platform', 'own']),
      certificate: KeptSchema,
      key: KeptSchema,
      /** Host names and addresses that the certificate has to be good for. */
      names: z.array(z.string().min(1)).min(1),
      authority: z.strictObject({ certificate: KeptSchema, key: KeptSchema, name: z.string().min(1) }),
    })
    .optional(),
});

export type Kept = z.output<typeof KeptSchema>;
export type Declaration = z.output<typeof DeclarationSchema>;
export type GatewayDeclaration = NonNullable<Declaration['gateway']>;

/** Throws NAUT_SECRETS_DECLARATION. */
export function parseDeclaration(text: string | undefined): Declaration {
  const problems: string[] = [];
  try {
    const parsed = DeclarationSchema.safeParse(JSON.parse(text ?? ''));
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  } catch (error) {
    problems.push((error as Error).message);
  }
  throw new SecretsError({
    code: 'NAUT_SECRETS_DECLARATION',
    message: `the declaration of the secrets cannot be used: ${problems.join('; ')}`,
    fix: 'run `nautilus deploy` again: it writes the declaration',
  });
}

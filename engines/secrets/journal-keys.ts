import { randomBytes } from 'node:crypto';
import { SecretsError } from './errors';

/** 256 bits for AES; the line that core/journal reads. */
const line = (number: number): string => `k${number} ${randomBytes(32).toString('base64')}\n`;

const isKey = (text: string): boolean => /^[A-Za-z0-9._-]{1,32}\s+[A-Za-z0-9+/]{43}=$/.test(text.trim());

/** A first key. */
export const newJournalKeys = (): string => line(1);

/**
 * The keys that are there, which old segments need, and a new one, under which the next segments are written.
 * @throws SecretsError NAUT_SECRETS_KEYS where they are not there, or not whole: the engine would not start with the new one alone
 */
export function withNewKey(file: string, keys = ''): string {
  const known = keys.split('\n').filter((text) => text.trim() !== '' && !text.startsWith('#'));
  if (known.length === 0 || !known.every(isKey))
    throw new SecretsError({
      code: 'NAUT_SECRETS_KEYS',
      message: `${file} ${known.length === 0 ? 'holds no key' : 'is damaged'}: a rotation adds a key to those that the journal was written under`,
      fix: 'bring the file back from a copy of the secrets (docs/recovery.md says how), and rotate then',
    });
  const numbers = known.map((text) => Number(/^k(\d+) /.exec(text)?.[1] ?? 0));
  return `${keys.trimEnd()}\n${line(Math.max(...numbers) + 1)}`;
}

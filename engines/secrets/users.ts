import { createHash, randomBytes } from 'node:crypto';

const SALT_BYTES = 16;
const DIGEST_BYTES = 20;

/** RFC 2307: SHA-1 over password and salt, then the salt. */
const digest = (password: string, salt: Buffer) =>
  Buffer.concat([createHash('sha1').update(password).update(salt).digest(), salt]).toString('base64');

/**
 * Users and hashes of their passwords as nginx reads them itself. It computes the hash on every request, and no slow one
 * is needed: a password of 192 random bits cannot be guessed.
 */
export const usersFile = (passwords: Readonly<Record<string, string>>): string =>
  Object.entries(passwords)
    .map(([user, password]) => `${user}:{SSHA}${digest(password, randomBytes(SALT_BYTES))}\n`)
    .join('');

/** Does the file hold exactly these users with these passwords? */
export function usersAgree(content: string | undefined, passwords: Readonly<Record<string, string>>): boolean {
  const lines = (content ?? '').split('\n').filter((line) => line !== '');
  const hashes = new Map(lines.map((line) => line.split(':{SSHA}', 2) as [string, string | undefined]));
  return (
    hashes.size === Object.keys(passwords).length &&
    Object.entries(passwords).every(([user, password]) => {
      const hash = hashes.get(user);
      return hash !== undefined && hash === digest(password, Buffer.from(hash, 'base64').subarray(DIGEST_BYTES));
    })
  );
}

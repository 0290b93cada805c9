import { randomBytes } from 'node:crypto';

/** 256 bits for AES; the line that core/journal reads. */
const line = (number: number): string => `k${number} ${randomBytes(32).toString('base64')}\n`;

/** A first key. */
export const newJournalKeys = (): string => line(1);

/** The keys that are there, which old segments need, and a new one, under which the next segments are written. */
export function withNewKey(keys: string): string {
  const numbers = keys.split('\n').map((known) => Number(/^k(\d+) /.exec(known)?.[1] ?? 0));
  return `${keys.trimEnd()}\n${line(Math.max(...numbers) + 1)}`;
}

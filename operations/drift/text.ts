import { createHash } from 'node:crypto';
import { Duration, MemorySize } from '@nautilus/config';

/** Part of an id: lower case, digits, dots and dashes. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'empty';

/** What may be told of a value that might be a secret: enough to see that two are equal. */
export const digest = (value: string): string =>
  `sha256:${createHash('sha256').update(value).digest('hex').slice(0, 12)}`;

const LONGEST = 160;

/** A declared value, whole where a person can read it. */
export const shown = (value: string): string => {
  if (value === '') return 'empty';
  return value.length <= LONGEST ? value : `${digest(value)} (${value.length} characters)`;
};

/** Bytes, exact: `256 MiB`. Docker says 0 or -1 where there is no limit. */
export const size = (bytes: number): string =>
  bytes <= 0 || !Number.isSafeInteger(bytes) ? 'unlimited' : exactSize(bytes);

/** In the largest unit that says it exactly. */
export const exactSize = (bytes: number): string =>
  MemorySize.bytes(bytes)
    .toJSON()
    .replace(/\D+$/, (unit) => ` ${unit}`);

/** Bytes as the docker program takes them. */
export const dockerSize = (bytes: number): string => (bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20}m` : `${bytes}b`);

/** A set as text: order is nothing. */
export const list = (items: Iterable<string>): string => [...items].sort().join(', ') || 'none';

/** Nanoseconds as the manifest writes them: `1m0s`. */
export const goDuration = (nanoseconds: number): string =>
  nanoseconds % 1e6 === 0 ? Duration.milliseconds(nanoseconds / 1e6).toGo() : `${nanoseconds}ns`;

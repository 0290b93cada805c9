import fs from 'node:fs';
import { JournalError } from './errors';
import { MAX_KEY_ID } from './segment-header';

const KEY_BYTES = 32;

/** Keys that a journal is encrypted under. */
export interface JournalKeys {
  /** Id of the key that what is new is written under. */
  readonly current: string;
  /** 32 bytes each, by id. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads keys from a file of the secrets volume: a line each, `<id> <32 bytes in base64>`; the last is the one that is written under. To
 * rotate, a line is added and the engine started again; an older line may go when no segment and no snapshot names it any more.
 *
 * @throws JournalError NAUT_JOURNAL_KEY
 */
export function readKeyFile(file: string): JournalKeys {
  const keys = new Map<string, Uint8Array>();
  let current = '';
  for (const [index, line] of textOf(file).split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [id = '', encoded = '', ...rest] = line.trim().split(/\s+/);
    const key = Buffer.from(encoded, 'base64');
    const right =
      /^[A-Za-z0-9._-]+$/.test(id) && id.length <= MAX_KEY_ID && key.length === KEY_BYTES && rest.length === 0;
    if (!right || keys.has(id)) {
      // The line itself is not told: it is a secret.
      throw wrong(
        `line ${index + 1} of ${file} is not a key${keys.has(id) ? `: there is one with the id "${id}" above it` : ''}`,
      );
    }
    keys.set(id, key);
    current = id;
  }
  if (current === '') throw wrong(`${file} holds no key`);
  return { current, keys };
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

const wrong = (message: string): JournalError =>
  new JournalError({
    code: 'NAUT_JOURNAL_KEY',
    message: `${message}; allowed: lines of an id (at most ${MAX_KEY_ID} of A-Z a-z 0-9 . _ -) and ${KEY_BYTES} bytes in base64`,
    fix: 'make a key with `openssl rand -base64 32`, and keep every key that a segment still names',
  });

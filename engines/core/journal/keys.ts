import { hkdfSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { JournalError } from './errors';

const KEY_BYTES = 32;
/** Longest id of a key, bytes of ASCII. */
const MAX_KEY_ID = 32;
const SALT_BYTES = 32;
const CHECK_BYTES = 8;

/** Keys that a journal is encrypted under. */
export interface JournalKeys {
  /** Where they stand. */
  readonly file: string;
  /** Id of the key that what is new is written under. */
  readonly current: string;
  /** 32 bytes each, by id. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

/** What the header of a segment or a snapshot says about its key. */
export interface FileKey {
  /** Empty: not encrypted. */
  readonly keyId: string;
  readonly salt: Uint8Array;
  /** Follows from key and salt and tells nothing of either: another key under the same id is known by it. */
  readonly check: Uint8Array;
}

export const NO_KEY: FileKey = { keyId: '', salt: new Uint8Array(SALT_BYTES), check: new Uint8Array(CHECK_BYTES) };

/** The key of a new file: the current one and a random salt. */
export function newFileKey(keys: JournalKeys | undefined): FileKey {
  if (keys === undefined) return NO_KEY;
  const salt = randomBytes(SALT_BYTES);
  return { keyId: keys.current, salt, check: checkOf(keys.keys.get(keys.current) as Uint8Array, salt) };
}

/** The 32 bytes that a file was encrypted under. @throws JournalError NAUT_JOURNAL_KEY when they are not among the keys */
export function keyOf(file: string, { keyId, salt, check }: FileKey, keys: JournalKeys | undefined): Uint8Array {
  const key = keys?.keys.get(keyId);
  if (key !== undefined && checkOf(key, salt).equals(check)) return key;
  const known = keys && `${keys.file} has ${[...keys.keys.keys()].join(', ')}`;
  throw wrong(
    key !== undefined
      ? `${file} is encrypted under a key "${keyId}" that is not the one in ${keys?.file}`
      : `${file} is encrypted under key "${keyId}", which is not among the keys: ${known ?? 'none was given'}`,
    'bring back the key file that it was written with (of an engine: from a copy of its secrets; on the command line: --keys FILE); without the key its records cannot be read',
  );
}

/** Writes what a header says about its key. */
export function writeFileKey(bytes: Uint8Array, at: number, { keyId, salt, check }: FileKey): void {
  bytes.set(Buffer.from(keyId, 'latin1'), at);
  bytes.set(salt, at + MAX_KEY_ID);
  bytes.set(check, at + MAX_KEY_ID + SALT_BYTES);
}

export function readFileKey(bytes: Uint8Array, at: number): FileKey {
  const salt = at + MAX_KEY_ID;
  const check = salt + SALT_BYTES;
  return {
    keyId: Buffer.from(bytes.subarray(at, salt)).toString('latin1').replace(/\0+$/, ''),
    salt: bytes.slice(salt, check),
    check: bytes.slice(check, check + CHECK_BYTES),
  };
}

const checkOf = (key: Uint8Array, salt: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, 'nautilus journal check', CHECK_BYTES));

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
    const problem =
      !/^[A-Za-z0-9._-]+$/.test(id) || id.length > MAX_KEY_ID || rest.length > 0
        ? 'is not a key'
        : key.length !== KEY_BYTES
          ? `has a key of ${key.length} bytes`
          : keys.has(id)
            ? `has the id "${id}" of a line above it`
            : undefined;
    // The line itself is not told: it is a secret.
    if (problem !== undefined) throw wrongFile(`line ${index + 1} of ${file} ${problem}`, file);
    keys.set(id, key);
    current = id;
  }
  if (current === '') throw wrongFile(`${file} holds no key`, file);
  return { file, current, keys };
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw wrongFile(`the key file ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, file);
  }
}

const wrongFile = (message: string, file: string): JournalError =>
  wrong(
    `${message}; allowed: lines of an id (at most ${MAX_KEY_ID} of A-Z a-z 0-9 . _ -) and ${KEY_BYTES} bytes in base64`,
    `bring the file back from a copy; a journal that is not yet encrypted takes a new one: (umask 077; echo "k1 $(openssl rand -base64 ${KEY_BYTES})" > ${file})`,
  );

const wrong = (message: string, fix: string): JournalError =>
  new JournalError({ code: 'NAUT_JOURNAL_KEY', message, fix });

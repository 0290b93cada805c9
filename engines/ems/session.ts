import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@nautilus/core/domain';

const FILE = 'epoch';

function stored(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  if (/^[1-9][0-9]{0,14}\n$/.test(text)) return Number(text);
  throw new CodedError({
    code: 'NAUT_EPOCH_DAMAGED',
    message: `${file} holds ${JSON.stringify(text.slice(0, 40))}; it must hold the number of the last session`,
    fix: 'write a number that is larger than every epoch in the order journal, followed by a line feed',
  });
}

/**
 * The number of the session that begins now: larger than every one before, whether its directory or the ring of reports
 * survived. It is on disk before it is used.
 *
 * @param lastReported epoch of the last report in the ring, 0 when there is none
 */
export function beginSession(directory: string, lastReported: number): number {
  const file = join(directory, FILE);
  const epoch = Math.max(stored(file), lastReported) + 1;
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w', 0o600);
  try {
    writeSync(descriptor, `${epoch}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
  return epoch;
}

import { RoleLock } from '../transport/lock';
import { JournalError } from './errors';
import { type JournalPlace, lockFile } from './segment-files';

/** Takes the lock that the one writer of a journal holds. @throws JournalError NAUT_JOURNAL_BUSY */
export function takeLock(place: JournalPlace): RoleLock {
  const lock = RoleLock.take(lockFile(place));
  if (lock) return lock;
  throw new JournalError({
    code: 'NAUT_JOURNAL_BUSY',
    message: `journal ${place.name} in ${place.directory} is open in another process; a journal has one writer`,
    fix: 'stop the other process, or give this one a data directory of its own',
  });
}

/** Does something while nobody can write the journal. @throws JournalError NAUT_JOURNAL_BUSY */
export async function whileLocked<T>(place: JournalPlace, action: () => T | Promise<T>): Promise<T> {
  const lock = takeLock(place);
  try {
    return await action();
  } finally {
    lock.release();
  }
}

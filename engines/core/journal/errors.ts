import { CodedError } from '../domain/coded-error';

export type JournalErrorCode =
  | 'NAUT_JOURNAL_MISSING'
  | 'NAUT_JOURNAL_BUSY'
  | 'NAUT_JOURNAL_CORRUPT'
  | 'NAUT_JOURNAL_FORMAT'
  | 'NAUT_JOURNAL_DISK_FULL'
  | 'NAUT_JOURNAL_IO'
  | 'NAUT_JOURNAL_BACKLOG'
  | 'NAUT_JOURNAL_RECORD'
  | 'NAUT_JOURNAL_OPTION'
  | 'NAUT_JOURNAL_KEY'
  | 'NAUT_JOURNAL_STATE'
  | 'NAUT_JOURNAL_CLOSED';

export class JournalError extends CodedError<JournalErrorCode> {}

/** What a failed write or sync of the journal means. */
export function ioError(file: string, offset: number, cause: unknown): JournalError {
  if (cause instanceof JournalError) return cause;
  const errno = (cause as NodeJS.ErrnoException).code;
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EFBIG') {
    return new JournalError({
      code: 'NAUT_JOURNAL_DISK_FULL',
      message: `no room to write ${file} at byte ${offset} (${errno}); every record reported durable is safe, later ones are not accepted`,
      fix: 'free space on the file system of the journal, then restart the engine',
      cause,
    });
  }
  return new JournalError({
    code: 'NAUT_JOURNAL_IO',
    message: `writing ${file} at byte ${offset} failed (${(cause as Error).message}); every record reported durable is safe, later ones are not accepted`,
    fix: 'check the disk (dmesg), then restart the engine: recovery keeps what is on it',
    cause,
  });
}

/** A record that was durable cannot be read. `why` follows the sentence. */
export const damaged = (file: string, offset: number, record: number, why = ''): JournalError =>
  new JournalError({
    code: 'NAUT_JOURNAL_CORRUPT',
    message: `${file} is damaged at byte ${offset}: record ${record} is not readable${why}`,
    fix: `restore the file from a copy; the ${record - 1} records before byte ${offset} are intact`,
  });

/** Segments that are not what they were left as. */
export const incomplete = (message: string): JournalError =>
  new JournalError({
    code: 'NAUT_JOURNAL_CORRUPT',
    message,
    fix: 'bring the file back from a copy; `nautilus journal verify` tells what is there',
  });

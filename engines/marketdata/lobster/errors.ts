import { FeedError } from '../feeds/errors';

export type LobsterErrorCode =
  /** The file does not exist or may not be read. */
  | 'NAUT_FEED_FILE_UNREADABLE'
  /** A compressed file ends early or is not what it says. */
  | 'NAUT_FEED_FILE_DAMAGED'
  /** The file has no event. */
  | 'NAUT_FEED_FILE_EMPTY'
  /** A line does not say what a LOBSTER message says. */
  | 'NAUT_FEED_LINE_MALFORMED';

/** A file that cannot be replayed, and what to do about it. */
export class LobsterError extends FeedError<LobsterErrorCode> {}

/** A line that was refused. Line and column count from 1, columns in bytes. */
export interface BadLine {
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly value: string;
  readonly allowed: string;
}

export const badLineError = (file: string, bad: BadLine): LobsterError =>
  new LobsterError({
    code: 'NAUT_FEED_LINE_MALFORMED',
    message: `${file}:${bad.line}:${bad.column}: ${bad.field} is "${bad.value}"`,
    value: bad.value,
    allowed: bad.allowed,
    fix: 'correct the line, or leave out bad lines with --skip-bad-lines',
  });

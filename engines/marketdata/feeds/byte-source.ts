import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FeedError } from './errors';

const CHUNK = 1 << 20;

/** Bytes that come in pieces. */
export interface Bytes {
  readonly file: string;
  /** Nothing comes any more. */
  readonly ended: boolean;
  /** The next piece, undefined when it is not there yet or when there is none. @throws FeedError why the file cannot be read on */
  next(): Uint8Array | undefined;
  close(): void;
}

/** The bytes of a file, plain or gzip, read ahead while the caller works. */
export class ByteSource implements Bytes {
  ended = false;
  private problem: FeedError | undefined;
  private readonly stream: Readable;

  /** @throws FeedError NAUT_FEED_FILE_UNREADABLE */
  constructor(readonly file: string) {
    let compressed: boolean;
    try {
      compressed = isCompressed(file);
    } catch (cause) {
      throw unreadable(file, cause);
    }
    const bytes = createReadStream(file, { highWaterMark: CHUNK });
    this.stream = compressed ? bytes.pipe(createGunzip({ chunkSize: CHUNK })) : bytes;
    if (compressed) bytes.on('error', this.fail);
    this.stream.on('error', this.fail);
    this.stream.on('end', () => {
      this.ended = true;
    });
    // Lets the stream fill its buffer without anybody reading yet.
    this.stream.on('readable', () => {});
  }

  next(): Uint8Array | undefined {
    if (this.problem !== undefined) throw this.problem;
    return (this.stream.read() as Uint8Array | null) ?? undefined;
  }

  close(): void {
    this.stream.destroy();
  }

  private readonly fail = (error: Error): void => {
    this.problem = unreadable(this.file, error);
  };
}

/** Whether a file is of gzip. */
export function isCompressed(file: string): boolean {
  const head = Buffer.alloc(2);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, 2, 0);
  } finally {
    closeSync(descriptor);
  }
  return head[0] === 0x1f && head[1] === 0x8b;
}

export function unreadable(file: string, cause: unknown): FeedError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return code.startsWith('Z_')
    ? new FeedError({
        code: 'NAUT_FEED_FILE_DAMAGED',
        message: `${file} cannot be decompressed: ${message}`,
        value: code,
        allowed: 'a whole gzip file',
        fix: 'copy the file again',
        cause,
      })
    : new FeedError({
        code: 'NAUT_FEED_FILE_UNREADABLE',
        message: `cannot read the market data ${file}: ${message}`,
        value: file,
        allowed: 'a file that this user may read',
        fix: 'correct the path',
        cause,
      });
}

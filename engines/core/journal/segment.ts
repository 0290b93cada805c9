import fs from 'node:fs';
import { BlockCipher } from './block-cipher';
import { HEADER_BYTES } from './format';
import type { JournalKeys } from './keys';
import { OffsetIndex } from './offset-index';
import type { Mark, SegmentHeader } from './segment-header';

/** What is known of one file of a journal. */
export class Segment {
  /** Where some of its records begin. */
  readonly index = new OffsetIndex();
  /** Number of its last record; one less than its first when it holds none. */
  last: number;
  /** File offset after the last record. */
  end = HEADER_BYTES;
  /** Bytes after `end` that are not zero: a tail that was being written when the process or the machine died. */
  tornBytes = 0;
  /** Whether each record was looked at, so that the index is filled. */
  scanned = false;
  private fd: number | undefined;
  private openedCipher: BlockCipher | undefined;

  constructor(
    readonly file: string,
    readonly header: SegmentHeader,
    readonly mark: Mark,
  ) {
    this.last = header.first - 1;
  }

  /** Opened for reading when it is needed. */
  get descriptor(): number {
    this.fd ??= fs.openSync(this.file, 'r');
    return this.fd;
  }

  /** What its records are encrypted with; undefined when they are not. @throws JournalError NAUT_JOURNAL_KEY */
  cipher(keys: JournalKeys | undefined): BlockCipher | undefined {
    const { key, identity, segment } = this.header;
    if (key.keyId === '') return undefined;
    this.openedCipher ??= new BlockCipher(
      { file: this.file, key, context: `segment ${identity} ${segment}`, segment },
      keys,
    );
    return this.openedCipher;
  }

  close(): void {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
  }
}

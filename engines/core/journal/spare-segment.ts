import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { HEADER_BYTES } from './format';
import { ZEROS } from './segment-files';

const open = promisify(fs.open);
const write = promisify(fs.write);
const fsync = promisify(fs.fsync);
const close = promisify(fs.close);

/** The file of the next segment, made of zeros ahead of its time and off the thread. */
export class SpareSegment {
  private preparing: Promise<void> | undefined;
  private ready = false;

  constructor(
    private readonly file: string,
    /** Bytes of the file. */
    readonly bytes: number,
  ) {}

  /** Begins to make it, unless that has been begun. A disk that refuses is met by whoever needs the room. */
  prepare(): void {
    this.preparing ??= this.make();
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.preparing;
  }

  /** The file, which is the caller's from now on; undefined when it is not ready. */
  take(): string | undefined {
    if (!this.ready) return undefined;
    this.ready = false;
    this.preparing = undefined;
    return this.file;
  }

  /** Removes it. */
  async discard(): Promise<void> {
    await this.preparing;
    this.ready = false;
    fs.rmSync(this.file, { force: true });
  }

  private async make(): Promise<void> {
    try {
      const { bavail, bsize } = await fs.promises.statfs(path.dirname(this.file));
      // The room may be wanted for records before it is wanted for zeros.
      if (bavail * bsize < 2 * this.bytes) return;
      const fd = await open(this.file, 'w', 0o600);
      try {
        for (let at = 0; at < this.bytes; ) {
          at += (await write(fd, ZEROS, 0, Math.min(ZEROS.length, this.bytes - at), at)).bytesWritten;
        }
        await fsync(fd);
      } finally {
        await close(fd);
      }
      this.ready = this.bytes >= HEADER_BYTES;
    } catch {
      fs.rmSync(this.file, { force: true });
    }
  }
}

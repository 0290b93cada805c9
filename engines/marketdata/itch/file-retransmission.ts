import { closeSync, openSync, readSync } from 'node:fs';
import { unreadable } from '../feeds/byte-source';
import type { Retransmission } from '../feeds/sequencer';

const CHUNK = 1 << 18;
/** Messages between two remembered places. */
const STEP = 4096;

/** The messages of a session from a BinaryFILE that is not compressed: message n is the nth of the file. */
export class FileRetransmission implements Retransmission {
  private readonly descriptor: number;
  /** Offsets of messages 1, 1 + STEP, 1 + 2 × STEP … as far as somebody looked. */
  private readonly places = [0];
  private readonly chunk = Buffer.alloc(CHUNK);
  /** What of the file is in the chunk. */
  private from = 0;
  private filled = 0;

  /** @throws FeedError NAUT_FEED_FILE_UNREADABLE */
  constructor(file: string) {
    try {
      this.descriptor = openSync(file, 'r');
    } catch (cause) {
      throw unreadable(file, cause);
    }
  }

  request(from: number, to: number, take: (message: Uint8Array) => void): number {
    const place = Math.min(this.places.length - 1, Math.floor((from - 1) / STEP));
    let offset = this.places[place]!;
    let given = 0;
    for (let number = 1 + place * STEP; number < to; number++) {
      if ((number - 1) % STEP === 0 && (number - 1) / STEP === this.places.length) this.places.push(offset);
      const length = this.at(offset, 2)?.readUInt16BE(0) ?? 0;
      const message = length === 0 ? undefined : this.at(offset + 2, length);
      if (message === undefined) break;
      if (number >= from) {
        take(message);
        given++;
      }
      offset += 2 + length;
    }
    return given;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** Bytes of the file; undefined when it has not so many. */
  private at(offset: number, length: number): Buffer | undefined {
    if (offset < this.from || offset + length > this.from + this.filled) {
      this.from = offset;
      this.filled = readSync(this.descriptor, this.chunk, 0, CHUNK, offset);
      if (this.filled < length) return undefined;
    }
    return this.chunk.subarray(offset - this.from, offset - this.from + length);
  }
}

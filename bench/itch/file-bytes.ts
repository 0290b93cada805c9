import { closeSync, openSync, readSync } from 'node:fs';
import type { Bytes } from '../../engines/marketdata/feeds/byte-source';

const CHUNK = 1 << 20;

/** A file in pieces, read when they are asked for. A piece stands until the one after the next is read. */
export class FileBytes implements Bytes {
  ended = false;
  private readonly descriptor: number;
  private readonly memory = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)] as const;
  private turn = 0;

  constructor(readonly file: string) {
    this.descriptor = openSync(file, 'r');
  }

  next(): Uint8Array | undefined {
    const piece = this.memory[(this.turn ^= 1) as 0 | 1];
    const read = readSync(this.descriptor, piece, 0, CHUNK, null);
    if (read > 0) return piece.subarray(0, read);
    this.ended = true;
    return undefined;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

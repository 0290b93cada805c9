import type { Bytes } from '../../../engines/marketdata/feeds/byte-source';

/** Bytes in pieces of given sizes, one after the other and again from the first; between two of them nothing is there yet. */
export function inPieces(bytes: Uint8Array, sizes: readonly number[]): Bytes {
  let at = 0;
  let turn = 0;
  return {
    file: 'test.itch',
    get ended() {
      return at >= bytes.length;
    },
    next() {
      if (at >= bytes.length || turn++ % 2 === 1) return undefined;
      const size = sizes[(turn >> 1) % sizes.length]!;
      at += size;
      return bytes.subarray(at - size, at);
    },
    close() {},
  };
}

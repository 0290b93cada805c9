/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes a step ("slicing by 8", Kounavis and Berry 2005). */
const POLYNOMIAL = 0x82f63b78;

/** tables[k * 256 + b]: the effect of byte b, followed by k zero bytes. */
const tables = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  tables[byte] = crc;
}
for (let i = 256; i < tables.length; i++) {
  const shorter = tables[i - 256] as number;
  tables[i] = (shorter >>> 8) ^ (tables[shorter & 0xff] as number);
}

/** Checksum of the little-endian 32-bit words from `start` up to `end`, as a signed integer. */
export function crc32c(words: Int32Array, start: number, end: number): number {
  const t = tables;
  let crc = -1;
  let i = start;
  if ((end - start) & 1) {
    const a = crc ^ (words[i++] as number);
    crc =
      (t[768 + (a & 0xff)] as number) ^
      (t[512 + ((a >>> 8) & 0xff)] as number) ^
      (t[256 + ((a >>> 16) & 0xff)] as number) ^
      (t[a >>> 24] as number);
  }
  while (i < end) {
    const b = words[i + 1] as number;
    const second =
      (t[768 + (b & 0xff)] as number) ^
      (t[512 + ((b >>> 8) & 0xff)] as number) ^
      (t[256 + ((b >>> 16) & 0xff)] as number) ^
      (t[b >>> 24] as number);
    // What waits for the step before comes last, in the fewest operations one after the other.
    const a = crc ^ (words[i] as number);
    const low = (t[1792 + (a & 0xff)] as number) ^ (t[1536 + ((a >>> 8) & 0xff)] as number);
    const high = (t[1280 + ((a >>> 16) & 0xff)] as number) ^ (t[1024 + (a >>> 24)] as number);
    crc = second ^ (low ^ high);
    i += 2;
  }
  return ~crc;
}

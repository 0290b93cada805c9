const HEADER_BYTES = 8;

/**
 * Text of an attached stream without a terminal: frames of [stream 0..2, 0, 0, 0, length as 32-bit big-endian] and the
 * bytes, both streams in the order in which they came. Bytes that are no such frames (a terminal's) are returned as they are.
 */
export function demultiplex(raw: Buffer): string {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= raw.length) {
    if (raw.readUInt8(at) > 2 || raw.readUIntBE(at + 1, 3) !== 0) return raw.toString();
    const end = at + HEADER_BYTES + raw.readUInt32BE(at + 4);
    parts.push(raw.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return parts.length === 0 ? raw.toString() : Buffer.concat(parts).toString();
}

const TAR_BLOCK_BYTES = 512;

/** Content of the first file in a tar archive: its size stands in the header's bytes 124 to 135 in octal, the content after it. */
export function firstFile(archive: Buffer): Buffer {
  const size = Number.parseInt(archive.toString('latin1', 124, 136), 8) || 0;
  return archive.subarray(TAR_BLOCK_BYTES, TAR_BLOCK_BYTES + size);
}

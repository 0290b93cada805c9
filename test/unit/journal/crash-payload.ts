/** A payload of 1 to 300 bytes that follows from the record's number. */
export function crashPayload(record: number): Uint8Array {
  const bytes = new Uint8Array(1 + ((record * 7919) % 300));
  for (let i = 0; i < bytes.length; i++) bytes[i] = (record + i) & 0xff;
  return bytes;
}

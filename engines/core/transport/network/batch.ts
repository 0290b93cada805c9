/** How messages travel: slots that were committed together, behind a header, as one message of the broker. Little-endian, as in shared memory. */

export const BATCH_HEADER_BYTES = 32;

export interface BatchHeader {
  /** Messages of the topic before this batch. */
  readonly position: number;
  /** Messages in it. */
  readonly count: number;
  /** How many writers there were, the one of this batch included. */
  readonly epoch: number;
  /** Random number of the writer: two that take each other for dead have the same epoch, and not this. */
  readonly writer: number;
}

export function encodeBatch(header: BatchHeader, slots: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + slots.length);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, header.position, true);
  view.setInt32(8, header.count, true);
  view.setInt32(12, header.epoch, true);
  view.setInt32(16, header.writer, true);
  bytes.set(slots, BATCH_HEADER_BYTES);
  return bytes;
}

export function decodeBatch(bytes: Uint8Array): BatchHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    position: view.getFloat64(0, true),
    count: view.getInt32(8, true),
    epoch: view.getInt32(12, true),
    writer: view.getInt32(16, true),
  };
}

/** Where a registered reader stands. */
export interface Cursor {
  /** Position of the next message. */
  readonly position: number;
  /** The broker's number of the message from which the reader goes on: it has messages before `position` too. */
  readonly sequence: number;
  /** The writer waits for this reader. */
  readonly reliable: boolean;
}

export function encodeCursor({ position, sequence, reliable }: Cursor): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, position, true);
  view.setFloat64(8, sequence, true);
  view.setInt32(16, reliable ? 1 : 0, true);
  return bytes;
}

export function decodeCursor(bytes: Uint8Array): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    position: view.getFloat64(0, true),
    sequence: view.getFloat64(8, true),
    reliable: view.getInt32(16, true) === 1,
  };
}

import { CodedError } from '../domain/coded-error';
import { crc32c } from '../journal/crc32c';
import type { LiveOrders } from './live-orders';
import type { MarketState } from './market-state';
import { NewOrder } from './order';
import { StateHash } from './state-hash';

/** "NMES" and the version of everything below. */
const MAGIC = 0x53454d4e;
const VERSION = 1;
/** Magic, version, increment, words of the image. */
const HEADER = 4;
const STATE_WORDS = 9;
const ORDER_WORDS = 14;

type SnapshotErrorCode = 'NAUT_BOOK_SNAPSHOT_CORRUPT' | 'NAUT_BOOK_SNAPSHOT_VERSION' | 'NAUT_BOOK_SNAPSHOT_MISFIT';

/** A snapshot that cannot be restored. */
export class SnapshotError extends CodedError<SnapshotErrorCode> {}

/**
 * Everything that decides what a matching engine does next, as 32-bit integers: the market's state, how many orders are
 * in the book and how many stop orders wait, and the orders in the order of `LiveOrders.handles`. Depends on nothing
 * else: not on capacity, places or history. The hash is taken of it, and the snapshot contains it.
 */
function writeImage(live: LiveOrders, state: MarketState, write: (word: number) => void): void {
  for (const value of state.values()) write(value);
  write(live.book.size);
  write(live.stops.size);
  const order = new NewOrder();
  for (const handle of live.handles()) {
    const shown = live.describe(handle, order);
    write(order.id);
    write(order.side);
    write(order.type);
    write(order.price);
    write(order.stopPrice);
    write(shown);
    write(order.quantity);
    write(order.display);
    write(order.timeInForce);
    write(order.postOnly ? 1 : 0);
    write(order.owner);
    write(order.selfTrade);
    const expiry = live.expiry(handle);
    write(Math.floor(expiry / 2 ** 32));
    write(expiry | 0);
  }
}

/** Sixteen hexadecimal digits over the image. */
export function hashImage(live: LiveOrders, state: MarketState): string {
  const hash = new StateHash();
  writeImage(live, state, (word) => hash.add(word));
  return hash.hex();
}

/** Header, image and CRC-32C over both, little-endian. */
export function encodeSnapshot(live: LiveOrders, state: MarketState): Uint8Array {
  const length = STATE_WORDS + 2 + ORDER_WORDS * (live.book.size + live.stops.size);
  const words = new Int32Array(HEADER + length + 1);
  words.set([MAGIC, VERSION, live.book.increment, length]);
  let at = HEADER;
  writeImage(live, state, (word) => {
    words[at++] = word;
  });
  words[at] = crc32c(words, 0, at);
  return new Uint8Array(words.buffer);
}

/**
 * Fills an empty engine from a snapshot.
 * @throws SnapshotError when the bytes are not what was written, are of another version, or do not fit the engine
 */
export function decodeSnapshot(bytes: Uint8Array, live: LiveOrders, state: MarketState): void {
  const words = check(bytes);
  const { increment, capacity } = live.book;
  if (words[2] !== increment) throw misfit(`prices in steps of ${words[2]}`, `steps of ${increment}`);
  const resting = words[HEADER + STATE_WORDS]!;
  const waiting = words[HEADER + STATE_WORDS + 1]!;
  if (resting > capacity) throw misfit(`${resting} orders`, `at most ${capacity} (capacity)`);
  if (waiting > live.stops.capacity) throw misfit(`${waiting} stop orders`, `at most ${live.stops.capacity} (stops)`);
  state.assign(words.subarray(HEADER));
  const order = new NewOrder();
  for (let at = HEADER + STATE_WORDS + 2; at + 1 < words.length; at += ORDER_WORDS) {
    order.id = words[at]!;
    order.side = words[at + 1]!;
    order.type = words[at + 2]!;
    order.price = words[at + 3]!;
    order.stopPrice = words[at + 4]!;
    order.quantity = words[at + 6]!;
    order.display = words[at + 7]!;
    order.timeInForce = words[at + 8]!;
    order.postOnly = words[at + 9] === 1;
    order.owner = words[at + 10]!;
    order.selfTrade = words[at + 11]!;
    order.expiry = words[at + 12]! * 2 ** 32 + (words[at + 13]! >>> 0);
    live.restore(order, words[at + 5]!);
  }
}

function check(bytes: Uint8Array): Int32Array {
  const least = 4 * (HEADER + STATE_WORDS + 3);
  if (bytes.byteLength < least || bytes.byteLength % 4 !== 0)
    throw corrupt(`it has ${bytes.byteLength} bytes`, `a multiple of 4, ${least} or more`);
  const words = new Int32Array(bytes.slice().buffer);
  if (words[0] !== MAGIC) throw corrupt(`it begins with ${hex(words[0]!)}`, hex(MAGIC));
  if (words[1] !== VERSION)
    throw new SnapshotError({
      code: 'NAUT_BOOK_SNAPSHOT_VERSION',
      message: `the snapshot of a matching engine is of version ${words[1]}; this one reads version ${VERSION}`,
      fix: 'restore it with the release that wrote it, or replay the journal from its beginning',
    });
  const end = words.length - 1;
  const sum = crc32c(words, 0, end);
  if (words[end] !== sum) throw corrupt(`its checksum is ${hex(words[end]!)}`, `${hex(sum)}, as its bytes are`);
  const orders = words[HEADER + STATE_WORDS]! + words[HEADER + STATE_WORDS + 1]!;
  if (words[3] !== end - HEADER || words[3] !== STATE_WORDS + 2 + ORDER_WORDS * orders)
    throw corrupt(`it has ${end - HEADER} words for ${orders} orders`, `${words[3]} words`);
  return words;
}

const hex = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, '0')}`;

function corrupt(found: string, allowed: string): SnapshotError {
  return new SnapshotError({
    code: 'NAUT_BOOK_SNAPSHOT_CORRUPT',
    message: `the snapshot of a matching engine is damaged: ${found}; expected ${allowed}`,
    fix: 'take an earlier snapshot and replay the journal from there',
  });
}

function misfit(found: string, allowed: string): SnapshotError {
  return new SnapshotError({
    code: 'NAUT_BOOK_SNAPSHOT_MISFIT',
    message: `the snapshot has ${found}; the engine that is to take it has ${allowed}`,
    fix: 'make the engine with the options of the one that wrote the snapshot, or larger ones',
  });
}

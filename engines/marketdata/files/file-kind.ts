import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { isCompressed, unreadable } from '../feeds/byte-source';
import { FeedError } from '../feeds/errors';
import { itchLengths } from '../itch/view';
import { MAGIC } from '../recording/format';

/** What market data comes in. `capture`: packets of MoldUDP64 in a pcap file. */
export const fileKinds = ['recording', 'itch', 'capture', 'lobster', 'csv'] as const;
export type FileKind = (typeof fileKinds)[number];

const HEAD = 4096;
const captureMagics = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1];

/** Says by its first bytes what a file is, plain or gzip. @throws FeedError NAUT_FEED_FILE_UNREADABLE, NAUT_FEED_FILE_UNKNOWN */
export function kindOfFile(file: string): FileKind {
  const head = firstBytes(file);
  const line = firstLineOf(head);
  if (head.toString('latin1', 0, MAGIC.length) === MAGIC) return 'recording';
  if (head.length >= 4 && captureMagics.includes(head.readUInt32BE(0))) return 'capture';
  if (head.length >= 3 && head[0] === 0 && head[1] !== 0 && itchLengths[head[2]!] === head[1]) return 'itch';
  if (/^\d+(\.\d+)?,[1-7],\d+,/.test(line)) return 'lobster';
  if (/^[A-Za-z_ ]+(,[A-Za-z_ ]+)+$/.test(line)) return 'csv';
  throw new FeedError({
    code: 'NAUT_FEED_FILE_UNKNOWN',
    message: `${file} begins like no market data that is known`,
    value: JSON.stringify(line.slice(0, 40)),
    allowed:
      'a recording, ITCH 5.0 in BinaryFILE framing, a pcap capture, LOBSTER messages, CSV with a line of column names',
    fix: 'name another file',
  });
}

/** @throws FeedError NAUT_FEED_FILE_UNREADABLE */
export const firstLine = (file: string): string => firstLineOf(firstBytes(file));

const firstLineOf = (head: Buffer): string => head.toString('latin1').split(/\r?\n/, 1)[0]!;

function firstBytes(file: string): Buffer {
  try {
    const compressed = isCompressed(file);
    const bytes = Buffer.alloc(HEAD);
    const descriptor = openSync(file, 'r');
    const length = readSync(descriptor, bytes, 0, HEAD, 0);
    closeSync(descriptor);
    const head = bytes.subarray(0, length);
    return compressed ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

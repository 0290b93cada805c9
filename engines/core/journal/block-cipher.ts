/**
 * Encrypted records: the records of a commit stand, as they would without encryption, in one block. The block is itself a record, whose
 * length carries a flag and whose payload is `count i32 · zero i32 · tag, 16 bytes · ciphertext`; it has the number of its first record.
 *
 * AES-256-GCM (NIST SP 800-38D). Each file has a key of its own: HKDF-SHA-256 (RFC 5869) of the key in the key file, salted with 32
 * random bytes of the file's header. The nonce is the number of the segment, 4 bytes, and that of the block's first record, 8 bytes: a
 * number is given once in a segment, and a segment that a process did not begin is never written by it, for a tail that was cut off may
 * have been seen. What stands before the ciphertext (length, numbers, count) is authenticated with it.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import {
  completeRecord,
  countAt,
  durableAt,
  lengthAt,
  numberAt,
  RECORD_HEADER_BYTES,
  type RecordMemory,
  recordBytes,
  recordMemory,
  SEALED,
} from './format';
import { type FileKey, type JournalKeys, keyOf } from './keys';

const ALGORITHM = 'aes-256-gcm';
const COUNT_BYTES = 8;
const TAG_BYTES = 16;
const PREFIX_BYTES = COUNT_BYTES + TAG_BYTES;
/** Most bytes of records in a block, unless one record is larger. */
const BLOCK_BYTES = 1 << 20;
/** What a block adds to its records, at most. */
const OVERHEAD_BYTES = 64;

/** What encrypting adds to so many bytes of records, at most. */
export const sealedOverhead = (bytes: number): number => OVERHEAD_BYTES * (1 + Math.ceil(bytes / (BLOCK_BYTES / 2)));

/** The file that is encrypted. */
export interface SealedFile {
  readonly file: string;
  readonly key: FileKey;
  /** What the file is of which journal: another file's content is not authentic in it. */
  readonly context: string;
  /** Number of the segment; 0 for a snapshot. */
  readonly segment: number;
}

export class BlockCipher {
  private readonly key: Uint8Array;
  private readonly nonce = Buffer.alloc(12);
  /** What was sealed last, which may be on its way to the disk, and what was opened last. */
  private sealed = recordMemory(1 << 16);
  private opened = recordMemory(1 << 16);

  /** @throws JournalError NAUT_JOURNAL_KEY */
  constructor(
    readonly place: SealedFile,
    keys: JournalKeys | undefined,
  ) {
    const { file, key, context, segment } = place;
    const secret = keyOf(file, key, keys);
    this.key = new Uint8Array(hkdfSync('sha256', secret, key.salt, `nautilus journal ${context}`, 32));
    this.nonce.writeUInt32LE(segment, 0);
  }

  /** The records between two bytes, as blocks. The memory is used again by the next call. */
  seal(records: RecordMemory, from: number, to: number): { readonly memory: RecordMemory; readonly bytes: number } {
    this.sealed = roomFor(this.sealed, to - from + sealedOverhead(to - from));
    let bytes = 0;
    for (let at = from; at < to; ) {
      let end = at;
      let count = 0;
      while (end < to) {
        const next = end + recordBytes(lengthAt(records, end));
        if (count > 0 && next - at > BLOCK_BYTES) break;
        end = next;
        count++;
      }
      bytes = this.sealBlock(
        records.bytes.subarray(at, end),
        count,
        numberAt(records, at),
        durableAt(records, at),
        bytes,
      );
      at = end;
    }
    return { memory: this.sealed, bytes };
  }

  /** Writes one block at byte `at` of the memory; returns the byte after it. `plain` is kept as it is. */
  private sealBlock(plain: Uint8Array, count: number, number: number, durable: number, at: number): number {
    const memory = this.sealed;
    const { words, doubles, bytes } = memory;
    const length = PREFIX_BYTES + plain.length;
    const start = at + RECORD_HEADER_BYTES;
    doubles[((at + recordBytes(length)) >> 3) - 1] = 0;
    words[(at >> 2) + 1] = length | SEALED;
    doubles[(at >> 3) + 1] = number;
    doubles[(at >> 3) + 2] = durable;
    words[start >> 2] = count;
    words[(start >> 2) + 1] = 0;
    this.nonce.writeBigUInt64LE(BigInt(number), 4);
    const cipher = createCipheriv(ALGORITHM, this.key, this.nonce);
    cipher.setAAD(bytes.subarray(at + 4, start + COUNT_BYTES));
    bytes.set(cipher.update(plain), start + PREFIX_BYTES);
    cipher.final();
    bytes.set(cipher.getAuthTag(), start + COUNT_BYTES);
    return completeRecord(memory, at, length);
  }

  /** One piece of a snapshot's state as a block. */
  sealPart(plain: Uint8Array, part: number, record: number): { readonly memory: RecordMemory; readonly bytes: number } {
    this.sealed = roomFor(this.sealed, plain.length + sealedOverhead(plain.length));
    return { memory: this.sealed, bytes: this.sealBlock(plain, 1, part, record, 0) };
  }

  /** What a block holds, from byte 0 of the memory on, and how many bytes; undefined when it is not authentic. The memory is used again by the next call. */
  open(block: RecordMemory, at: number): { readonly memory: RecordMemory; readonly bytes: number } | undefined {
    const start = at + RECORD_HEADER_BYTES;
    const bytes = lengthAt(block, at) - PREFIX_BYTES;
    const number = numberAt(block, at);
    if (bytes < 0 || countAt(block, at) < 1 || !Number.isSafeInteger(number) || number < 1) return undefined;
    this.opened = roomFor(this.opened, bytes);
    this.nonce.writeBigUInt64LE(BigInt(number), 4);
    const decipher = createDecipheriv(ALGORITHM, this.key, this.nonce);
    decipher.setAAD(block.bytes.subarray(at + 4, start + COUNT_BYTES));
    decipher.setAuthTag(block.bytes.subarray(start + COUNT_BYTES, start + PREFIX_BYTES));
    this.opened.bytes.set(decipher.update(block.bytes.subarray(start + PREFIX_BYTES, start + PREFIX_BYTES + bytes)));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return { memory: this.opened, bytes };
  }
}

const roomFor = (memory: RecordMemory, bytes: number): RecordMemory =>
  bytes > memory.bytes.length ? recordMemory((bytes * 2 + 7) & ~7) : memory;

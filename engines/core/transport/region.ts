/** A file of shared memory: an identity that both ends check, then a header and equal slots. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { TransportError } from './errors';
import { mapShared } from './native';

const MAGIC = 0x5455414e; // "NAUT"
/** Grows whenever the meaning of a header changes. */
const VERSION = 1;

/** Words (32 bits) of the identity, written before the file gets its name and never changed. */
const word = {
  magic: 0,
  version: 1,
  kind: 2,
  fingerprint: 3,
  slotBytes: 4,
  slots: 5,
  headerBytes: 6,
  seal: 7,
} as const;
const IDENTITY_WORDS = 8;
/** Behind the identity: a random number that no other file has, chosen when the file is made. */
const INSTANCE_WORD = 8;

export const RegionKind = { ring: 1, table: 2, conflated: 3 } as const;
const kindNames: Record<number, string> = { 1: 'ring', 2: 'table', 3: 'conflated ring' };

export interface RegionShape {
  readonly kind: (typeof RegionKind)[keyof typeof RegionKind];
  /** Name of the layout, for errors. */
  readonly layout: string;
  readonly fingerprint: number;
  readonly slotBytes: number;
  readonly slots: number;
  readonly headerBytes: number;
}

/** So that a header with a flipped bit is not taken for one of another shape. */
function seal(identity: Int32Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.seal; i++) hash = Math.imul(hash ^ (identity[i] as number), 0x01000193);
  return hash | 0;
}

function identityOf(shape: RegionShape): Int32Array {
  const identity = new Int32Array(IDENTITY_WORDS);
  identity[word.magic] = MAGIC;
  identity[word.version] = VERSION;
  identity[word.kind] = shape.kind;
  identity[word.fingerprint] = shape.fingerprint;
  identity[word.slotBytes] = shape.slotBytes;
  identity[word.slots] = shape.slots;
  identity[word.headerBytes] = shape.headerBytes;
  identity[word.seal] = seal(identity);
  return identity;
}

const bytesOf = (shape: RegionShape): number => shape.headerBytes + shape.slotBytes * shape.slots;

/** Writes the whole file, zeros included: on tmpfs a page that cannot be had later would kill the process (SIGBUS). */
function fill(fd: number, shape: RegionShape): void {
  const zeros = Buffer.alloc(1 << 20);
  const total = bytesOf(shape);
  for (let at = 0; at < total; ) at += fs.writeSync(fd, zeros, 0, Math.min(zeros.length, total - at), at);
  const identity = identityOf(shape);
  const start = new Int32Array(IDENTITY_WORDS + 1);
  start.set(identity);
  start[INSTANCE_WORD] = randomBytes(4).readInt32LE() | 1;
  fs.writeSync(fd, new Uint8Array(start.buffer), 0, start.byteLength, 0);
}

/** Creates the file complete under its name, or does nothing when another process was faster. */
function create(file: string, shape: RegionShape): void {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}`);
  const fd = fs.openSync(draft, 'wx+', 0o600);
  try {
    fill(fd, shape);
    fs.linkSync(draft, file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw new TransportError({
      code: 'NAUT_SHARED_MEMORY_FULL',
      message: `${path.dirname(file)} has no room for ${path.basename(file)}, ${(bytesOf(shape) / 1048576).toFixed(1)} MiB`,
      fix: 'give the shared-memory file system more space (Docker: the size of the tmpfs volume), or remove files of stopped platforms from it',
      cause: error,
    });
  } finally {
    fs.closeSync(fd);
    fs.rmSync(draft, { force: true });
  }
}

const startAgain = (file: string): string =>
  `stop every engine, remove ${file} and start again; the journals hold what must not be lost`;

/** Throws unless the file is one of this shape, made by a program that agrees about every byte of it. */
function check(file: string, fd: number, shape: RegionShape): void {
  const actual = new Int32Array(IDENTITY_WORDS);
  const read = fs.readSync(fd, new Uint8Array(actual.buffer), 0, actual.byteLength, 0);
  const is = (index: number) => actual[index] as number;
  if (read < actual.byteLength || is(word.magic) !== MAGIC) {
    throw new TransportError({
      code: 'NAUT_RING_CORRUPT',
      message: `${file} does not begin like shared memory of Nautilus (magic 0x${(is(word.magic) >>> 0).toString(16)}, ${read} bytes of header)`,
      fix: startAgain(file),
    });
  }
  if (is(word.version) !== VERSION) {
    throw new TransportError({
      code: 'NAUT_RING_VERSION',
      message: `${file} has format version ${is(word.version)}; this program reads version ${VERSION}`,
      fix: startAgain(file),
    });
  }
  if (is(word.seal) !== seal(actual)) {
    throw new TransportError({
      code: 'NAUT_RING_CORRUPT',
      message: `${file} has a damaged header (its check word is ${is(word.seal)}, its content gives ${seal(actual)})`,
      fix: startAgain(file),
    });
  }
  const expected = identityOf(shape);
  if (actual.some((value, index) => value !== expected[index])) {
    const describe = (w: Int32Array) =>
      `${kindNames[w[word.kind] as number] ?? 'unknown kind'} of ${w[word.slots]} × ${w[word.slotBytes]} bytes, layout 0x${((w[word.fingerprint] as number) >>> 0).toString(16)}`;
    throw new TransportError({
      code: 'NAUT_LAYOUT_MISMATCH',
      message: `${file} holds a ${describe(actual)}; this program expects a ${describe(expected)} (${shape.layout})`,
      fix: `run the same release on both ends; after an upgrade: ${startAgain(file)}`,
    });
  }
  const bytes = fs.fstatSync(fd).size;
  if (bytes !== bytesOf(shape)) {
    throw new TransportError({
      code: 'NAUT_RING_CORRUPT',
      message: `${file} is ${bytes} bytes long; its header says ${bytesOf(shape)}`,
      fix: startAgain(file),
    });
  }
}

/** A mapped file of shared memory. */
export class Region {
  private constructor(
    readonly buffer: ArrayBuffer,
    private readonly file: string,
    private readonly device: number,
    private readonly inode: number,
  ) {}

  /** Opens the region, creating it when it is not there. Both ends may do so at once. */
  static open(file: string, shape: RegionShape): Region {
    if (!fs.existsSync(file)) create(file, shape);
    const fd = fs.openSync(file, 'r+');
    try {
      check(file, fd, shape);
      const { dev, ino } = fs.fstatSync(fd);
      return new Region(mapShared(fd, bytesOf(shape)), file, dev, ino);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Tells this file from every other that had or will have its name. */
  get instance(): number {
    return new Int32Array(this.buffer, INSTANCE_WORD * 4, 1)[0] as number;
  }

  /**
   * Throws when the file is not the one under its name any more, or was cut: this process and one that opens the name now would not meet. It
   * looks at the file, not at the memory, which must not be touched behind the end of a cut file (SIGBUS).
   */
  verify(): void {
    const now = fs.statSync(this.file, { throwIfNoEntry: false });
    if (!now || now.ino !== this.inode || now.dev !== this.device) {
      throw new TransportError({
        code: 'NAUT_SHARED_MEMORY_REMOVED',
        message: `${this.file} was ${now ? 'replaced' : 'removed'} while it was in use: who opens it now does not meet this process`,
        fix: `stop every engine and start again; the journals hold what must not be lost. Leave ${path.dirname(this.file)} alone while engines run`,
      });
    }
    if (now.size >= this.buffer.byteLength) return;
    throw new TransportError({
      code: 'NAUT_RING_CORRUPT',
      message: `${this.file} was cut to ${now.size} of ${this.buffer.byteLength} bytes while it was in use`,
      fix: startAgain(this.file),
    });
  }
}

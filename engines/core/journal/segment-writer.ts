import fs from 'node:fs';
import { promisify } from 'node:util';
import type { Batch } from './batch';
import { sealedOverhead } from './block-cipher';
import { countAt, HEADER_BYTES, lengthAt, numberAt, type RecordMemory, recordBytes } from './format';
import { type JournalKeys, newFileKey } from './keys';
import { Segment } from './segment';
import type { SegmentChain } from './segment-chain';
import { allocate, createSegment, type JournalPlace, segmentFile, spareFile, writeZeros, ZEROS } from './segment-files';
import { FORMAT, type SegmentHeader, SINGLE_FILE_FORMAT, writeMark } from './segment-header';
import { SpareSegment } from './spare-segment';

const write = promisify(fs.write);
const fdatasync = promisify(fs.fdatasync);

/** Allocated room that is kept ahead of the records. */
const AHEAD_BYTES = 4 << 20;

export interface SegmentWriterOptions {
  readonly place: JournalPlace;
  /** Of the journal. */
  readonly identity: number;
  readonly keys: JournalKeys | undefined;
  /** Bytes of records in a segment, and of the room that is allocated in one before it is used. */
  readonly segmentBytes: number;
  readonly preallocateBytes: number;
  /** Whether records are synced; without it they are when their segment is left. */
  readonly syncs: boolean;
}

/** Writes records into the last segment of a chain, and begins the next. */
export class SegmentWriter {
  /** The segment that is written, its file, and the file offset after the allocated room. */
  private current: Segment;
  private fd: number;
  private allocated: number;
  private readonly place: JournalPlace;
  private readonly identity: number;
  private readonly keys: JournalKeys | undefined;
  private readonly syncs: boolean;
  /** File offset that the records of a segment do not pass. */
  private readonly segmentEnd: number;
  /** Bytes of a new segment. */
  private readonly roomyBytes: number;
  private readonly spare: SpareSegment;
  /** The last seal of a segment that was left: it goes on beside the commits. */
  private sealing: Promise<void> | undefined;

  /** Makes the last segment of a chain that was scanned ready, or the first one. @throws JournalError */
  constructor(
    private readonly chain: SegmentChain,
    { place, identity, keys, segmentBytes, preallocateBytes, syncs }: SegmentWriterOptions,
  ) {
    this.place = place;
    this.identity = identity;
    this.keys = keys;
    this.syncs = syncs;
    this.segmentEnd = HEADER_BYTES + segmentBytes;
    this.roomyBytes = HEADER_BYTES + Math.min(preallocateBytes, segmentBytes);
    this.spare = new SpareSegment(spareFile(place), this.roomyBytes);
    const found = chain.current;
    if (found === undefined) {
      [this.current, this.fd] = this.create(1, 1, this.roomyBytes);
      this.allocated = this.roomyBytes;
      return;
    }
    this.current = found;
    this.fd = fs.openSync(found.file, 'r+');
    try {
      this.allocated = this.makeReady();
      if (this.mustLeave(found)) this.leave(found);
    } catch (error) {
      fs.closeSync(this.fd);
      throw error;
    }
  }

  get file(): string {
    return this.current.file;
  }

  /** File offset after the last record. */
  get end(): number {
    return this.current.end;
  }

  /** Where the records of a batch from byte `from` on end that this segment takes; `from` itself when it takes none. */
  fitting(batch: Batch, from: number): number {
    const { end } = this.current;
    const whole = this.segmentEnd - end;
    const room = this.keys === undefined ? whole : whole - sealedOverhead(whole);
    if (batch.bytes - from <= room) return batch.bytes;
    let to = from;
    while (to < batch.bytes) {
      const next = to + recordBytes(lengthAt(batch.memory, to));
      if (next - from > room && !(to === from && end === HEADER_BYTES)) break;
      to = next;
    }
    return to;
  }

  /** Writes the records of a batch between two of its bytes, which fit; returns the number of the last. */
  async write(batch: Batch, from: number, to: number): Promise<number> {
    const { memory, start, end } = this.encode(batch, from, to);
    await this.writeAll(memory.bytes, start, end);
    await this.allocateAhead(this.current.end + end - start);
    if (this.syncs) await fdatasync(this.fd);
    return this.settle(memory, start, end);
  }

  /** The same for a whole batch that is one record, on this thread. */
  writeNow(batch: Batch): number {
    if (this.fitting(batch, 0) === 0) this.beginNext();
    const { memory, start, end } = this.encode(batch, 0, batch.bytes);
    this.allocateNow(this.current.end + end - start);
    for (let at = start; at < end; ) {
      at += fs.writeSync(this.fd, memory.bytes, at, end - at, this.current.end + at - start);
    }
    fs.fdatasyncSync(this.fd);
    return this.settle(memory, start, end);
  }

  /** Leaves the current segment when nothing is being made for the next. */
  async goOn(): Promise<void> {
    await this.spare.settled();
    this.beginNext();
  }

  /** Puts what was written on the disk. */
  sync(): void {
    fs.fdatasyncSync(this.fd);
  }

  /** Says in the header that at least so many records are durable. */
  mark(durable: number): void {
    writeMark(this.fd, this.current.header.format, { durable, end: 0 });
    fs.fdatasyncSync(this.fd);
  }

  async close(): Promise<void> {
    await this.sealing;
    await this.spare.discard();
    fs.closeSync(this.fd);
  }

  /** The records of a batch between two of its bytes as they go to the disk. */
  private encode({ memory }: Batch, from: number, to: number): { memory: RecordMemory; start: number; end: number } {
    const cipher = this.current.cipher(this.keys);
    if (cipher === undefined) return { memory, start: from, end: to };
    const sealed = cipher.seal(memory, from, to);
    return { memory: sealed.memory, start: 0, end: sealed.bytes };
  }

  /** What was written from one byte of a memory to another is durable. */
  private settle(memory: RecordMemory, from: number, to: number): number {
    const { current } = this;
    for (let at = from; at < to; ) {
      current.index.note(numberAt(memory, at), current.end + at - from);
      current.last = numberAt(memory, at) + countAt(memory, at) - 1;
      at += recordBytes(lengthAt(memory, at));
    }
    current.end += to - from;
    return current.last;
  }

  private async writeAll(bytes: Uint8Array, from: number, to: number): Promise<void> {
    const { end } = this.current;
    for (let at = from; at < to; ) at += (await write(this.fd, bytes, at, to - at, end + at - from)).bytesWritten;
  }

  /** One step of at most 1 MiB a commit: growing never holds a commit up for long, and no byte is written twice. */
  private async allocateAhead(end: number): Promise<void> {
    this.allocated = Math.max(this.allocated, end);
    if (end > this.segmentEnd / 2) this.spare.prepare();
    const wanted = Math.min(ZEROS.length, this.segmentEnd - this.allocated);
    if (this.allocated - end >= AHEAD_BYTES || wanted <= 0) return;
    try {
      this.allocated += (await write(this.fd, ZEROS, 0, wanted, this.allocated)).bytesWritten;
    } catch {
      // Room ahead is a convenience; a disk that is really full fails the next record's own write.
    }
  }

  /** As `allocateAhead`, on this thread and only when there is no room left. */
  private allocateNow(end: number): void {
    if (end > this.segmentEnd / 2) this.spare.prepare();
    if (end <= this.allocated) return;
    const wanted = Math.min(end + ZEROS.length, Math.max(end, this.segmentEnd));
    try {
      writeZeros(this.fd, this.allocated, wanted);
      this.allocated = wanted;
    } catch {
      this.allocated = end;
    }
  }

  /** Leaves the current segment, all of whose records are durable, for a new one: two syncs on this thread. */
  private beginNext(): void {
    const { current, fd } = this;
    if (!this.syncs) fs.fdatasyncSync(fd);
    const [next, nextFd] = this.createNext(current.header.segment + 1, current.last + 1);
    this.current = next;
    this.fd = nextFd;
    const { end } = current;
    const mark = { durable: current.last, end };
    this.sealing = (this.sealing ?? Promise.resolve()).then(() => seal(fd, current.header.format, mark));
  }

  private createNext(number: number, first: number): [Segment, number] {
    const draft = this.spare.take();
    this.allocated = this.roomyBytes;
    if (draft !== undefined) return this.create(number, first, this.roomyBytes, draft);
    try {
      return this.create(number, first, this.roomyBytes);
    } catch {
      // There may still be room for the records themselves.
      this.allocated = HEADER_BYTES;
      return this.create(number, first, HEADER_BYTES);
    }
  }

  private create(number: number, first: number, allocated: number, draft?: string): [Segment, number] {
    const file = segmentFile(this.place, number);
    const header: SegmentHeader = {
      format: FORMAT,
      segment: number,
      first,
      identity: this.identity,
      createdAt: Date.now(),
      allocated,
      key: newFileKey(this.keys),
    };
    const fd = createSegment(file, header, draft);
    const segment = new Segment(file, header, { durable: 0, end: 0 });
    segment.scanned = true;
    this.chain.add(segment);
    return [segment, fd];
  }

  /** An encrypted segment is written by the process that began it only, and none of format 1 is any more. */
  private mustLeave({ header }: Segment): boolean {
    return header.format !== FORMAT || this.keys !== undefined || header.key.keyId !== '';
  }

  /** Begins a segment in place of one that was found, or after it when it has records. */
  private leave(found: Segment): void {
    if (found.last >= found.header.first) {
      this.beginNext();
      return;
    }
    const { fd } = this;
    this.chain.dropLast();
    [this.current, this.fd] = this.createNext(found.header.segment, found.header.first);
    fs.closeSync(fd);
  }

  /** Cuts a torn tail off and makes room; returns the file offset after it. */
  private makeReady(): number {
    const { file, end, tornBytes, header } = this.current;
    let allocated = fs.fstatSync(this.fd).size;
    if (tornBytes > 0) {
      // Only the single file of an earlier release may get shorter: the others say how long they are.
      if (header.format === SINGLE_FILE_FORMAT) {
        fs.ftruncateSync(this.fd, end);
        allocated = end;
      } else writeZeros(this.fd, end, end + tornBytes);
    }
    const wanted = Math.min(end + this.roomyBytes - HEADER_BYTES, this.segmentEnd);
    if (allocated < wanted && !this.mustLeave(this.current)) {
      allocate(file, this.fd, allocated, wanted);
      allocated = wanted;
    }
    // What a killed process left in the page cache becomes as durable as it is called from now on.
    fs.fsyncSync(this.fd);
    return allocated;
  }
}

/** Says in a segment that was left where it ends, and gives the room behind that back. What cannot be written now is known from the next segment. */
async function seal(fd: number, format: number, mark: { durable: number; end: number }): Promise<void> {
  try {
    writeMark(fd, format, mark);
    await fdatasync(fd);
    fs.ftruncateSync(fd, mark.end);
  } catch {
    // The next segment says as much.
  } finally {
    fs.closeSync(fd);
  }
}

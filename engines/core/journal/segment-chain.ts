import fs from 'node:fs';
import type { BlockCipher } from './block-cipher';
import { damaged, incomplete, JournalError } from './errors';
import { countAt, isSealedAt, lengthAt, numberAt, RECORD_HEADER_BYTES, recordBytes } from './format';
import type { JournalKeys } from './keys';
import { RecordReader } from './record-reader';
import { type Proof, scan } from './recovery';
import { Segment } from './segment';
import { type JournalPlace, listSegments, segmentFile, syncDirectory } from './segment-files';
import { readHeader, SINGLE_FILE_FORMAT } from './segment-header';

/** The bytes are valid only inside. */
type RecordHandler = (record: number, data: Uint8Array) => void;

/** Files that are kept open for reading. */
const MOST_OPEN = 4;

/** The segments of a journal as one sequence of records. */
export class SegmentChain {
  private readonly reader = new RecordReader();
  /** Last read is last. */
  private readonly open: Segment[] = [];

  private constructor(
    private readonly place: JournalPlace,
    readonly segments: Segment[],
    private readonly keys: JournalKeys | undefined,
  ) {}

  /** Reads the headers and checks that each segment follows the one before. @throws JournalError */
  static load(place: JournalPlace, keys?: JournalKeys): SegmentChain {
    const segments = listSegments(place).map(({ file, number }) => {
      const fd = fs.openSync(file, 'r');
      try {
        const { header, mark } = readHeader(file, fd);
        if (header.segment !== number) throw incomplete(`${file} says that it is segment ${header.segment}`);
        return new Segment(file, header, mark);
      } finally {
        fs.closeSync(fd);
      }
    });
    const chain = new SegmentChain(place, segments, keys);
    chain.checkOrder();
    for (const segment of segments) segment.cipher(keys);
    return chain;
  }

  /** The segment that is written, or undefined in a journal that has none yet. */
  get current(): Segment | undefined {
    return this.segments.at(-1);
  }

  /** Number of the oldest record that is there; 1 in an empty journal. */
  get first(): number {
    return this.segments[0]?.header.first ?? 1;
  }

  /** Identity of the journal, 0 while it has none. */
  get identity(): number {
    return this.segments.find(({ header }) => header.format !== SINGLE_FILE_FORMAT)?.header.identity ?? 0;
  }

  add(segment: Segment): void {
    this.segments.push(segment);
  }

  /** Takes the last segment, which is to be made anew, out of the chain. */
  dropLast(): void {
    this.segments.pop()?.close();
  }

  /** Removes the oldest segments from the disk, and returns their files. */
  removeOldest(count: number): string[] {
    const removed = this.segments.splice(0, count);
    for (const segment of removed) {
      const position = this.open.indexOf(segment);
      if (position >= 0) this.open.splice(position, 1);
      segment.close();
      fs.rmSync(segment.file);
    }
    if (count > 0) syncDirectory(this.place.directory);
    return removed.map(({ file }) => file);
  }

  /**
   * Looks at every record of each segment that holds one after record `after`; the others are looked at when they are read.
   * @param durable what is known to have been durable besides
   * @throws JournalError NAUT_JOURNAL_CORRUPT
   */
  scan(after = 0, durable = 0): void {
    if (this.current === undefined && durable > 0)
      throw incomplete(
        `${segmentFile(this.place, 1)} and all after it are missing, though record ${durable} had been durable`,
      );
    if (this.first > after + 1) throw this.removed(after + 1);
    for (let i = 0; i < this.segments.length; i++) {
      const next = this.segments[i + 1];
      const segment = this.segments[i] as Segment;
      if (next === undefined) this.look(segment, { record: durable, sealed: false });
      else if (next.header.first - 1 > after) this.scanSealed(segment, next);
      else segment.last = next.header.first - 1;
    }
  }

  /**
   * Hands over the records from number `from` up to `stop`, which is there, and returns the number of the next one. The bytes are valid
   * only inside the handler and begin at a multiple of 8 in their buffer. With `verify` false what was scanned is taken as whole: right
   * after it.
   */
  read(from: number, stop: number, handler: RecordHandler, verify = true): number {
    let next = from;
    if (next < this.first && next <= stop) throw this.removed(next);
    while (next <= stop) {
      const position = this.holding(next);
      const segment = this.segments[position] as Segment;
      if (!segment.scanned) this.scanSealed(segment, this.segments[position + 1] as Segment);
      next = this.readSegment(segment, next, Math.min(stop, segment.last), handler, verify);
    }
    return next;
  }

  close(): void {
    for (const segment of this.open.splice(0)) segment.close();
  }

  private readSegment(segment: Segment, from: number, stop: number, handler: RecordHandler, verify: boolean): number {
    const { reader } = this;
    reader.use(this.descriptorOf(segment));
    const cipher = segment.cipher(this.keys);
    let { record, offset } = segment.index.before(from) as { record: number; offset: number };
    while (record <= stop) {
      const at = reader.recordAt(offset, segment.end, verify && record >= from);
      const { memory } = reader;
      if (at < 0 || numberAt(memory, at) !== record || isSealedAt(memory, at) !== (cipher !== undefined))
        throw damaged(segment.file, offset, record);
      const length = lengthAt(memory, at);
      offset += recordBytes(length);
      const next = record + countAt(memory, at);
      if (cipher !== undefined) {
        if (next > from) this.readBlock(cipher, at, offset, record, next - 1, from, stop, handler);
      } else if (record >= from)
        handler(record, memory.bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length));
      record = next;
    }
    return Math.min(record, stop + 1);
  }

  private readBlock(
    cipher: BlockCipher,
    at: number,
    end: number,
    first: number,
    last: number,
    from: number,
    stop: number,
    handler: RecordHandler,
  ): void {
    const { reader } = this;
    const opened = reader.isIntact(at) ? cipher.open(reader.memory, at) : undefined;
    const { file } = cipher.place;
    if (opened === undefined)
      throw damaged(
        file,
        end - recordBytes(lengthAt(reader.memory, at)),
        first,
        ': its block is not what was written under this key',
      );
    const { memory, bytes } = opened;
    let offset = 0;
    for (let record = first; record <= last; record++) {
      const right = offset + RECORD_HEADER_BYTES <= bytes && numberAt(memory, offset) === record;
      const length = right ? lengthAt(memory, offset) : 0;
      if (!right || offset + recordBytes(length) > bytes) throw damaged(file, end, record);
      const start = offset + RECORD_HEADER_BYTES;
      if (record >= from && record <= stop) handler(record, memory.bytes.subarray(start, start + length));
      offset += recordBytes(length);
    }
  }

  /** Position of the last segment that begins at or before a record. */
  private holding(record: number): number {
    let position = this.segments.length - 1;
    while ((this.segments[position] as Segment).header.first > record) position--;
    return position;
  }

  private descriptorOf(segment: Segment): number {
    const { open } = this;
    if (open.at(-1) !== segment) {
      const position = open.indexOf(segment);
      if (position >= 0) open.splice(position, 1);
      else if (open.length === MOST_OPEN) open.shift()?.close();
      open.push(segment);
    }
    return segment.descriptor;
  }

  private scanSealed(segment: Segment, next: Segment): void {
    this.look(segment, { record: next.header.first - 1, sealed: true });
  }

  private look(segment: Segment, proof: Proof): void {
    this.descriptorOf(segment);
    scan(segment, this.reader, proof);
  }

  private checkOrder(): void {
    const { segments, identity } = this;
    for (const [i, { file, header }] of segments.entries()) {
      const before = segments[i - 1];
      if (header.format !== SINGLE_FILE_FORMAT && header.identity !== identity)
        throw incomplete(`${file} is a segment of another journal than ${segments.at(-1)?.file}`);
      if (before === undefined) continue;
      if (header.segment !== before.header.segment + 1)
        throw incomplete(`${segmentFile(this.place, before.header.segment + 1)} is missing: ${file} is there`);
      if (header.first < before.header.first)
        throw incomplete(`${file} begins with record ${header.first}, its predecessor with ${before.header.first}`);
    }
    const last = segments.at(-1);
    if (last && last.mark.end > 0) {
      throw incomplete(
        `${segmentFile(this.place, last.header.segment + 1)} is missing: ${last.file} was left for it, with record ${last.mark.durable}`,
      );
    }
  }

  private removed(record: number): JournalError {
    return new JournalError({
      code: 'NAUT_JOURNAL_CORRUPT',
      message: `record ${record} is not there: ${this.segments[0]?.file} is the oldest segment and begins with record ${this.first}`,
      fix: 'begin with a snapshot where retention removed what is older; otherwise bring the earlier segments back from a copy',
    });
  }
}

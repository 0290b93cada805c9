import fs from 'node:fs';
import fc from 'fast-check';
import { contents, payload, useJournals } from './scratch';

jest.setTimeout(60_000);
const journals = useJournals();
const HEADER = 4096;
const sizeOf = (length: number) => 24 + Math.ceil(length / 8) * 8;

/** The bytes of a journal that was killed: two durable batches, then one of which nobody knows whether the disk has it. */
async function killedJournal(lengths: readonly number[]): Promise<Buffer> {
  const journal = journals.open('source');
  for (const batch of [0, 1, 2]) {
    for (const [i, length] of lengths.entries()) journal.append(payload(batch * lengths.length + i + 1, length));
    await journal.flush();
  }
  // Room ahead of the records says nothing here.
  const bytes = fs.readFileSync(journals.file('source')).subarray(0, 16384);
  await journal.close();
  fs.rmSync(journals.file('source'));
  return bytes;
}

/** Offsets of the ends of the records. */
function ends(lengths: readonly number[]): number[] {
  let offset = HEADER;
  return [...lengths, ...lengths, ...lengths].map((length) => (offset += sizeOf(length)));
}

async function recover(bytes: Buffer) {
  fs.writeFileSync(journals.file('copy'), bytes);
  const journal = journals.open('copy', 'memory', 0);
  const result = { recovered: journal.recovered, contents: contents(journal) };
  journal.append(payload(99, 9));
  await journal.flush();
  const after = contents(journal);
  await journal.close();
  const again = journals.open('copy', 'memory', 0);
  expect(contents(again)).toEqual(after);
  await again.close();
  fs.rmSync(journals.file('copy'));
  return { ...result, after };
}

const expected = (lengths: readonly number[], count: number) =>
  Array.from({ length: count }, (_, i) => [i + 1, [...payload(i + 1, lengths[i % lengths.length] as number)]]);

test('with nothing written from any byte of the last batch on, the whole records before the cut are recovered and writing goes on behind them', async () => {
  const lengths = [5, 16, 40];
  const bytes = await killedJournal(lengths);
  const stops = ends(lengths);
  const durable = 2 * lengths.length;
  for (let cut = stops[durable - 1] as number; cut <= (stops.at(-1) as number); cut++) {
    // The rest of a record may have been zeros all the same.
    const whole = stops.filter((stop) => bytes.subarray(cut, stop).every((byte) => byte === 0)).length;
    const { recovered, contents: found, after } = await recover(Buffer.from(bytes).fill(0, cut));
    expect(found).toEqual(expected(lengths, whole));
    expect(recovered.records).toBe(whole);
    expect(after.at(-1)).toEqual([whole + 1, [...payload(99, 9)]]);
  }
});

test('any bytes instead of the end of the last batch lose nothing that was durable', async () => {
  const lengths = [5, 16, 40];
  const bytes = await killedJournal(lengths);
  const durable = 2 * lengths.length;
  const from = ends(lengths)[durable - 1] as number;
  const to = ends(lengths).at(-1) as number;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: from, max: to }),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      async (at, garbage) => {
        const copy = Buffer.from(bytes);
        copy.set(garbage, at);
        const { contents: found } = await recover(copy);
        expect(found.length).toBeGreaterThanOrEqual(durable);
        expect(found).toEqual(expected(lengths, found.length));
      },
    ),
    { numRuns: 60 },
  );
});

test('a hole in the last batch is a torn tail, though records behind it are intact', async () => {
  const lengths = [5, 16, 40];
  const bytes = await killedJournal(lengths);
  const [, , , , , durableEnd, first] = ends(lengths) as number[];
  bytes.fill(0, durableEnd, first);
  const { recovered, contents: found } = await recover(bytes);
  expect(found).toEqual(expected(lengths, 6));
  expect(recovered.truncatedBytes).toBeGreaterThan(0);
});

test('damage to any byte of a record that had been durable is an error that names file and offset', async () => {
  const lengths = [5, 16, 40];
  const bytes = await killedJournal(lengths);
  const stops = ends(lengths);
  for (let at = HEADER; at < (stops[5] as number); at++) {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] as number) ^ 0x41;
    fs.writeFileSync(journals.file('copy'), copy);
    const record = stops.filter((stop) => stop <= at).length;
    const offset = record === 0 ? HEADER : stops[record - 1];
    expect(() => journals.open('copy')).toThrow(
      expect.objectContaining({
        code: 'NAUT_JOURNAL_CORRUPT',
        message: expect.stringContaining(`copy.000001.journal is damaged at byte ${offset}: record ${record + 1}`),
      }),
    );
    expect(copy.equals(fs.readFileSync(journals.file('copy')))).toBe(true);
  }
});

test('damage to the last record of a journal that was closed in order is an error', async () => {
  const journal = journals.open();
  journal.append(payload(1, 30));
  await journal.close();
  const bytes = fs.readFileSync(journals.file());
  bytes[HEADER + 30] = 0xee;
  fs.writeFileSync(journals.file(), bytes);
  expect(() => journals.open()).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_CORRUPT' }));
});

test('damage that comes while the journal is open is met by its reader', async () => {
  const journal = journals.open();
  for (let record = 1; record <= 3; record++) journal.append(payload(record, 8));
  await journal.flush();
  const fd = fs.openSync(journals.file(), 'r+');
  fs.writeSync(fd, Buffer.from([0xff]), 0, 1, HEADER + 32 + 26);
  fs.closeSync(fd);
  const seen: number[] = [];
  expect(() => journal.read(1, (record) => seen.push(record))).toThrow(/byte 4128: record 2/);
  expect(seen).toEqual([1]);
});

test('damage to any byte of the header is an error, and the file is not touched', async () => {
  const bytes = await killedJournal([5, 16]);
  for (let at = 0; at < HEADER; at += at < 600 ? 1 : 97) {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] as number) ^ 0x10;
    fs.writeFileSync(journals.file('copy'), copy);
    expect(() => journals.open('copy')).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^NAUT_JOURNAL_(CORRUPT|FORMAT)$/) }),
    );
    expect(copy.equals(fs.readFileSync(journals.file('copy')))).toBe(true);
  }
});

test('a file that something shortened is refused: what it lost is not known', async () => {
  const bytes = await killedJournal([5, 16]);
  for (const size of [bytes.length - 4097, 9000, 4200, 4096]) {
    fs.writeFileSync(journals.file('copy'), bytes.subarray(0, size));
    expect(() => journals.open('copy')).toThrow(
      expect.objectContaining({
        code: 'NAUT_JOURNAL_CORRUPT',
        message: expect.stringMatching(/something shortened it|had been durable/),
      }),
    );
    expect(fs.statSync(journals.file('copy')).size).toBe(size);
  }
});

test('a file that is not a journal, or of another format, is refused and not touched', () => {
  const write = (bytes: Uint8Array) => fs.writeFileSync(journals.file(), bytes);
  write(Buffer.from('hello'));
  expect(() => journals.open()).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_CORRUPT' }));
  expect(fs.readFileSync(journals.file(), 'utf8')).toBe('hello');
  const header = Buffer.alloc(HEADER);
  header.write('NJNL');
  header.writeInt32LE(3, 4);
  write(header);
  expect(() => journals.open()).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_FORMAT' }));
});

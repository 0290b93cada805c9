import fs from 'node:fs';
import path from 'node:path';
import { readJournal } from '@nautilus/core/journal';
import fc from 'fast-check';
import { crc32c } from '../../../engines/core/journal/crc32c';
import { contents, inMemory, payload, segmentName, useJournals } from './scratch';

jest.setTimeout(60_000);
const journals = useJournals(inMemory);
const HEADER = 4096;

const files = () =>
  fs
    .readdirSync(journals.directory())
    .filter((file) => /\.journal$/.test(file))
    .sort();

/** Appends records of 100 bytes (128 in the file), some a commit, until there are so many. */
async function fill(journal: ReturnType<typeof journals.open>, upTo: number, each = 20): Promise<void> {
  while (journal.last < upTo) {
    for (let i = 0; i < each && journal.last < upTo; i++) journal.append(payload(journal.last + 1, 100));
    await journal.flush();
  }
}

const all = (count: number) => Array.from({ length: count }, (_, i) => [i + 1, [...payload(i + 1, 100)]]);

test.each([
  'memory',
  'batched',
  'always',
] as const)('in %s mode records go on in the next segment, and are read over the boundaries', async (durability) => {
  const options = { durability, segmentBytes: 4096 };
  const journal = journals.openWith(options);
  await fill(journal, 200, 7);
  expect(files()).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => segmentName('test', n)));
  expect(contents(journal)).toEqual(all(200));
  expect(contents(journal, 31)).toEqual(all(200).slice(30));
  await journal.close();
  for (const file of files().slice(0, -1))
    expect(fs.statSync(path.join(journals.directory(), file)).size).toBe(HEADER + 4096);
  const again = journals.openWith(options);
  expect(again.recovered).toMatchObject({ records: 200, segments: 7, truncatedBytes: 0 });
  expect(contents(again)).toEqual(all(200));
  await fill(again, 230, 1);
  expect(contents(again)).toEqual(all(230));
  expect(readJournal({ directory: journals.directory(), name: 'test' }, () => {}).records).toBe(230);
});

test('a batch larger than a segment is spread over several, a record larger than one has its own', async () => {
  const journal = journals.openWith({ segmentBytes: 4096 });
  for (let record = 1; record <= 100; record++) journal.append(payload(record, 100));
  journal.append(payload(101, 10_000));
  journal.append(payload(102, 100));
  await journal.flush();
  expect(files()).toHaveLength(6);
  expect(fs.statSync(journals.file('test', 5)).size).toBe(HEADER + 10_024);
  expect(contents(journal).slice(0, 100)).toEqual(all(100));
  expect(contents(journal, 101)).toEqual([
    [101, [...payload(101, 10_000)]],
    [102, [...payload(102, 100)]],
  ]);
  await journal.close();
  expect(contents(journals.openWith({ segmentBytes: 4096 }))).toHaveLength(102);
});

test('a follower that stands at the end of a segment goes on in the next', async () => {
  const journal = journals.openWith({ segmentBytes: 4096 });
  const seen: number[] = [];
  let next = 1;
  for (let record = 1; record <= 300; record++) {
    journal.append(payload(record, 100));
    await journal.flush();
    next = journal.read(next, (number) => seen.push(number), 3);
  }
  expect(seen).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
});

test('several readers at different places of many segments see the same', async () => {
  const journal = journals.openWith({ segmentBytes: 4096 });
  await fill(journal, 600);
  await fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 80 })), { maxLength: 12 }),
      (reads) => {
        for (const [from, limit] of reads) {
          const seen: number[] = [];
          const next = journal.read(
            from,
            (record, data) => {
              expect(data[0]).toBe(payload(record, 1)[0]);
              seen.push(record);
            },
            limit,
          );
          expect(next).toBe(Math.min(601, from + limit));
          expect(seen).toEqual(Array.from({ length: next - from }, (_, i) => from + i));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('whatever the sizes of records, commits and segments, what was appended is read back after any reopening', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 }), { maxLength: 10 }),
      fc.integer({ min: 4096, max: 20_000 }),
      fc.integer({ min: 0, max: 20_000 }),
      fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      async (batches, segmentBytes, preallocateBytes, reopen) => {
        const options = { name: `run-${++run}`, segmentBytes, preallocateBytes };
        let journal = journals.openWith(options);
        const lengths: number[] = [];
        const check = () => {
          let record = 0;
          journal.read(1, (number, data) => {
            const expected = payload(++record, lengths[record - 1] as number);
            if (number !== record || Buffer.compare(data, expected) !== 0) throw new Error(`record ${record} is wrong`);
          });
          expect(record).toBe(lengths.length);
        };
        for (const [i, batch] of batches.entries()) {
          for (const length of batch) {
            lengths.push(length);
            expect(journal.append(payload(lengths.length, length))).toBe(lengths.length);
          }
          if (reopen[i]) {
            await journal.close();
            journal = journals.openWith(options);
          } else await journal.flush();
          check();
        }
        await journal.close();
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  [1, 'a segment at the beginning', /record 1 is not there|000001\.journal/],
  [3, 'a segment in the middle', /test\.000003\.journal is missing/],
  [7, 'the last segment', /test\.000007\.journal is missing/],
])('segment %i removed by hand (%#): %s is missed', async (number, _, message) => {
  const journal = journals.openWith({ segmentBytes: 4096 });
  await fill(journal, 200);
  await journal.close();
  fs.rmSync(journals.file('test', number));
  const place = { directory: journals.directory(), name: 'test' };
  expect(() => readJournal(place, () => {})).toThrow(message);
  expect(() => journals.openWith({ segmentBytes: 4096 }).read(1, () => {})).toThrow(
    expect.objectContaining({ code: 'NAUT_JOURNAL_CORRUPT', message: expect.stringMatching(message) }),
  );
});

test('a segment that was left and is shorter now is an error, wherever it was cut', async () => {
  const journal = journals.openWith({ segmentBytes: 4096 });
  await fill(journal, 100);
  await journal.close();
  for (const size of [HEADER + 4095, HEADER + 2000, HEADER + 128, HEADER, 100]) {
    fs.truncateSync(journals.file('test', 2), size);
    expect(() => journals.openWith({ segmentBytes: 4096 })).toThrow(
      expect.objectContaining({
        code: 'NAUT_JOURNAL_CORRUPT',
        message: expect.stringContaining(journals.file('test', 2)),
      }),
    );
  }
});

test('a flipped bit anywhere in the records of a segment that was left is an error that names file, byte and record', async () => {
  const journal = journals.openWith({ segmentBytes: 4096 });
  await fill(journal, 100);
  await journal.close();
  const file = journals.file('test', 2);
  const bytes = fs.readFileSync(file);
  fc.assert(
    fc.property(fc.integer({ min: HEADER, max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ (1 << bit);
      fs.writeFileSync(file, copy);
      const index = Math.floor((at - HEADER) / 128);
      expect(() => journals.openWith({ segmentBytes: 4096 })).toThrow(
        expect.objectContaining({
          code: 'NAUT_JOURNAL_CORRUPT',
          message: expect.stringContaining(`${file} is damaged at byte ${HEADER + index * 128}: record ${33 + index}`),
        }),
      );
    }),
    { numRuns: 100 },
  );
  fs.writeFileSync(file, bytes);
  expect(contents(journals.openWith({ segmentBytes: 4096 }))).toEqual(all(100));
});

test('a segment of another journal does not pass for one of this', async () => {
  for (const name of ['test', 'other']) {
    const journal = journals.openWith({ name, segmentBytes: 4096 });
    await fill(journal, 100);
    await journal.close();
  }
  fs.copyFileSync(journals.file('other', 2), journals.file('test', 2));
  expect(() => journals.openWith({ segmentBytes: 4096 })).toThrow(/another journal/);
});

test('a segment under the number of another is refused', async () => {
  const journal = journals.openWith({ segmentBytes: 4096 });
  await fill(journal, 100);
  await journal.close();
  fs.copyFileSync(journals.file('test', 2), journals.file('test', 3));
  expect(() => journals.openWith({ segmentBytes: 4096 })).toThrow(/says that it is segment 2/);
});

test('the next segment stands ready before it is needed, and goes when the journal is closed', async () => {
  const journal = journals.openWith({ segmentBytes: 65_536, preallocateBytes: 65_536 });
  await fill(journal, 400);
  const spare = path.join(journals.directory(), 'test.spare');
  for (let i = 0; i < 500 && !fs.existsSync(spare); i++) await new Promise(setImmediate);
  expect(fs.existsSync(spare)).toBe(true);
  await fill(journal, 600);
  expect(files()).toHaveLength(2);
  expect(fs.statSync(journals.file('test', 2)).size).toBe(HEADER + 65_536);
  await journal.close();
  expect(fs.existsSync(spare)).toBe(false);
});

test('what a killed writer was making is cleared away', async () => {
  for (const draft of ['test.spare', 'test.000002.journal.new'])
    fs.writeFileSync(path.join(journals.directory(), draft), 'half');
  const journal = journals.openWith();
  await fill(journal, 3);
  await journal.close();
  expect(fs.readdirSync(journals.directory()).sort()).toEqual(['test.000001.journal', 'test.journal.lock']);
});

test.each([
  ['name', { name: '../up' }],
  ['segmentBytes', { segmentBytes: 10 }],
  ['preallocateBytes', { preallocateBytes: -1 }],
])('an option that makes no sense is refused: %s', (_, options) => {
  expect(() => journals.openWith(options)).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_OPTION' }));
});

describe('one file of format 1, as releases without segments wrote it', () => {
  /** Written by what the format says, not by the code that is tested. */
  function singleFile(records: number, { mark = 0, room = 1024 } = {}): Buffer {
    const bytes = Buffer.alloc(HEADER + records * 128 + room);
    const checksum = (from: number, to: number) =>
      crc32c(new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2), from >> 2, to >> 2);
    bytes.write('NJNL', 0, 'latin1');
    bytes.writeInt32LE(1, 4);
    bytes.writeDoubleLE(mark, 520);
    if (mark > 0) bytes.writeInt32LE(checksum(520, 528), 512);
    for (let record = 1; record <= records; record++) {
      const at = HEADER + (record - 1) * 128;
      bytes.writeInt32LE(100, at + 4);
      bytes.writeDoubleLE(record, at + 8);
      bytes.writeDoubleLE(record - 1, at + 16);
      bytes.set(payload(record, 100), at + 24);
      bytes.writeInt32LE(checksum(at + 4, at + 128), at);
    }
    return bytes;
  }
  const single = () => path.join(journals.directory(), 'test.journal');

  test('is read where it stands, and becomes the first segment of the writer that opens it', async () => {
    fs.writeFileSync(single(), singleFile(10));
    const seen: number[] = [];
    readJournal({ directory: journals.directory(), name: 'test' }, (record) => seen.push(record));
    expect(seen).toHaveLength(10);
    expect(fs.existsSync(single())).toBe(true);
    const journal = journals.openWith();
    expect(journal.recovered).toMatchObject({ records: 10, segments: 1, snapshot: undefined });
    expect(contents(journal)).toEqual(all(10));
    await fill(journal, 15);
    expect(files()).toEqual([1, 2].map((n) => segmentName('test', n)));
    expect(contents(journal)).toEqual(all(15));
    await journal.close();
    const again = journals.openWith();
    expect(contents(again)).toEqual(all(15));
    await fill(again, 20);
    expect(contents(again)).toEqual(all(20));
  });

  test('is opened and closed without a record, again and again', async () => {
    fs.writeFileSync(single(), singleFile(10, { mark: 10 }));
    for (let i = 0; i < 3; i++) {
      const journal = journals.openWith();
      expect(journal.recovered.records).toBe(10);
      await journal.close();
    }
    expect(files()).toEqual([1, 2].map((n) => segmentName('test', n)));
  });

  test('loses its torn tail and nothing else', async () => {
    const bytes = singleFile(10);
    bytes.fill(0xab, HEADER + 9 * 128 + 50, HEADER + 10 * 128);
    fs.writeFileSync(single(), bytes);
    const journal = journals.openWith();
    expect(journal.recovered).toMatchObject({ records: 9, truncatedBytes: 128 });
    await fill(journal, 12);
    expect(contents(journal)).toEqual(all(12));
  });

  test('with damage to its middle is refused, as is one that lost the record it was closed with', () => {
    const bytes = singleFile(10);
    bytes[HEADER + 5 * 128 + 60] = 0;
    fs.writeFileSync(single(), bytes);
    expect(() => journals.openWith()).toThrow(/damaged at byte 4736: record 6/);
    fs.rmSync(journals.file());
    fs.writeFileSync(single(), singleFile(10, { mark: 11 }));
    expect(() => journals.openWith()).toThrow(/record 11 is not readable, though record 11 had been durable/);
  });

  test('beside segments is not guessed about', async () => {
    const journal = journals.openWith();
    await journal.close();
    fs.writeFileSync(single(), singleFile(10));
    expect(() => journals.openWith()).toThrow(/two releases have written here/);
  });
});

import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  carryOut,
  type Journal,
  type JournalKeys,
  planRepair,
  readJournal,
  readKeyFile,
  verifyJournal,
} from '@nautilus/core/journal';
import fc from 'fast-check';
import { contents, inMemory, payload, useJournals } from './scratch';

jest.setTimeout(60_000);
const journals = useJournals(inMemory);
const HEADER = 4096;
const place = () => ({ directory: journals.directory(), name: 'test' });

const keysOf = (...ids: string[]): JournalKeys => ({
  file: 'keys',
  current: ids.at(-1) as string,
  keys: new Map(ids.map((id) => [id, Buffer.alloc(32, id)])),
});
const keys = keysOf('first');

async function fill(journal: Journal, upTo: number, each = 5): Promise<void> {
  while (journal.last < upTo) {
    for (let i = 0; i < each && journal.last < upTo; i++) journal.append(payload(journal.last + 1, 100));
    await journal.flush();
  }
}
const all = (count: number) => Array.from({ length: count }, (_, i) => [i + 1, [...payload(i + 1, 100)]]);
const files = (ending = '.journal') =>
  fs
    .readdirSync(journals.directory())
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(journals.directory(), file))
    .sort();

/** Blocks of a segment by the format, not by the code that is tested. */
function blocksOf(file: string) {
  const bytes = fs.readFileSync(file);
  const blocks: { at: number; number: number; count: number; length: number }[] = [];
  for (let at = HEADER; at + 32 < bytes.length && bytes.readInt32LE(at + 4) !== 0; ) {
    const length = bytes.readInt32LE(at + 4) & ~(1 << 30);
    blocks.push({ at, number: bytes.readDoubleLE(at + 8), count: bytes.readInt32LE(at + 24), length });
    at += (24 + length + 7) & ~7;
  }
  return { bytes, blocks };
}

test.each([
  'memory',
  'batched',
  'always',
] as const)('in %s mode encrypted records are read back, followed, and read over boundaries and reopenings', async (durability) => {
  const options = { durability, keys, segmentBytes: 4096 };
  const journal = journals.openWith(options);
  await fill(journal, 100);
  expect(contents(journal)).toEqual(all(100));
  expect(contents(journal, 43)).toEqual(all(100).slice(42));
  expect(journal.read(7, () => {}, 3)).toBe(10);
  await journal.close();
  const again = journals.openWith(options);
  expect(again.recovered.records).toBe(100);
  await fill(again, 150);
  expect(contents(again)).toEqual(all(150));
  const seen: number[] = [];
  readJournal(place(), (record) => seen.push(record), { from: 20, to: 130, keys });
  expect(seen).toEqual(Array.from({ length: 111 }, (_, i) => 20 + i));
});

test('whatever the sizes of records and commits, encrypted records come back, from any place on', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 }), { maxLength: 8 }),
      fc.integer({ min: 4096, max: 20_000 }),
      fc.integer({ min: 1, max: 60 }),
      async (batches, segmentBytes, from) => {
        const journal = journals.openWith({ name: `run-${++run}`, keys, segmentBytes });
        const lengths: number[] = [];
        for (const batch of batches) {
          for (const length of batch) {
            lengths.push(length);
            journal.append(payload(lengths.length, length));
          }
          await journal.flush();
        }
        let record = from - 1;
        journal.read(from, (number, data) => {
          record++;
          if (number !== record || Buffer.compare(data, payload(record, lengths[record - 1] as number)) !== 0)
            throw new Error(`record ${record} is wrong`);
        });
        expect(record).toBe(Math.max(from - 1, lengths.length));
        await journal.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('a block of more than a MiB and a record of 16 MiB are read back', async () => {
  const journal = journals.openWith({ keys });
  for (let record = 1; record <= 5; record++) journal.append(payload(record, 700_000));
  const large = Buffer.alloc(16 << 20, 0x3c);
  journal.append(large);
  await journal.close();
  const again = journals.openWith({ keys });
  const lengths: number[] = [];
  again.read(1, (record, data) => {
    lengths.push(data.length);
    expect(Buffer.compare(data, record === 6 ? large : payload(record, 700_000))).toBe(0);
  });
  expect(lengths).toEqual([700_000, 700_000, 700_000, 700_000, 700_000, 16 << 20]);
});

test('reading while a commit is on its way does not change what is written', async () => {
  const journal = journals.openWith({ keys });
  await fill(journal, 50);
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 5; i++) journal.append(payload(journal.last + 1, 100));
    const done = journal.flush();
    journal.read(1, () => {});
    await done;
  }
  await journal.close();
  expect(contents(journals.openWith({ keys }))).toEqual(all(300));
});

test('nothing of a record can be read in the files', async () => {
  const secret = Buffer.from('the price that nobody may know');
  const journal = journals.openWith({ keys });
  for (let i = 0; i < 20; i++) journal.append(secret);
  await journal.snapshot((sink) => sink.write(secret));
  await journal.close();
  for (const file of [...files(), ...files('.snapshot')]) expect(fs.readFileSync(file).includes(secret)).toBe(false);
});

test('what is in a block is AES-256-GCM under the derived key, opened here by the documentation alone', async () => {
  const journal = journals.openWith({ keys });
  await fill(journal, 5);
  await journal.close();
  const { bytes, blocks } = blocksOf(journals.file());
  const [block] = blocks;
  const { at, length, number } = block as (typeof blocks)[number];
  const context = `nautilus journal segment ${bytes.readDoubleLE(24)} 1`;
  const key = hkdfSync('sha256', Buffer.alloc(32, 'first'), bytes.subarray(80, 112), context, 32);
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(1, 0);
  nonce.writeBigUInt64LE(BigInt(number), 4);
  const decipher = createDecipheriv('aes-256-gcm', new Uint8Array(key), nonce);
  decipher.setAAD(bytes.subarray(at + 4, at + 32));
  decipher.setAuthTag(bytes.subarray(at + 32, at + 48));
  const plain = Buffer.concat([decipher.update(bytes.subarray(at + 48, at + 24 + length)), decipher.final()]);
  expect(plain.subarray(24, 124).equals(payload(1, 100))).toBe(true);
});

test('no key and nonce are used twice: each segment has its own salt, also one that is begun again in place of an empty one', async () => {
  const salts = new Set<string>();
  const used = new Set<string>();
  for (let opening = 0; opening < 12; opening++) {
    const journal = journals.openWith({ keys, segmentBytes: 4096 });
    if (opening % 3 !== 0) await fill(journal, journal.last + 40);
    else salts.add(fs.readFileSync(files().at(-1) as string).toString('hex', 80, 112));
    await journal.close();
  }
  for (const file of files()) {
    const { bytes, blocks } = blocksOf(file);
    const salt = bytes.toString('hex', 80, 112);
    expect(/^0*$/.test(salt)).toBe(false);
    salts.add(salt);
    for (const { number } of blocks) {
      expect(used.has(`${salt}/${number}`)).toBe(false);
      used.add(`${salt}/${number}`);
    }
  }
  expect(salts.size).toBeGreaterThan(files().length);
});

test('a segment is written by nobody but the process that began it: a tail that was cut off may have been seen', async () => {
  const journal = journals.openWith({ keys });
  await fill(journal, 10);
  const before = fs.readFileSync(journals.file());
  await journal.close();
  const { blocks } = blocksOf(journals.file());
  const torn = Buffer.from(before);
  torn.fill(0xab, blocks.at(-1)?.at);
  fs.writeFileSync(journals.file(), torn);
  const again = journals.openWith({ keys });
  expect(again.recovered).toMatchObject({ records: 5 });
  expect(again.recovered.truncatedBytes).toBeGreaterThan(0);
  await fill(again, 10);
  expect(files()).toHaveLength(2);
  expect(contents(again)).toEqual(all(10));
});

test('any changed bit of a block is found, also when its checksum was made right again', async () => {
  const journal = journals.openWith({ keys });
  await fill(journal, 30);
  await journal.close();
  const { bytes, blocks } = blocksOf(journals.file());
  const { crc32c } = jest.requireActual<typeof import('../../../engines/core/journal/crc32c')>(
    '../../../engines/core/journal/crc32c',
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: blocks.length - 1 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 7 }),
      (which, where, bit) => {
        const { at, length, number } = blocks[which] as (typeof blocks)[number];
        const copy = new Uint8Array(bytes);
        // Behind the checksum: length, numbers, count, tag and ciphertext; not the padding.
        const target = at + 4 + Math.floor(where * (length + 20));
        copy[target] = (copy[target] as number) ^ (1 << bit);
        const words = new Int32Array(copy.buffer);
        const end = at + ((24 + length + 7) & ~7);
        words[at >> 2] = crc32c(words, (at >> 2) + 1, end >> 2);
        fs.writeFileSync(journals.file(), copy);
        expect(() => readJournal(place(), () => {}, { keys })).toThrow(
          expect.objectContaining({
            code: 'NAUT_JOURNAL_CORRUPT',
            message: expect.stringMatching(/damaged at byte \d+: record \d+/),
          }),
        );
        expect(verifyJournal(place(), keys).findings[0]).toMatchObject({ kind: 'damaged', byte: at, record: number });
      },
    ),
    { numRuns: 150 },
  );
});

test('a block of another segment does not pass, though it is whole', async () => {
  const journal = journals.openWith({ keys, segmentBytes: 4096 });
  await fill(journal, 100);
  await journal.close();
  const [first, second] = [1, 2].map((n) => journals.file('test', n)) as [string, string];
  const stolen = fs.readFileSync(second);
  // The same records under the header, and so the key, of another segment.
  stolen.set(fs.readFileSync(first).subarray(80, 120), 80);
  stolen.copyWithin(2048, 0, 512);
  fs.writeFileSync(second, stolen);
  expect(() => readJournal(place(), () => {}, { keys })).toThrow(/NAUT_JOURNAL_CORRUPT|damaged/);
});

test('without the key, or with another under its id, there is a clear error and nothing is changed', async () => {
  const journal = journals.openWith({ keys });
  await fill(journal, 10);
  await journal.snapshot((sink) => sink.write(payload(1, 10)));
  await journal.close();
  const before = files().map((file) => fs.readFileSync(file).toString('hex'));
  const missing = expect.objectContaining({
    code: 'NAUT_JOURNAL_KEY',
    message: expect.stringMatching(/is encrypted under key "first"/),
  });
  expect(() => journals.openWith()).toThrow(missing);
  expect(() => journals.openWith({ keys: keysOf('second') })).toThrow(missing);
  expect(() => readJournal(place(), () => {})).toThrow(missing);
  expect(() => verifyJournal(place())).toThrow(missing);
  const wrong: JournalKeys = { file: 'keys', current: 'first', keys: new Map([['first', randomBytes(32)]]) };
  const another = expect.objectContaining({
    code: 'NAUT_JOURNAL_KEY',
    message: expect.stringMatching(/under a key "first" that is not the one in keys/),
  });
  expect(() => journals.openWith({ keys: wrong })).toThrow(another);
  expect(() => readJournal(place(), () => {}, { keys: wrong })).toThrow(another);
  expect(files().map((file) => fs.readFileSync(file).toString('hex'))).toEqual(before);
});

test('a key is rotated by new segments; what is old is read with the old one as long as it is there', async () => {
  const plain = journals.openWith();
  await fill(plain, 10);
  await plain.close();
  const first = journals.openWith({ keys });
  await fill(first, 20);
  await first.close();
  const both = keysOf('first', 'second');
  const second = journals.openWith({ keys: both });
  await fill(second, 30);
  expect(contents(second)).toEqual(all(30));
  await second.close();
  expect(verifyJournal(place(), both).segments.map(({ keyId }) => keyId)).toEqual(['', 'first', 'second']);
  expect(() => journals.openWith({ keys: keysOf('second') })).toThrow(/under key "first"/);
});

test('a snapshot is encrypted and authentic, and another does not pass for it', async () => {
  const state = Buffer.alloc(2_500_000, 0x5a);
  const journal = journals.openWith({ keys });
  await fill(journal, 10);
  await journal.snapshot((sink) => sink.write(state));
  await journal.close();
  const [file] = files('.snapshot') as [string];
  const restored = () => {
    const again = journals.openWith({ keys });
    let seen: Uint8Array | undefined;
    again.replay({
      restore: (bytes) => {
        seen = bytes.slice();
      },
      apply: () => {},
    });
    return { journal: again, seen };
  };
  const { journal: again, seen } = restored();
  expect(Buffer.compare(seen as Uint8Array, state)).toBe(0);
  await again.close();
  const bytes = fs.readFileSync(file);
  bytes[1_500_000] = (bytes[1_500_000] as number) ^ 1;
  fs.writeFileSync(file, bytes);
  const damaged = restored();
  expect(damaged.seen).toBeUndefined();
  expect(damaged.journal.recovered.refusedSnapshots).toHaveLength(1);
});

test('a damaged block is repaired as a damaged record is: what was readable stays readable', async () => {
  const journal = journals.openWith({ keys, segmentBytes: 4096 });
  await fill(journal, 100);
  await journal.close();
  const { bytes, blocks } = blocksOf(journals.file('test', 2));
  const { at, number } = blocks[2] as (typeof blocks)[number];
  bytes[at + 60] = (bytes[at + 60] as number) ^ 1;
  fs.writeFileSync(journals.file('test', 2), bytes);
  const plan = planRepair(place(), keys);
  expect(plan).toMatchObject({ keeps: { from: 1, to: number - 1 }, lost: { from: number, to: 100 } });
  carryOut(plan);
  expect(verifyJournal(place(), keys).findings).toEqual([]);
  const again = journals.openWith({ keys, segmentBytes: 4096 });
  expect(contents(again)).toEqual(all(number - 1));
  await fill(again, 120);
  expect(contents(again)).toEqual(all(120));
});

describe('a key file', () => {
  const file = () => path.join(journals.directory(), 'keys');
  const line = (id: string, bytes = 32) => `${id} ${Buffer.alloc(bytes, id).toString('base64')}`;

  test('holds a key a line; the last is written under', () => {
    fs.writeFileSync(file(), `# keys of the order journal\n${line('2026-01')}\n\n${line('2026-02')}\n`);
    const read = readKeyFile(file());
    expect(read.current).toBe('2026-02');
    expect([...read.keys.keys()]).toEqual(['2026-01', '2026-02']);
    expect(read.keys.get('2026-01')).toEqual(Buffer.alloc(32, '2026-01'));
  });

  test.each([
    ['is not there', undefined, /cannot be read \(ENOENT\)/],
    ['is empty', '', /holds no key/],
    ['has a short key', line('a', 16), /line 1 of .* has a key of 16 bytes/],
    ['has an id twice', `${line('a')}\n${line('a')}`, /line 2 of .* has the id "a" of a line above it/],
    ['has an id that is too long', line('a'.repeat(33)), /is not a key/],
  ])('that %s is refused, and what it holds is not told', (_, text, message) => {
    if (text !== undefined) fs.writeFileSync(file(), text);
    let told = '';
    try {
      readKeyFile(file());
    } catch (error) {
      told = `${(error as Error).message} ${(error as { code: string }).code}`;
    }
    expect(told).toMatch(message);
    expect(told).toMatch(/NAUT_JOURNAL_KEY$/);
    expect(told).not.toContain(Buffer.alloc(8, 'a').toString('base64').slice(0, 8));
  });
});

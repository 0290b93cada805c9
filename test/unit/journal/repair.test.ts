import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  carryOut,
  changesAnything,
  type Finding,
  type Journal,
  planRepair,
  type RepairPlan,
  readJournal,
  verifyJournal,
} from '@nautilus/core/journal';
import fc from 'fast-check';
import { contents, inMemory, payload, useJournals } from './scratch';

jest.setTimeout(60_000);
const journals = useJournals(inMemory);
const HEADER = 4096;
const small = { segmentBytes: 4096 } as const;
const place = () => ({ directory: journals.directory(), name: 'test' });

/** Records of 128 bytes in the file, 32 a segment, snapshots after some of them. */
async function fill(journal: Journal, upTo: number, snapshots: readonly number[] = []): Promise<void> {
  while (journal.last < upTo) {
    journal.append(payload(journal.last + 1, 100));
    await journal.flush();
    if (snapshots.includes(journal.last)) await journal.snapshot((sink) => sink.write(payload(journal.last, 40)));
  }
}

async function closed(upTo: number, snapshots: readonly number[] = []): Promise<void> {
  const journal = journals.openWith(small);
  await fill(journal, upTo, snapshots);
  await journal.close();
}

/** A journal whose writer was killed: there is no mark at its end. */
async function killed(upTo: number): Promise<void> {
  const journal = journals.openWith(small);
  await fill(journal, upTo);
  const files = fs.readdirSync(journals.directory()).filter((file) => file.endsWith('.journal'));
  const bytes = files.map((file) => fs.readFileSync(path.join(journals.directory(), file)));
  await journal.close();
  for (const [i, file] of files.entries())
    fs.writeFileSync(path.join(journals.directory(), file), bytes[i] as Uint8Array);
}

function flip(file: string, at: number): void {
  const bytes = fs.readFileSync(file);
  bytes[at] = (bytes[at] as number) ^ 0x20;
  fs.writeFileSync(file, bytes);
}

const byteOf = (record: number) => HEADER + ((record - 1) % 32) * 128;
const segmentOf = (record: number) => journals.file('test', Math.ceil(record / 32));
const shown = (findings: readonly Finding[]) =>
  findings.map(({ kind, file, byte, record }) => [kind, path.basename(file), byte, record]);

/** Repairs, and checks what must be true after any repair. */
async function repair(): Promise<RepairPlan> {
  const before = new Map(
    fs.readdirSync(journals.directory()).map((file) => {
      const full = path.join(journals.directory(), file);
      return [file, fs.statSync(full).isFile() ? fs.readFileSync(full) : undefined];
    }),
  );
  const plan = planRepair(place());
  const { aside } = carryOut(plan);
  for (const file of plan.aside) {
    const moved = fs.readFileSync(path.join(aside as string, path.basename(file)));
    expect(moved.equals(before.get(path.basename(file)) as Buffer)).toBe(true);
  }
  expect(verifyJournal(place()).findings).toEqual([]);
  expect(changesAnything(planRepair(place()))).toBe(false);
  const journal = journals.openWith(small);
  expect(journal.recovered.truncatedBytes).toBe(0);
  if (plan.keeps) {
    expect(journal.first).toBe(plan.keeps.from);
    expect(journal.last).toBe(plan.keeps.to);
  }
  expect(contents(journal, journal.first)).toEqual(
    Array.from({ length: journal.last - journal.first + 1 }, (_, i) => {
      const record = journal.first + i;
      return [record, [...payload(record, 100)]];
    }),
  );
  await fill(journal, journal.last + 40);
  await journal.close();
  const again = journals.openWith(small);
  expect(contents(again, again.first)).toHaveLength(again.last - again.first + 1);
  await again.close();
  return plan;
}

test('a whole journal has no findings, and nothing to repair', async () => {
  await closed(200, [100]);
  const { findings, records, durable, segments, snapshots } = verifyJournal(place());
  expect({ findings, records, durable }).toEqual({ findings: [], records: 200, durable: 200 });
  expect(segments.map(({ first, last }) => [first, last])).toEqual(
    [1, 33, 65, 97, 129, 161, 193].map((first) => [first, Math.min(first + 31, 200)]),
  );
  expect(snapshots).toMatchObject([{ record: 100, whole: true }]);
  expect(changesAnything(planRepair(place()))).toBe(false);
});

test('a journal that was killed and has no torn tail has none either', async () => {
  await killed(70);
  expect(verifyJournal(place()).findings).toEqual([]);
});

test('a torn tail is told with its bytes; a repair cuts it off and loses nothing', async () => {
  await killed(70);
  const file = segmentOf(70);
  const bytes = fs.readFileSync(file);
  bytes.fill(0xab, byteOf(71), byteOf(71) + 300);
  fs.writeFileSync(file, bytes);
  expect(shown(verifyJournal(place()).findings)).toEqual([['torn', 'test.000003.journal', byteOf(71), 71]]);
  const plan = await repair();
  expect(plan).toMatchObject({ cut: { byte: byteOf(71), bytes: 300 }, aside: [], lost: undefined, lossUnknown: false });
  expect(plan.keeps).toEqual({ from: 1, to: 70 });
});

test('every damaged record is found, in however many segments', async () => {
  await closed(200);
  for (const record of [5, 6, 40, 64, 200]) flip(segmentOf(record), byteOf(record) + 50);
  expect(shown(verifyJournal(place()).findings)).toEqual([
    ['damaged', 'test.000001.journal', byteOf(5), 5],
    ['damaged', 'test.000002.journal', byteOf(40), 40],
    ['damaged', 'test.000002.journal', byteOf(64), 64],
    ['damaged', 'test.000007.journal', byteOf(200), 200],
  ]);
});

test('verify agrees with recovery: whatever byte is flipped, both find it or neither needs to', async () => {
  await closed(70);
  const files = [1, 2, 3].map((n) => journals.file('test', n));
  const whole = files.map((file) => fs.readFileSync(file));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 7 }),
      (which, where, bit) => {
        const bytes = Buffer.from(whole[which] as Buffer);
        const at = Math.floor(where * bytes.length);
        bytes[at] = (bytes[at] as number) ^ (1 << bit);
        fs.writeFileSync(files[which] as string, bytes);
        const { findings } = verifyJournal(place());
        let refused = false;
        try {
          readJournal(place(), () => {});
        } catch {
          refused = true;
        }
        expect(findings.some(({ kind }) => kind !== 'torn')).toBe(refused);
        // Behind the last record there is only room: what stands there is a torn tail.
        const inRoom = which === 2 && at >= byteOf(71);
        expect(findings.length > 0).toBe(true);
        expect(refused).toBe(!inRoom);
        fs.writeFileSync(files[which] as string, whole[which] as Buffer);
      },
    ),
    { numRuns: 300 },
  );
});

test('damage in the middle: everything before it stays, what is lost is told by number', async () => {
  await closed(200);
  flip(segmentOf(70), byteOf(70) + 50);
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: { from: 1, to: 69 }, lost: { from: 70, to: 200 }, lostButReadable: 130 });
  expect(plan.aside.map((file) => path.basename(file))).toEqual([3, 4, 5, 6, 7].map((n) => `test.00000${n}.journal`));
});

test('damage that a snapshot stands for loses no state, only what could be replayed', async () => {
  await closed(200, [100]);
  flip(segmentOf(70), byteOf(70) + 50);
  const plan = await repair();
  expect(plan).toMatchObject({
    keeps: { from: 71, to: 200 },
    lost: undefined,
    snapshot: 100,
    history: { from: 1, to: 70 },
  });
});

test('damage on both sides of a snapshot: the state comes as far as the damage after it', async () => {
  await closed(200, [100]);
  for (const record of [70, 150]) flip(segmentOf(record), byteOf(record) + 50);
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: { from: 71, to: 149 }, lost: { from: 150, to: 200 }, snapshot: 100 });
});

test('a damaged header is read from its copy: no record is lost', async () => {
  await closed(200);
  for (const at of [0, 8, 100]) flip(journals.file('test', 3), at);
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: { from: 1, to: 200 }, lost: undefined });
  expect(plan.aside.map((file) => path.basename(file))).toEqual(['test.000003.journal']);
});

test('of a damaged header without its copy the records stay all the same', async () => {
  await closed(200);
  const bytes = fs.readFileSync(journals.file('test', 3));
  fs.writeFileSync(journals.file('test', 3), bytes.fill(0x55, 0, HEADER));
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: { from: 1, to: 200 }, lost: undefined });
});

test('a missing segment ends the journal before it', async () => {
  await closed(200);
  fs.rmSync(journals.file('test', 4));
  expect(shown(verifyJournal(place()).findings)).toEqual([['missing', 'test.000004.journal', 0, 97]]);
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: { from: 1, to: 96 }, lost: { from: 97, to: 200 }, lostButReadable: 72 });
});

test('a missing last segment: how much it held is not known, and told so', async () => {
  await closed(200);
  fs.rmSync(journals.file('test', 7));
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: { from: 1, to: 192 }, lossUnknown: true, aside: [] });
});

test('a file that something shortened: what is left of it stays', async () => {
  await closed(70);
  fs.truncateSync(segmentOf(70), byteOf(68) + 20);
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: { from: 1, to: 67 }, lost: { from: 68, to: 70 } });
});

test('a beginning that is missing without a snapshot leaves no state to begin from', async () => {
  await closed(100);
  fs.rmSync(journals.file('test', 1));
  const plan = await repair();
  expect(plan).toMatchObject({ keeps: undefined, lost: { from: 1, to: 100 }, lostButReadable: 68 });
});

test('a damaged snapshot is moved aside', async () => {
  await closed(100, [50, 90]);
  const file = path.join(journals.directory(), 'test.000000000000090.snapshot');
  flip(file, 600 - 60);
  expect(shown(verifyJournal(place()).findings)).toMatchObject([
    ['damaged', path.basename(file), expect.anything(), undefined],
  ]);
  const plan = await repair();
  expect(plan).toMatchObject({ aside: [file], keeps: { from: 1, to: 100 }, lost: undefined });
});

test('whatever is damaged, a repair leaves a journal that opens, goes on, and kept every record that it could', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 }),
      fc.subarray([20, 50, 80]),
      fc.option(fc.integer({ min: 1, max: 4 }), { freq: 3 }),
      async (records, snapshots, removed) => {
        for (const file of fs.readdirSync(journals.directory()))
          fs.rmSync(path.join(journals.directory(), file), { recursive: true });
        await closed(100, snapshots);
        const bad = new Set(records);
        for (const record of bad) flip(segmentOf(record), byteOf(record) + 30);
        if (removed !== null) {
          fs.rmSync(journals.file('test', removed));
          for (let record = removed * 32 - 31; record <= Math.min(100, removed * 32); record++) bad.add(record);
        }
        // The furthest that a base comes: records after it until the first that is gone.
        const reach = Math.max(
          ...[0, ...snapshots].map((base) => {
            let last = base;
            while (last < 100 && !bad.has(last + 1)) last++;
            return last;
          }),
        );
        const plan = await repair();
        expect(plan.keeps?.to ?? plan.snapshot).toBe(reach);
        if (reach === 100) expect(plan.lost).toBeUndefined();
      },
    ),
    { numRuns: 40 },
  );
});

test('a single file of an earlier release is verified and repaired where it stands', async () => {
  await closed(20);
  const bytes = fs.readFileSync(journals.file());
  bytes.fill(0, 8, HEADER);
  bytes.writeInt32LE(1, 4);
  bytes[byteOf(10) + 30] = (bytes[byteOf(10) + 30] as number) ^ 1;
  fs.rmSync(journals.file());
  fs.writeFileSync(path.join(journals.directory(), 'test.journal'), bytes);
  expect(shown(verifyJournal(place()).findings)).toEqual([['damaged', 'test.journal', byteOf(10), 10]]);
  expect(await repair()).toMatchObject({ keeps: { from: 1, to: 9 } });
});

test('without a journal there is nothing to verify', () => {
  expect(() => verifyJournal(place())).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_MISSING' }));
});

test('behind megabytes of garbage every intact record is found', async () => {
  const journal = journals.openWith({ segmentBytes: 8 << 20 });
  await fill(journal, 40);
  for (let i = 0; i < 3; i++) journal.append(randomBytes(2 << 20));
  await journal.flush();
  await fill(journal, 80);
  await journal.close();
  const bytes = fs.readFileSync(journals.file());
  // The records 41 to 43.
  const from = HEADER + 40 * 128;
  randomBytes(3 * ((2 << 20) + 24)).copy(bytes, from);
  fs.writeFileSync(journals.file(), bytes);
  expect(verifyJournal(place())).toMatchObject({ records: 77, durable: 80 });
  expect(shown(verifyJournal(place()).findings)).toEqual([['damaged', 'test.000001.journal', from, 41]]);
});

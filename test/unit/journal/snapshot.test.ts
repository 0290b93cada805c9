import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Journal, type Lent, type Retention } from '@nautilus/core/journal';
import fc from 'fast-check';
import { inMemory, payload, useJournals } from './scratch';

jest.setTimeout(60_000);
const journals = useJournals(inMemory);
const snapshots = () =>
  fs
    .readdirSync(journals.directory())
    .filter((file) => file.endsWith('.snapshot'))
    .sort();
const segments = () =>
  fs
    .readdirSync(journals.directory())
    .filter((file) => file.endsWith('.journal'))
    .sort();
const newest = () => path.join(journals.directory(), snapshots().at(-1) as string);

/** A state that is a fold over the records: how many, and the sum of their first bytes. */
class Sum {
  count = 0;
  total = 0;
  restoredFrom = 0;

  apply(record: number, data: Uint8Array): void {
    if (record !== this.count + 1) throw new Error(`record ${record} came after record ${this.count}`);
    this.count = record;
    this.total += data[0] as number;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(Float64Array.of(this.count, this.total).buffer);
  }

  static of(journal: Journal): Sum {
    const sum = new Sum();
    journal.replay({
      restore: (state, record) => {
        [sum.count, sum.total] = new Float64Array(state.buffer, state.byteOffset, 2) as unknown as [number, number];
        sum.restoredFrom = record;
      },
      apply: (record, data) => sum.apply(record, data),
    });
    return sum;
  }
}

const totalOf = (count: number) =>
  Array.from({ length: count }, (_, i) => payload(i + 1, 1)[0] as number).reduce((a, b) => a + b, 0);

async function fill(journal: Journal, upTo: number): Promise<void> {
  while (journal.last < upTo) {
    for (let i = 0; i < 20 && journal.last < upTo; i++) journal.append(payload(journal.last + 1, 100));
    await journal.flush();
  }
}

const keep = (journal: Journal) => {
  const sum = Sum.of(journal);
  return journal.snapshot((sink) => sink.write(sum.bytes));
};

const small = { segmentBytes: 4096 } as const;

test('recovery is the newest snapshot and the records after it', async () => {
  const journal = journals.openWith(small);
  await fill(journal, 100);
  expect(await keep(journal)).toBe(100);
  await fill(journal, 150);
  expect(await keep(journal)).toBe(150);
  await fill(journal, 170);
  await journal.close();
  const again = journals.openWith(small);
  expect(again.recovered).toMatchObject({ records: 170, snapshot: 150, refusedSnapshots: [] });
  expect(Sum.of(again)).toMatchObject({ count: 170, total: totalOf(170), restoredFrom: 150 });
});

test('a state of any size comes back byte by byte, whatever pieces it was written in', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 6 }), async (pieces) => {
      const name = `run-${++run}`;
      const journal = journals.openWith({ name });
      journal.append(payload(1, 8));
      const whole = Buffer.concat(pieces.map((length, i) => payload(i, length)));
      await journal.snapshot((sink) => {
        for (const [i, length] of pieces.entries()) sink.write(payload(i, length));
      });
      await journal.close();
      const again = journals.openWith({ name });
      let seen: Uint8Array | undefined;
      again.replay({
        restore: (state) => {
          expect(state.byteOffset % 8).toBe(0);
          seen = state.slice();
        },
        apply: () => {},
      });
      expect(Buffer.compare(seen as Uint8Array, whole)).toBe(0);
      await again.close();
    }),
    { numRuns: 15 },
  );
});

test('what is lent comes back as it was when it was lent, whatever becomes of it, and is let go of at the end', async () => {
  const journal = journals.openWith();
  journal.append(payload(1, 8));
  const whole = payload(1, 300_000);
  const memory = [0, 1, 2, 3].map((i) => whole.slice(i * 75_000, (i + 1) * 75_000));
  const lent: Lent[] = [];
  const done = journal.snapshot((sink) => {
    sink.write(payload(2, 100));
    for (const bytes of memory) lent.push(sink.lend(bytes));
    sink.write(payload(3, 100));
  });
  for (const [i, bytes] of memory.entries()) {
    if (i % 2 === 0) continue;
    lent[i]?.keep();
    bytes.fill(0);
  }
  await done;
  for (const one of lent) expect(one.bytes).toHaveLength(0);
  expect(journal.newestSnapshot()?.state).toEqual(
    new Uint8Array(Buffer.concat([payload(2, 100), whole, payload(3, 100)])),
  );
});

test('records that are appended while a snapshot is written are not part of it', async () => {
  const journal = journals.openWith(small);
  await fill(journal, 50);
  const done = keep(journal);
  for (let record = 51; record <= 90; record++) journal.append(payload(record, 100));
  expect(await done).toBe(50);
  await journal.close();
  expect(Sum.of(journals.openWith(small))).toMatchObject({ count: 90, total: totalOf(90), restoredFrom: 50 });
});

test('several snapshots at once, and a close right behind them, are written one after the other', async () => {
  const journal = journals.openWith(small);
  const done: Promise<number>[] = [];
  const sum = new Sum();
  for (let record = 1; record <= 60; record++) {
    journal.append(payload(record, 100));
    sum.apply(record, payload(record, 100));
    const { bytes } = sum;
    if (record % 20 === 0) done.push(journal.snapshot((sink) => sink.write(bytes)));
  }
  await journal.close();
  expect(await Promise.all(done)).toEqual([20, 40, 60]);
  expect(Sum.of(journals.openWith(small))).toMatchObject({ count: 60, total: totalOf(60), restoredFrom: 60 });
});

test('a snapshot of an empty journal is one', async () => {
  const journal = journals.openWith(small);
  expect(await keep(journal)).toBe(0);
  await fill(journal, 3);
  await journal.close();
  expect(Sum.of(journals.openWith(small)).total).toBe(totalOf(3));
});

test('a flipped bit or a cut anywhere in the newest snapshot is found and named; the state comes from the one before', async () => {
  const journal = journals.openWith(small);
  await fill(journal, 60);
  await keep(journal);
  await fill(journal, 100);
  await keep(journal);
  await fill(journal, 120);
  await journal.close();
  const file = newest();
  const bytes = fs.readFileSync(file);
  const check = async (damaged: Uint8Array) => {
    fs.writeFileSync(file, damaged);
    const again = journals.openWith(small);
    const { refusedSnapshots, snapshot } = again.recovered;
    expect(refusedSnapshots).toHaveLength(1);
    expect(refusedSnapshots[0]?.message).toContain(file);
    expect(snapshot).toBe(60);
    expect(Sum.of(again)).toMatchObject({ count: 120, total: totalOf(120) });
    await again.close();
    expect(Buffer.compare(fs.readFileSync(file), damaged)).toBe(0);
  };
  for (let at = 0; at < bytes.length; at += at < 112 || at >= 500 ? 1 : 53) {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] as number) ^ 0x04;
    // Bytes that mean nothing: between the header's fields and its checksum they are covered all the same.
    await check(copy);
  }
  for (const size of [0, 100, 511, 512, 520, bytes.length - 1]) await check(bytes.subarray(0, size));
  await check(Buffer.concat([bytes, Buffer.alloc(8)]));
});

test('half a snapshot of a killed writer is cleared away', async () => {
  const journal = journals.openWith(small);
  await fill(journal, 10);
  await journal.close();
  fs.writeFileSync(path.join(journals.directory(), 'test.000000000000010.snapshot.new'), 'half');
  expect(journals.openWith(small).recovered).toMatchObject({ snapshot: undefined, refusedSnapshots: [] });
  expect(fs.readdirSync(journals.directory()).filter((file) => file.endsWith('.new'))).toEqual([]);
});

test('a snapshot of another journal is refused', async () => {
  for (const name of ['test', 'other']) {
    const journal = journals.openWith({ ...small, name });
    await fill(journal, 10);
    await keep(journal);
    await journal.close();
  }
  fs.renameSync(
    path.join(journals.directory(), 'other.000000000000010.snapshot'),
    path.join(journals.directory(), 'test.000000000000010.snapshot'),
  );
  const { recovered } = journals.openWith(small);
  expect(recovered.snapshot).toBeUndefined();
  expect(recovered.refusedSnapshots[0]?.message).toMatch(/another journal/);
});

test('a snapshot proves that its records had been durable: a journal that lost them is refused', async () => {
  const journal = journals.openWith(small);
  await fill(journal, 40);
  await journal.close();
  const before = fs.readFileSync(journals.file('test', 2));
  const longer = journals.openWith(small);
  await fill(longer, 60);
  await keep(longer);
  await longer.close();
  fs.writeFileSync(journals.file('test', 2), before);
  expect(() => journals.openWith(small)).toThrow(/record 41 is not readable, though record 60 had been durable/);
  for (const segment of segments()) fs.rmSync(path.join(journals.directory(), segment));
  expect(() => journals.openWith(small)).toThrow(/are missing, though record 60 had been durable/);
});

describe('retention', () => {
  const retained = (retention: Retention) => ({ ...small, retention });

  /** Fills to 100, 200, 300 … with a snapshot at each. */
  async function work(journal: Journal, times: number): Promise<void> {
    for (let i = 1; i <= times; i++) {
      await fill(journal, i * 100);
      await keep(journal);
    }
  }

  test('without bounds every segment stays, and the two newest snapshots', async () => {
    const journal = journals.openWith(retained({}));
    await work(journal, 4);
    expect(snapshots()).toEqual(['test.000000000000300.snapshot', 'test.000000000000400.snapshot']);
    expect(journal.first).toBe(1);
  });

  test('without being asked for nothing is removed', async () => {
    const journal = journals.openWith(small);
    await work(journal, 4);
    expect(snapshots()).toHaveLength(4);
    expect(journal.first).toBe(1);
  });

  test('no segment is removed that the oldest kept snapshot needs', async () => {
    const journal = journals.openWith(retained({ segments: 1 }));
    await work(journal, 4);
    // Record 301 is the first after the snapshot of record 300; 32 records a segment.
    expect(journal.first).toBe(289);
    expect(() => journal.read(288, () => {})).toThrow(/record 288 is not there/);
    await journal.close();
    fs.rmSync(newest());
    const again = journals.openWith(retained({ segments: 1 }));
    expect(Sum.of(again)).toMatchObject({ count: 400, total: totalOf(400), restoredFrom: 300 });
  });

  test('a bound on count or bytes keeps as many of the newest', async () => {
    const journal = journals.openWith(retained({ segments: 8, snapshots: 1 }));
    await work(journal, 4);
    expect(segments()).toHaveLength(8);
    await journal.close();
    const tighter = journals.openWith(retained({ bytes: 5 * 8192, snapshots: 1 }));
    await tighter.retain();
    const bytes = segments().reduce((sum, file) => sum + fs.statSync(path.join(journals.directory(), file)).size, 0);
    expect(bytes).toBeLessThanOrEqual(5 * 8192);
    expect(segments().length).toBeGreaterThanOrEqual(4);
  });

  test('age is counted from when a segment was left; a clock that goes back makes nothing older', async () => {
    const clock = jest.spyOn(Date, 'now');
    try {
      const start = 1_700_000_000_000;
      clock.mockReturnValue(start);
      const journal = journals.openWith(retained({ ageMs: 60_000, snapshots: 1 }));
      await work(journal, 2);
      expect(journal.first).toBe(1);
      clock.mockReturnValue(start - 3_600_000);
      await work(journal, 4);
      expect(journal.first).toBe(1);
      clock.mockReturnValue(start + 59_000);
      expect(await journal.retain()).toEqual([]);
      clock.mockReturnValue(start + 61_000);
      expect(await journal.retain()).not.toEqual([]);
      expect(journal.first).toBe(385);
      await journal.close();
      expect(Sum.of(journals.openWith(retained({})))).toMatchObject({ count: 400, total: totalOf(400) });
    } finally {
      clock.mockRestore();
    }
  });

  test('while a snapshot that is to be kept is damaged nothing is removed', async () => {
    const journal = journals.openWith(retained({ segments: 1 }));
    await work(journal, 1);
    fs.appendFileSync(newest(), 'x');
    await fill(journal, 200);
    const sum = new Sum();
    journal.read(1, (record, data) => sum.apply(record, data));
    await expect(journal.snapshot((sink) => sink.write(sum.bytes))).rejects.toThrow(
      expect.objectContaining({ code: 'NAUT_JOURNAL_CORRUPT', message: expect.stringContaining('000100.snapshot') }),
    );
    expect(journal.first).toBe(1);
    await journal.close();
    expect(Sum.of(journals.openWith(small))).toMatchObject({ count: 200, restoredFrom: 200 });
  });

  test('without its snapshots a journal that lost its beginning is refused', async () => {
    const journal = journals.openWith(retained({ segments: 1 }));
    await work(journal, 3);
    await journal.close();
    for (const file of snapshots()) fs.rmSync(path.join(journals.directory(), file));
    expect(() => journals.openWith(small)).toThrow(/record 1 is not there/);
  });
});

test('a snapshot for which there is no room fails by itself: the journal goes on', async () => {
  const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    fs.rmdirSync(disk);
    process.stdout.write('skipped: a full disk under a snapshot, for this user may not mount a file system\n');
    return;
  }
  const room = { segmentBytes: 1 << 20, preallocateBytes: 1 << 20 };
  const open = () => Journal.open({ directory: disk, name: 'full', durability: 'batched', ...room });
  try {
    const journal = open();
    await fill(journal, 10);
    await expect(journal.snapshot((sink) => sink.write(new Uint8Array(4 << 20)))).rejects.toThrow(
      expect.objectContaining({ code: 'NAUT_JOURNAL_DISK_FULL' }),
    );
    expect(fs.readdirSync(disk).sort()).toEqual(['full.000001.journal', 'full.journal.lock']);
    await fill(journal, 20);
    expect(await keep(journal)).toBe(20);
    await journal.close();
    const again = open();
    expect(Sum.of(again).total).toBe(totalOf(20));
    await again.close();
  } finally {
    execFileSync('umount', [disk]);
    fs.rmdirSync(disk);
  }
});

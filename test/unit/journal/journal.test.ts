import fs from 'node:fs';
import { contents, payload, useJournals } from './scratch';

const journals = useJournals();

test.each([
  'memory',
  'batched',
  'always',
] as const)('what was flushed in %s mode is read again after reopening', async (durability) => {
  const journal = journals.open('test', durability);
  const lengths = [1, 7, 8, 9, 200, 4097];
  expect(lengths.map((length, i) => journal.append(payload(i + 1, length)))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await journal.flush()).toBe(6);
  await journal.close();
  const again = journals.open('test', durability);
  expect(again.recovered).toMatchObject({ records: 6, truncatedBytes: 0 });
  expect(contents(again)).toEqual(lengths.map((length, i) => [i + 1, [...payload(i + 1, length)]]));
  expect(again.append(payload(7, 3))).toBe(7);
});

test('a record is copied when it is appended', async () => {
  const journal = journals.open();
  const buffer = new Uint8Array([1, 2, 3, 4]);
  journal.append(buffer, 2);
  buffer.fill(9);
  journal.append(buffer, 3);
  await journal.flush();
  expect(contents(journal)).toEqual([
    [1, [1, 2]],
    [2, [9, 9, 9]],
  ]);
});

test('the start of a buffer is copied from any alignment', async () => {
  const journal = journals.open();
  const buffers = [0, 1, 2, 3, 4].map((offset) => payload(offset, 64).subarray(offset, 60));
  const lengths = [1, 3, 4, 7, 32, 54];
  for (const length of lengths) for (const buffer of buffers) journal.append(buffer, length);
  await journal.flush();
  const expected = lengths.flatMap((length) => buffers.map((buffer) => [...buffer.subarray(0, length)]));
  expect(contents(journal).map(([, bytes]) => bytes)).toEqual(expected);
});

test('a record counts as durable only after its commit, and is committed without being asked', async () => {
  const journal = journals.open();
  const durable = new Promise((resolve) => {
    journal.onDurable = resolve;
  });
  journal.append(payload(1, 10));
  journal.append(payload(2, 10));
  expect(journal.durable).toBe(0);
  expect(contents(journal)).toEqual([]);
  expect(await durable).toBe(2);
  expect(journal.durable).toBe(2);
});

test('appends made while a sync runs share the next one', async () => {
  const journal = journals.open();
  const commits: number[] = [];
  journal.onDurable = (record) => commits.push(record);
  journal.append(payload(1, 10));
  const first = journal.flush();
  for (let record = 2; record <= 50; record++) journal.append(payload(record, 10));
  expect(await first).toBeGreaterThanOrEqual(1);
  expect(commits).toEqual([1]);
  await journal.flush();
  expect(commits).toEqual([1, 50]);
});

test('in always mode a record is durable when append returns', () => {
  const journal = journals.open('test', 'always');
  expect(journal.append(payload(1, 10))).toBe(1);
  expect(journal.durable).toBe(1);
  expect(contents(journal)).toHaveLength(1);
});

test('reading can start anywhere, stop anywhere and follow what is appended', async () => {
  const journal = journals.open();
  for (let record = 1; record <= 5000; record++) journal.append(payload(record, 100));
  await journal.flush();
  const seen: number[] = [];
  let next = 4321;
  next = journal.read(
    next,
    (record, data) => {
      expect([...data]).toEqual([...payload(record, 100)]);
      seen.push(record);
    },
    10,
  );
  expect(next).toBe(4331);
  while ((next = journal.read(next, (record) => seen.push(record), 100)) <= 5000);
  journal.append(payload(5001, 100));
  expect(journal.read(next, (record) => seen.push(record))).toBe(5001);
  await journal.flush();
  expect(journal.read(next, (record) => seen.push(record))).toBe(5002);
  expect(seen).toEqual(Array.from({ length: 5001 - 4320 }, (_, i) => 4321 + i));
});

test('a record is larger than the window that files are read through', async () => {
  const journal = journals.open();
  journal.append(payload(1, 3_000_000));
  journal.append(payload(2, 5));
  await journal.close();
  const again = journals.open();
  const lengths: number[] = [];
  again.read(1, (_, data) => lengths.push(data.length));
  expect(lengths).toEqual([3_000_000, 5]);
});

test('payloads can be read in place as doubles', async () => {
  const journal = journals.open();
  journal.append(new Uint8Array(3));
  journal.append(new Uint8Array(Float64Array.of(Math.PI).buffer));
  await journal.flush();
  journal.read(2, (_, data) => {
    expect(new Float64Array(data.buffer, data.byteOffset, 1)[0]).toBe(Math.PI);
  });
  expect.assertions(1);
});

test('a journal has one writer', async () => {
  const journal = journals.open();
  expect(() => journals.open()).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_BUSY' }));
  await journal.close();
  journals.open();
});

test('a record without bytes is refused', () => {
  const journal = journals.open();
  for (const attempt of [() => journal.append(new Uint8Array(0)), () => journal.append(new Uint8Array(4), 5)]) {
    expect(attempt).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_RECORD' }));
  }
  expect(journal.last).toBe(0);
});

test('a closed journal takes nothing', async () => {
  const journal = journals.open();
  const closing = journal.close();
  expect(() => journal.append(payload(1, 1))).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_CLOSED' }));
  await closing;
  expect(() => contents(journal)).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_CLOSED' }));
});

test('the file has room ahead of its records', async () => {
  const journal = journals.open('test', 'batched', 1 << 20);
  expect(fs.statSync(journals.file()).size).toBe(4096 + (1 << 20));
  for (let i = 0; i < 3; i++) {
    journal.append(payload(1, 100_000));
    await journal.flush();
  }
  expect(fs.statSync(journals.file()).size).toBe(4096 + 4 * (1 << 20));
});

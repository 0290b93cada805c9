import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Journal, readKeyFile } from '@nautilus/core/journal';
import { JournalRecord, RecordKind } from '../../../engines/oms/records';
import { BooksRecord } from '../../../engines/pms/books/records';

jest.setTimeout(120_000);
const program = path.join(__dirname, '..', '..', '..', 'cli', 'nautilus.js');
let home: string;
let data: string;

/** Executions 1 to 100, 136 bytes and more each, in segments of 4096 bytes, as an engine in local mode keeps them. */
beforeEach(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-home-'));
  data = path.join(home, 'data', 'pms');
  const journal = Journal.open({ directory: data, name: 'books', durability: 'memory', segmentBytes: 4096 });
  const { bytes, execution } = new BooksRecord();
  for (let sequence = 1; sequence <= 100; sequence++) {
    execution.assign({ sequence, price: 10_000 + sequence, quantity: 7 });
    journal.append(bytes);
  }
  await journal.close();
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [program, 'journal', ...args], {
    cwd: os.tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, NAUTILUS_HOME: home },
  });

/** As `run`, while this process goes on. */
const runBeside = (...args: string[]) =>
  promisify(execFile)(process.execPath, [program, 'journal', ...args], {
    cwd: os.tmpdir(),
    env: { ...process.env, NAUTILUS_HOME: home },
    maxBuffer: 2 ** 28,
  });

function damage(file: string, at: number): void {
  const full = path.join(data, file);
  const bytes = fs.readFileSync(full);
  bytes[at] = (bytes[at] as number) ^ 1;
  fs.writeFileSync(full, bytes);
}

test('verify tells by engine or by folder that a journal is as it was written', () => {
  const { status, stdout } = run('verify', 'pms');
  expect(stdout).toMatch(/100 records, durable up to 100: as it was written/);
  expect(status).toBe(0);
  const json = JSON.parse(run('verify', data, '--json').stdout);
  expect(json.journals).toMatchObject([{ name: 'books', whole: true, records: 100, findings: [] }]);
});

test('show prints records by their layout, a line each, from one to another', () => {
  const lines = run('show', 'pms', '--from', '40', '--to', '42').stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { record: 40, kind: 'execution', sequence: 40, price: 10_040, quantity: 7 },
    { record: 41, sequence: 41 },
    { record: 42, sequence: 42 },
  ]);
  expect(run('show', 'pms', '--type', 'order').stdout).toBe('');
});

test('damage is named with file, byte and record; repair says what is lost and the journal opens again', async () => {
  damage('books.000002.journal', 4096 + 30);
  const looked = run('verify', 'pms');
  expect(looked.status).toBe(2);
  expect(looked.stdout).toMatch(/books\.000002\.journal is damaged at byte 4096: record \d+ is not readable/);
  const first = Number(/: record (\d+) is not readable/.exec(looked.stdout)?.[1]);
  expect(run('show', 'pms').stderr).toMatch(/NAUT_JOURNAL_CORRUPT/);

  const unasked = run('repair', 'pms');
  expect(unasked).toMatchObject({ status: 1, stderr: expect.stringContaining('NAUT_CONFIRMATION_NEEDED') });
  expect(run('verify', 'pms').status).toBe(2);

  const repaired = run('repair', 'pms', '--yes', '--json');
  expect(repaired.status).toBe(0);
  expect(repaired.stderr).toContain(`LOST: records ${first} to 100`);
  const told = JSON.parse(repaired.stdout);
  expect(told).toMatchObject({ keeps: { from: 1, to: first - 1 }, lost: { from: first, to: 100 } });
  expect(fs.readdirSync(told.aside)).toContain('books.000002.journal');
  expect(run('verify', 'pms').status).toBe(0);
  expect(run('repair', 'pms', '--yes').stderr).toMatch(/nothing to repair/);
  const journal = Journal.open({ directory: data, name: 'books', durability: 'memory' });
  expect(journal.last).toBe(first - 1);
  await journal.close();
});

test.each(['verify', 'repair'])('%s is refused while somebody writes the journal', async (command) => {
  const writer = Journal.open({ directory: data, name: 'books', durability: 'memory' });
  const { status, stderr } = run(command, 'pms', ...(command === 'repair' ? ['--yes'] : []));
  await writer.close();
  expect(stderr).toMatch(/NAUT_JOURNAL_BUSY/);
  expect(status).toBe(1);
});

test('show reads beside somebody who writes', async () => {
  const directory = path.join(home, 'data', 'risk');
  const writer = Journal.open({ directory, name: 'books', durability: 'batched' });
  const { bytes } = new BooksRecord();
  const ends = new AbortController();
  const written = (async () => {
    while (!ends.signal.aborted) {
      for (let record = 0; record < 20; record++) writer.append(bytes);
      await writer.flush();
    }
  })();
  for (let look = 0; look < 3; look++) {
    const before = writer.last;
    const { stdout, stderr } = await runBeside('show', 'risk');
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).record)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.length).toBeGreaterThanOrEqual(before);
  }
  ends.abort();
  await written;
  await writer.close();
});

test('the records of an order journal are shown by their kinds, with the client order id', async () => {
  const directory = path.join(home, 'data', 'oms');
  const journal = Journal.open({ directory, name: 'orders', durability: 'memory' });
  const record = new JournalRecord();
  record.begin(RecordKind.opened);
  record.opened.identity = 77;
  journal.append(record.bytes, record.length);
  record.begin(RecordKind.order);
  record.order.orderId = 5;
  record.order.limitPrice = 586_00;
  record.text = 'mine-1';
  journal.append(record.bytes, record.length);
  await journal.close();
  const lines = run('show', 'oms').stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { record: 1, kind: 'opened', identity: 77 },
    { record: 2, kind: 'order', orderId: 5, limitPrice: 586_00, text: 'mine-1' },
  ]);
  expect(run('show', 'oms', '--type', 'opened').stdout.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(run('show', 'oms', '--order', '1').stdout)).toMatchObject({
    record: 2,
    events: ['accepted'],
    before: null,
    after: { status: 'pendingNew', limitPrice: 586_00 },
    by: { kind: 'order', text: 'mine-1' },
  });
  expect(run('show', 'oms', '--order', '2').stderr).toMatch(/^NAUT_JOURNAL_ORDER/);
});

test.each([
  [['verify', 'nobody'], 'NAUT_JOURNAL_MISSING'],
  [['verify', os.tmpdir()], 'NAUT_JOURNAL_MISSING'],
  [['show', 'pms', '--name', 'orders'], 'NAUT_JOURNAL_MISSING'],
  [['show', 'pms', '--from', '0'], "error: option '--from"],
])('%j says what is wrong', (args, start) => {
  const { status, stderr } = run(...args);
  expect(stderr.startsWith(start)).toBe(true);
  expect(status).toBe(1);
});

test('an encrypted journal is read with its key file, and without it the key is asked for', async () => {
  const directory = path.join(home, 'data', 'other');
  const file = path.join(home, 'keys');
  fs.writeFileSync(file, `k1 ${Buffer.alloc(32, 7).toString('base64')}\n`);
  const journal = Journal.open({ directory, name: 'other', durability: 'memory', keys: readKeyFile(file) });
  journal.append(Uint8Array.of(1, 2, 3));
  await journal.close();
  expect(run('verify', 'other').stderr).toMatch(/^NAUT_JOURNAL_KEY/);
  expect(run('verify', 'other', '--keys', file).stdout).toMatch(/k1[\s\S]*as it was written/);
  expect(JSON.parse(run('show', 'other', '--keys', file).stdout)).toMatchObject({ record: 1, hex: '010203' });
});

test('of several journals in a folder show asks for one', async () => {
  const journal = Journal.open({ directory: data, name: 'other', durability: 'memory' });
  journal.append(Uint8Array.of(1, 2, 255));
  await journal.close();
  expect(run('show', 'pms').stderr).toMatch(/^NAUT_JOURNAL_AMBIGUOUS/);
  expect(JSON.parse(run('show', 'pms', '--name', 'other').stdout)).toEqual({ record: 1, kind: 'bytes', hex: '0102ff' });
  expect(JSON.parse(run('verify', 'pms', '--json').stdout).journals).toHaveLength(2);
});

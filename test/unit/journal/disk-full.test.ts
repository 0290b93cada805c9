import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Journal } from '@nautilus/core/journal';
import { payload } from './scratch';

/** A file system of 3 MiB, or undefined where this process may not mount one. */
function mountSmall(): string | undefined {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', directory], { stdio: 'ignore' });
    return directory;
  } catch {
    fs.rmdirSync(directory);
    return undefined;
  }
}

const small = mountSmall();
if (!small) process.stdout.write('skipped: a full disk under the journal, for this user may not mount a file system\n');
afterAll(() => {
  if (!small) return;
  execFileSync('umount', [small]);
  fs.rmdirSync(small);
});
const onSmallDisk = small ? test : test.skip;
const open = (preallocateBytes: number, segmentBytes = 64 << 20) =>
  Journal.open({ directory: small as string, name: 'full', durability: 'batched', preallocateBytes, segmentBytes });
afterEach(() => {
  for (const file of small ? fs.readdirSync(small) : []) fs.rmSync(path.join(small as string, file));
});

onSmallDisk('room that cannot be allocated is an error before trading starts', () => {
  expect(() => open(4 << 20)).toThrow(expect.objectContaining({ code: 'NAUT_JOURNAL_DISK_FULL' }));
  expect(fs.readdirSync(small as string)).toEqual(['full.journal.lock']);
});

onSmallDisk.each([
  ['in the middle of a segment', 64 << 20],
  ['where the next segment begins', 250 << 10],
])(
  'on a disk that is full %s the flush fails, nothing more is taken, and what was durable is read after a restart',
  async (_, segmentBytes) => {
    const journal = open(1 << 16, segmentBytes);
    const failures: string[] = [];
    journal.onFailure = (error) => failures.push(error.code);
    const full = expect.objectContaining({
      code: 'NAUT_JOURNAL_DISK_FULL',
      message: expect.stringMatching(/full\.\d{6}\.journal at byte \d+ \(ENOSPC\)/),
    });
    let durable = 0;
    for (;;) {
      for (let i = 0; i < 50; i++) journal.append(payload(journal.last + 1, 1000));
      try {
        durable = await journal.flush();
      } catch (error) {
        expect(error).toEqual(full);
        break;
      }
    }
    expect(failures).toEqual(['NAUT_JOURNAL_DISK_FULL']);
    expect(() => journal.append(payload(1, 1))).toThrow(full);
    expect(durable).toBeGreaterThan(1000);
    expect(journal.read(1, () => {})).toBe(durable + 1);
    await expect(journal.close()).rejects.toThrow(full);

    const again = open(0, segmentBytes);
    expect(again.durable).toBeGreaterThanOrEqual(durable);
    again.read(1, (record, data) => {
      if (Buffer.compare(data, payload(record, 1000)) !== 0) throw new Error(`record ${record} is wrong`);
    });
    await again.close();
  },
);

onSmallDisk('the room for the next segment is not made of what the records of this one still need', async () => {
  const journal = open(1 << 20, 1 << 20);
  // 3 MiB less this segment: not twice another.
  for (let record = 1; record <= 700; record++) {
    journal.append(payload(record, 1000));
    await journal.flush();
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fs.existsSync(path.join(small as string, 'full.spare'))).toBe(false);
  await journal.close();
});

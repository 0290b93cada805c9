import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { registerReplay } from '../../../cli/commands/replay';
import { errorText } from '../../../cli/output/error';

const folder = mkdtempSync(path.join(tmpdir(), 'replay-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => jest.restoreAllMocks());

/** Runs `nautilus replay lobster` and returns its exit code and what it printed. */
async function replay(...args: string[]): Promise<{ exit: number | undefined; text: string }> {
  let exit: number | undefined;
  let text = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  const program = new Command().exitOverride();
  registerReplay(program, (body) => async (...given) => {
    exit = await body(...given);
  });
  await program.parseAsync(['node', 'nautilus', 'replay', 'lobster', ...args]);
  return { exit, text };
}

const file = (name: string, ...lines: string[]) => {
  const target = path.join(folder, name);
  writeFileSync(target, `${lines.join('\n')}\n`);
  return target;
};

const good = ['10,1,5,100,1000000,1', '11,1,6,40,1000300,-1', '12,4,6,40,1000300,-1'];

test('each event gives a row of the book', async () => {
  const book = path.join(folder, 'book.csv');
  const { exit } = await replay(file('good.csv', ...good), '--levels', '1', '--book', book, '--json');
  expect(exit).toBe(0);
  expect(readFileSync(book, 'latin1')).toBe(
    '9999999999,0,1000000,100\n1000300,40,1000000,100\n9999999999,0,1000000,100\n',
  );
});

test('the summary is the same on every run but for the times', async () => {
  const summaries = [];
  for (let run = 0; run < 2; run++) summaries.push(JSON.parse((await replay(file('a.csv', ...good), '--json')).text));
  expect(summaries[0]).toMatchObject({ events: 3, skipped: 0, stateHash: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(summaries[0].stateHash).toBe(summaries[1].stateHash);
  expect(summaries[0].eventsPerSecond).toBeGreaterThan(0);
  const other = JSON.parse((await replay(file('b.csv', ...good.slice(0, 2)), '--json')).text);
  expect(other.stateHash).not.toBe(summaries[0].stateHash);
});

test('a bad line says where it is and what is allowed, or is skipped and counted', async () => {
  const bad = file('bad.csv', good[0]!, '11,1,6,forty,1000300,-1', good[0]!.replace('10,1,5', '12,1,7'));
  const told = await replay(bad).then(
    () => 'accepted',
    (refused) => errorText(refused),
  );
  expect(told.split('\n')).toEqual([
    `NAUT_FEED_LINE_MALFORMED  ${bad}:2:8: size is "forty"`,
    '  allowed: an integer from 1 to 2147483647 (0 for type 7)',
    '  fix: correct the line, or leave out bad lines with --skip-bad-lines',
  ]);
  const { text } = await replay(bad, '--skip-bad-lines', '--json');
  expect(JSON.parse(text)).toMatchObject({
    events: 2,
    skipped: 1,
    skippedLines: [{ line: 2, column: 8, value: 'forty' }],
  });
  expect((await replay(bad, '--skip-bad-lines')).text).toContain('skipped 2:8: size is "forty"');
});

test('a book that cannot be written is told', async () => {
  await expect(replay(file('c.csv', ...good), '--book', path.join(folder, 'none', 'x'))).rejects.toMatchObject({
    code: 'NAUT_OUTPUT_UNWRITABLE',
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { registerTrain } from '../../../cli/commands/train';
import { venueOfOrder } from '../../../engines/core/domain';
import { parseTrained } from '../../../engines/ems/models/trained';
import { LobsterFeed, loadLobster } from '../../../engines/marketdata/lobster';
import { RecordingWriter } from '../../../engines/marketdata/recording/writer';
import { sampleMessages } from '../marketdata/sample';

const folder = mkdtempSync(path.join(tmpdir(), 'train-'));
const builtIn = path.join(__dirname, '../../../engines/ems/models/trained.json');
const out = path.join(folder, 'models.json');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => jest.restoreAllMocks());

async function train(...args: string[]): Promise<{ exit: number | undefined; text: string }> {
  let exit: number | undefined;
  let text = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  const program = new Command().exitOverride();
  registerTrain(program, (body) => async (...given) => {
    exit = await body(...given);
  });
  await program.parseAsync(['node', 'nautilus', 'train', ...args, '--out', out]);
  return { exit, text };
}

test('it prints what it learned with a verdict for each model, and writes a file that the execution system can read', async () => {
  const { exit, text } = await train(sampleMessages, '--symbol', 'AAPL', '--pairs', '10');
  expect(exit).toBe(0);
  expect(text).toMatch(/each share taken, net, moves the mid +0\.0000808 +0\.00000899/);
  expect(text).toContain('Volume curve: none, no recording is a whole session');
  expect(text).toContain(
    'follows the volume of the last recording better than TWAP’s: it is off by 6.92 %'.replace('’', "'"),
  );
  expect(text).toMatch(/crossing, orders .* better than half the spread/);
  expect(parseTrained(JSON.parse(readFileSync(out, 'utf8'))).instruments.map(({ symbol }) => symbol)).toEqual(['AAPL']);
});

test('another symbol is added, the same one replaced; --json is what was written of it', async () => {
  await train(sampleMessages, '--symbol', 'AAPL', '--pairs', '1');
  const { text } = await train(sampleMessages, '--symbol', 'AAPL2', '--pairs', '1', '--json');
  const { instruments } = JSON.parse(readFileSync(out, 'utf8'));
  expect(instruments.map(({ symbol }: { symbol: string }) => symbol)).toEqual(['AAPL', 'AAPL2']);
  expect(JSON.parse(text)).toEqual(instruments[1]);
  expect(instruments[1].slippage).toBeNull();
});

test('a file with other things in it is not overwritten, and too short a recording is no model', async () => {
  writeFileSync(out, 'mine');
  await expect(train(sampleMessages, '--symbol', 'AAPL', '--pairs', '1')).rejects.toMatchObject({
    code: 'NAUT_MODELS_INVALID',
  });
  writeFileSync(out, '{"mine": 1}');
  await expect(train(sampleMessages, '--symbol', 'AAPL', '--pairs', '1')).rejects.toMatchObject({
    code: 'NAUT_MODELS_INVALID',
  });
  expect(readFileSync(out, 'utf8')).toBe('{"mine": 1}');
  const short = path.join(folder, 'short.csv');
  writeFileSync(short, '34200,1,5,100,1000000,1\n34201,1,6,40,1000300,-1\n34202,4,6,40,1000300,-1\n');
  await expect(train(short, '--symbol', 'AAPL')).rejects.toMatchObject({ code: 'NAUT_TRAINING_TOO_LITTLE' });
});

test('a recording of the platform gives what the file gave that it was recorded from, though it stands at two venues', async () => {
  const session = await loadLobster(sampleMessages);
  const feed = new LobsterFeed(session, 7, venueOfOrder([{ share: 2 }, { share: 1 }]));
  const file = path.join(folder, 'day.naut');
  const instruments = [{ id: 7, symbol: 'AAPL', currency: 'USD', tickSize: 100 }];
  const writer = new RecordingWriter(file, { session: '2012-06-21', instruments, venues: ['X', 'Y'] });
  while (feed.nextTimeNs < Number.POSITIVE_INFINITY) {
    feed.take();
    writer.add(feed);
  }
  writer.finish();
  rmSync(out, { force: true });
  const { text } = await train(file, '--symbol', 'AAPL', '--pairs', '1', '--json');
  const [built] = parseTrained(JSON.parse(readFileSync(builtIn, 'utf8'))).instruments;
  expect(JSON.parse(text)).toMatchObject({ impact: built!.impact, tracking: built!.tracking });
  await expect(train(file, '--symbol', 'MSFT')).rejects.toMatchObject({
    code: 'NAUT_FEED_RECORDING_UNKNOWN',
    allowed: 'AAPL',
  });
  await expect(train(path.join(folder, 'nowhere'), '--symbol', 'AAPL')).rejects.toMatchObject({
    code: 'NAUT_FEED_FILE_UNREADABLE',
  });
});

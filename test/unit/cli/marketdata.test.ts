import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Random } from '@nautilus/core/numerics';
import { Command } from 'commander';
import { registerMarketData } from '../../../cli/commands/marketdata';
import { errorText } from '../../../cli/output/error';
import { RecordingReader } from '../../../engines/marketdata/recording/reader';
import { flow } from '../marketdata/itch-flow';
import { messagesOf, packetsOf, pcap } from '../marketdata/mold-packets';
import { sampleMessages } from '../marketdata/sample';

const folder = mkdtempSync(path.join(tmpdir(), 'marketdata-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => jest.restoreAllMocks());
const at = (name: string): string => path.join(folder, name);

/** Runs `nautilus marketdata` and returns its exit code and what it printed. */
async function marketdata(...args: string[]): Promise<{ exit: number | undefined; text: string; told: string }> {
  let exit: number | undefined;
  let text = '';
  let told = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    told += chunk;
    return true;
  });
  const program = new Command().exitOverride();
  registerMarketData(program, (body) => async (...given) => {
    exit = await body(...given);
  });
  await program.parseAsync(['node', 'nautilus', 'marketdata', ...args]);
  return { exit, text, told };
}

const json = async (...args: string[]) => JSON.parse((await marketdata(...args, '--json')).text);
const refusal = (...args: string[]): Promise<string> =>
  marketdata(...args).then(
    () => 'accepted',
    (refused) => errorText(refused),
  );

/** Messages of a BinaryFILE by type, read without a line of ours. */
function typesOf(bytes: Buffer): Record<string, number> {
  const types: Record<string, number> = {};
  for (let from = 0; bytes.readUInt16BE(from) > 0; from += 2 + bytes.readUInt16BE(from)) {
    const type = String.fromCharCode(bytes[from + 2]!);
    types[type] = (types[type] ?? 0) + 1;
  }
  return types;
}

const symbols = 'AAPL,MSFT,XYZ';

test('made-up ITCH, its recording and the recording of that recording say the same', async () => {
  await marketdata('generate', at('day.itch'), '--messages', '30000', '--symbols', '5', '--seed', '7');
  const source = await json('inspect', at('day.itch'));
  const types = typesOf(readFileSync(at('day.itch')));
  expect(Object.values(types).reduce((sum, count) => sum + count)).toBe(30_000);
  expect(types).toMatchObject({ S: 2, R: 5, H: 5 });
  expect(source).toMatchObject({ kind: 'itch', problem: null, messages: { count: 30_000 } });
  expect(source.kinds).toEqual({ halt: 5, add: types.A, remove: types.D, execute: types.E });
  const recorded = await json('record', at('day.naut'), '--from', at('day.itch'), '--symbols', 'S0,S1,S2,S3,S4');
  await json('record', at('again.naut'), '--from', at('day.naut'), '--symbols', 'S0,S1,S2,S3,S4');
  expect(recorded).toMatchObject({ events: source.events, hash: source.hash });
  for (const name of ['day.naut', 'again.naut']) {
    const { events, startNs, endNs, longestGap, kinds, hash } = await json('inspect', at(name));
    expect({ events, startNs, endNs, longestGap, kinds, hash }).toEqual({
      events: source.events,
      startNs: source.startNs,
      endNs: source.endNs,
      longestGap: source.longestGap,
      kinds: source.kinds,
      hash: source.hash,
    });
  }
  expect((await json('inspect', at('day.naut'), '--symbols', 'S3')).symbols).toEqual(
    source.symbols.filter(({ symbol }: { symbol: string }) => symbol === 'S3'),
  );
});

test('the same seed gives the same bytes, another one others', async () => {
  const made = async (name: string, seed: string, format: string) => {
    await marketdata('generate', at(name), '--messages', '5000', '--seed', seed, '--format', format);
    return readFileSync(at(name));
  };
  for (const format of ['itch', 'recording']) {
    const first = await made('a', '3', format);
    expect((await made('b', '3', format)).equals(first)).toBe(true);
    expect((await made('c', '4', format)).equals(first)).toBe(false);
  }
  expect(await json('inspect', at('a'))).toMatchObject({ kind: 'recording', events: 5000, problem: null });
});

test('every kind of order message comes through a recording, plain and gzip', async () => {
  const { bytes } = flow(11, 4000);
  writeFileSync(at('all.itch'), bytes);
  writeFileSync(at('all.itch.gz'), gzipSync(bytes));
  const source = await json('inspect', at('all.itch'));
  const named = Object.entries(source.messages.types).map(([name, count]) => [name[0], count]);
  expect(Object.fromEntries(named)).toEqual(typesOf(bytes));
  expect((await json('inspect', at('all.itch.gz'))).hash).toBe(source.hash);
  const recorded = await json('record', at('all.naut'), '--from', at('all.itch.gz'), '--symbols', symbols);
  expect(recorded.hash).toBe(source.hash);
  expect((await json('inspect', at('all.naut'))).hash).toBe(source.hash);
});

test('without a file the feeds of the profile are recorded; a LOBSTER file by itself gives the same', async () => {
  const ofProfile = await json('record', at('sample.naut'));
  await json('record', at('file.naut'), '--from', sampleMessages, '--symbols', 'AAPL');
  expect(readFileSync(at('file.naut')).equals(readFileSync(at('sample.naut')))).toBe(true);
  // 40,000 messages of the file and 49 orders that it does not show as new.
  expect(ofProfile).toMatchObject({ events: 40_049, feeds: [{ kind: 'lobster', skipped: 0 }] });
  const { text } = await marketdata('inspect', at('sample.naut'));
  expect(text).toMatch(/^venues +XSIM$/m);
  expect(text).toMatch(/^AAPL +40,049 +3,110 +271,032$/m);
});

test('trades and quotes of CSV are told apart by their columns', async () => {
  writeFileSync(at('trades.csv'), 'time,symbol,price,size\n34200,AAPL,100.00,5\n34201,AAPL,100.01,6\n');
  writeFileSync(at('quotes.csv'), 'time,symbol,bid,bidSize,ask,askSize\n34200,AAPL,100.00,5,100.02,6\n');
  expect(await json('record', at('t.naut'), '--from', at('trades.csv'))).toMatchObject({ events: 2 });
  expect(await json('record', at('q.naut'), '--from', at('quotes.csv'))).toMatchObject({ events: 2 });
  expect((await json('inspect', at('t.naut'))).kinds).toEqual({ executeHidden: 2 });
  expect((await json('inspect', at('q.naut'))).kinds).toEqual({ add: 2 });
});

test('packets of which one is missing: their messages come from the retransmission, or the recording is refused', async () => {
  const { bytes } = flow(12, 1000);
  writeFileSync(at('whole.itch'), bytes);
  const packets = packetsOf(messagesOf(bytes), new Random(5));
  const lost = packets[40]!.messages.length;
  const again = packets[50]!;
  writeFileSync(
    at('lost.pcap'),
    pcap([...packets.slice(0, 40), ...packets.slice(41, 52), again, ...packets.slice(52)]),
  );
  const whole = await json('inspect', at('whole.itch'));
  const repaired = ['--retransmission', at('whole.itch')];
  const found = await json('inspect', at('lost.pcap'), ...repaired);
  expect(found).toMatchObject({ kind: 'capture', problem: null, events: whole.events });
  expect(found.messages.counts).toMatchObject({ gaps: 1, recovered: lost, duplicates: again.messages.length });
  expect(found.kinds).toEqual(whole.kinds);
  const from = ['record', at('lost.naut'), '--from', at('lost.pcap'), '--symbols', symbols];
  expect(await json(...from, ...repaired)).toMatchObject({ hash: found.hash });
  rmSync(at('lost.naut'));
  expect(await refusal(...from)).toContain('NAUT_FEED_MESSAGES_LOST');
  expect(readdirSync(folder).filter((name) => name.startsWith('lost.naut'))).toEqual([]);
});

test('an ITCH file that is torn or damaged is read up to there, and says where', async () => {
  const { bytes } = flow(13, 2000);
  writeFileSync(at('torn.itch'), bytes.subarray(0, bytes.length - 7));
  const torn = await marketdata('inspect', at('torn.itch'));
  expect(torn.exit).toBe(2);
  expect(torn.told).toMatch(/^NAUT_FEED_MESSAGE_TORN {2}.*torn\.itch ends within the message at byte \d+$/m);
  const damaged = Buffer.from(bytes);
  let from = 0;
  for (let index = 0; index < 1000; index++) from += 2 + damaged.readUInt16BE(from);
  damaged[from + 2] = 'z'.charCodeAt(0);
  writeFileSync(at('damaged.itch'), damaged);
  const problem = { code: 'NAUT_FEED_MESSAGE_MALFORMED', message: expect.stringContaining(`at byte ${from + 2}`) };
  expect(await json('inspect', at('damaged.itch'))).toMatchObject({ problem, messages: { count: 1001 } });
  const recorded = ['record', at('damaged.naut'), '--from', at('damaged.itch'), '--symbols', symbols];
  expect(await refusal(...recorded)).toContain('NAUT_FEED_MESSAGE_MALFORMED');
  expect(existsSync(at('damaged.naut'))).toBe(false);
  const { feeds } = await json(...recorded, '--skip');
  expect(feeds[0].skipped).toBeGreaterThan(0);
});

test('a recording with a changed byte or a torn end is told, with exit code 2', async () => {
  await marketdata('generate', at('r.naut'), '--format', 'recording', '--messages', '20000');
  const bytes = readFileSync(at('r.naut'));
  const { blocks } = new RecordingReader(at('r.naut'));
  writeFileSync(at('cut.naut'), bytes.subarray(0, blocks[2]!.offset + 50));
  const cut = await marketdata('inspect', at('cut.naut'), '--json');
  expect(cut.exit).toBe(2);
  expect(JSON.parse(cut.text)).toMatchObject({ events: 2 * 8192, problem: null, recording: { tornBytes: 50 } });
  bytes[blocks[1]!.offset + 300]! ^= 1;
  writeFileSync(at('bad.naut'), bytes);
  const bad = await marketdata('inspect', at('bad.naut'), '--json');
  expect(bad.exit).toBe(2);
  expect(JSON.parse(bad.text)).toMatchObject({
    events: 8192,
    problem: { code: 'NAUT_FEED_RECORDING_CORRUPT', message: expect.stringContaining(`byte ${blocks[1]!.offset}`) },
  });
});

test.each<[string, string[], string]>([
  ['a file that is nothing known', ['inspect', __filename], 'NAUT_FEED_FILE_UNKNOWN'],
  ['no file', ['inspect', '/nowhere/x'], 'NAUT_FEED_FILE_UNREADABLE'],
  ['a LOBSTER file to inspect', ['inspect', sampleMessages], 'record it first'],
  ['a LOBSTER file without its stock', ['record', 'x', '--from', sampleMessages, '--symbols', 'A,B'], 'one symbol'],
  ['an unknown venue', ['record', 'x', '--from', sampleMessages, '--venue', 'NONE'], 'NAUT_VENUE_UNKNOWN'],
  ['an unknown profile', ['record', 'x', '--profile', 'none'], 'NAUT_PROFILE'],
  ['a place that cannot be written', ['record', '/nowhere/x'], 'NAUT_FEED_RECORDING_UNWRITABLE'],
  ['a place for ITCH that cannot be written', ['generate', '/nowhere/x'], 'NAUT_FEED_RECORDING_UNWRITABLE'],
])('%s is refused', async (_, args, said) => {
  expect(await refusal(...args)).toContain(said);
});

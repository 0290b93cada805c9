import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  type LobsterError,
  LobsterReader,
  type LobsterSession,
  loadLobster,
} from '../../../engines/marketdata/lobster';
import { sampleLines } from './sample';

const bytes = (text: string) => Buffer.from(text, 'latin1');

function read(text: string, skipBadLines = false): LobsterSession {
  const reader = new LobsterReader('day.csv', skipBadLines);
  reader.push(bytes(text));
  return reader.finish();
}

function refusal(text: string): LobsterError {
  try {
    read(text);
  } catch (error) {
    return error as LobsterError;
  }
  throw new Error(`nothing was wrong with ${JSON.stringify(text)}`);
}

/** The events as the obvious parser sees them; its times are decimal strings of nanoseconds. */
function obvious(line: string) {
  const [time, type, orderId, size, price, direction] = line.split(',') as [string, ...string[]];
  const [seconds, fraction = ''] = time.split('.') as [string, string?];
  const exact = BigInt(seconds) * 10n ** 15n + BigInt(fraction.padEnd(15, '0'));
  return {
    timeNs: Number((exact + 5n * 10n ** 5n) / 10n ** 6n),
    type: Number(type),
    orderId: Number(orderId),
    size: Number(size),
    price: Number(price),
    side: direction === '1' ? 0 : 1,
  };
}

const eventsOf = ({ events }: LobsterSession) =>
  Array.from({ length: events.count }, (_, i) => ({
    timeNs: events.timeNs[i],
    type: events.type[i],
    orderId: events.orderId[i],
    size: events.size[i],
    price: events.price[i],
    side: events.side[i],
  }));

const sample = sampleLines('AAPL_2012-06-21_message_50_first40000.csv.gz');

test('the sample is read as split and Number read it', () => {
  expect(eventsOf(read(sample.join('\n')))).toEqual(sample.map(obvious));
});

test('it does not matter how the bytes are cut into pieces', () => {
  const text = bytes(`${sample.slice(0, 40).join('\r\n')}\r\n`);
  const expected = eventsOf(read(text.toString('latin1')));
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 30 }), (cuts) => {
      const reader = new LobsterReader('day.csv');
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      for (let i = 1; i < places.length; i++) reader.push(text.subarray(places[i - 1], places[i]));
      expect(eventsOf(reader.finish())).toEqual(expected);
    }),
  );
});

const good = '34200.5,1,11,100,5850000,1';

test.each([
  ['a letter in the time', '3420O.5,1,11,100,5850000,1', 1, 'time', '3420O.5'],
  ['a negative time', '-1,1,11,100,5850000,1', 1, 'time', '-1'],
  ['an unknown type', '34200.5,9,11,100,5850000,1', 9, 'type', '9'],
  ['order id 0 of a new order', '34200.5,1,0,100,5850000,1', 11, 'order id', '0'],
  ['an order id past 32 bits', '34200.5,1,2147483648,100,5850000,1', 11, 'order id', '2147483648'],
  ['size 0', '34200.5,1,11,0,5850000,1', 14, 'size', '0'],
  ['a negative price', '34200.5,1,11,100,-5,1', 18, 'price', '-5'],
  ['a decimal price', '34200.5,1,11,100,585.00,1', 18, 'price', '585.00'],
  ['direction 0', '34200.5,1,11,100,5850000,0', 26, 'direction', '0'],
  ['five fields', '34200.5,1,11,100,5850000', 1, 'line', '34200.5,1,11,100,5850000'],
  ['seven fields', `${good},7`, 1, 'line', `${good},7`],
  ['a blank line', '', 1, 'line', ''],
  ['text after the direction', `${good}x`, 26, 'direction', '1x'],
])('%s is refused where it stands', (_, line, column, field, value) => {
  const error = refusal(`34200,1,10,5,5850000,1\n${line}\n${good}\n`);
  expect(error.code).toBe('NAUT_FEED_LINE_MALFORMED');
  expect(error.message).toBe(`day.csv:2:${column}: ${field} is "${value}"`);
  expect(error.allowed).not.toBe('');
  expect(error.fix).toContain('--skip-bad-lines');
});

test.each([
  ['time goes back', '34200,1,10,5,5850000,1', 1, 'time'],
  ['an id is new twice', good, 11, 'order id'],
  ['more is taken than was left', '34201,4,11,101,5850000,1', 12, 'size'],
  ['a deletion leaves something', '34201,3,11,99,5850000,1', 12, 'size'],
  ['an order trades at a price that is not its own', '34201,4,11,10,5850100,1', 15, 'price'],
  ['an order changes sides', '34201,4,11,10,5850000,-1', 23, 'direction'],
])('a line that contradicts what the file said before is refused: %s', (_, line, column, field) => {
  const error = refusal(`${good}\n${line}\n`);
  expect(error.message).toMatch(new RegExp(`^day\\.csv:2:${column}: ${field} is `));
});

test('bad lines are left out, counted and listed when asked for', () => {
  const session = read(`${good}\nnonsense\n34201,4,11,60,5850000,1\n34202,1,1x,100,5850000,1\n`, true);
  expect(session.events.count).toBe(2);
  expect(session.skipped).toBe(2);
  expect(session.badLines.map(({ line, column, value }) => [line, column, value])).toEqual([
    [2, 1, 'nonsense'],
    [4, 9, '1x'],
  ]);
});

test('an order that is taken from but never new has rested unseen, with all that the file takes off it', () => {
  const session = read('34200,1,20,100,5850000,1\n34201,4,5,30,5850100,-1\n34202,3,5,70,5850100,-1\n');
  expect(session.unseen).toEqual([{ id: 5, side: 1, price: 5850100, quantity: 100, before: 0 }]);
});

test('an unseen order with a later id was entered when ids had come so far', () => {
  const session = read(
    '34200,1,20,100,5850000,1\n34201,1,40,1,5850000,1\n34202,1,50,1,5850000,1\n34203,3,45,7,5840000,1\n',
  );
  expect(session.unseen).toEqual([{ id: 45, side: 0, price: 5840000, quantity: 7, before: 2 }]);
});

describe('a file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lobster-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: Uint8Array) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };

  test('may be compressed, whatever its name', async () => {
    const plain = bytes(sample.slice(0, 1000).join('\n'));
    const sessions = await Promise.all(
      [write('a.csv', plain), write('b', gzipSync(plain))].map((file) => loadLobster(file)),
    );
    expect(eventsOf(sessions[1]!)).toEqual(eventsOf(sessions[0]!));
  });

  test('that does not exist, ends early or is empty is told apart', async () => {
    const whole = gzipSync(bytes(sample.slice(0, 1000).join('\n')));
    await expect(loadLobster(path.join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'NAUT_FEED_FILE_UNREADABLE',
    });
    await expect(loadLobster(folder)).rejects.toMatchObject({ code: 'NAUT_FEED_FILE_UNREADABLE' });
    await expect(loadLobster(write('half.gz', whole.subarray(0, whole.length / 2)))).rejects.toMatchObject({
      code: 'NAUT_FEED_FILE_DAMAGED',
    });
    await expect(loadLobster(write('empty.csv', bytes('')))).rejects.toMatchObject({ code: 'NAUT_FEED_FILE_EMPTY' });
  });
});

/**
 * The session level against a counterparty over a real socket that does what its script says. The expectations are those of FIX 4.4, volume 2,
 * and of the "FIX Session-level Test Cases and Expected Behaviors" (scenario numbers in brackets).
 */
import { Acceptor, type FixMessage, FixSession, MessageStore, MsgType, Tag } from '@nautilus/core/fix';
import { inMemory, useJournals } from '../journal/scratch';
import { Counterparty, frame, get, utc } from './counterparty';

// Before its journal is closed.
afterEach(() => acceptor.stop());
const journals = useJournals(inMemory);
let acceptor: Acceptor;
let session: FixSession;
let store: MessageStore;
let heard: FixMessage[];
let log: string[];
let now: number;

async function start(): Promise<void> {
  heard = [];
  log = [];
  now = 0;
  store = new MessageStore(journals.open('fix'));
  session = new FixSession(
    { senderCompId: 'DESK', targetCompId: 'CLIENT', initiator: false, heartbeatSeconds: 30 },
    store,
    {
      loggedOn: () => void log.push('loggedOn'),
      loggedOff: (reason) => void log.push(`loggedOff: ${reason}`),
      message: (message) => void heard.push(message),
      log: (what) => void log.push(what),
    },
    () => Date.now() + now,
  );
  acceptor = new Acceptor({ host: '127.0.0.1', port: 0, sessions: [session], log: (what) => void log.push(what) });
  await acceptor.start();
}

/** A counterparty that has logged on. */
async function loggedOn(body?: string): Promise<Counterparty> {
  const client = await Counterparty.connect(acceptor.port);
  client.logon(body);
  expect(await client.hear()).toMatch(/^35=A\|34=\d+\|98=0\|108=30/);
  return client;
}

const order = (id: string) => `11=${id}|55=AAPL|54=1|38=100|40=2|44=585.33|60=${utc()}|`;
const report = (id: string) =>
  [
    [Tag.OrderID, '1'],
    [Tag.ExecID, id],
    [Tag.ExecType, '0'],
    [Tag.OrdStatus, '0'],
    [Tag.Symbol, 'AAPL'],
    [Tag.Side, '1'],
    [Tag.LeavesQty, 100],
    [Tag.CumQty, 0],
    [Tag.AvgPx, 0],
  ] as const;
const ids = () => heard.map((message) => message.get(Tag.ClOrdID));

beforeEach(start);

describe('logon', () => {
  test('is answered with the heartbeat interval that was asked for [1S a]', async () => {
    const client = await Counterparty.connect(acceptor.port);
    client.logon('98=0|108=7|');
    expect(await client.hear()).toBe('35=A|34=1|98=0|108=7');
    client.end();
  });

  test('with anything else first ends without an answer [1S c]', async () => {
    const client = await Counterparty.connect(acceptor.port);
    client.send('0');
    expect(await client.hearAll()).toEqual([]);
    expect(log).toContain('connection refused');
  });

  test('under names that nobody has ends without an answer', async () => {
    const client = await Counterparty.connect(acceptor.port, 'SOMEBODY');
    client.logon();
    expect(await client.hearAll()).toEqual([]);
  });

  test('of a session that is there already is refused, and the first connection goes on', async () => {
    const client = await loggedOn();
    const second = await Counterparty.connect(acceptor.port);
    second.logon(undefined, { sequence: 2 });
    expect(await second.hearAll()).toEqual([]);
    client.send('1', '112=still there|');
    expect(await client.hear()).toBe('35=0|34=2|112=still there');
    client.end();
  });

  test('with a number that is too low ends with the reason [2 d]', async () => {
    const client = await loggedOn();
    client.send('D', order('a'));
    client.send('1', '112=x|');
    await client.hear();
    client.end();
    const again = await Counterparty.connect(acceptor.port);
    again.logon(undefined, { sequence: 1 });
    expect(await again.hear()).toBe('35=5|34=3|58=MsgSeqNum too low, expecting 4 but received 1');
    expect(await again.hear()).toBe('closed');
  });

  test('with a number that is too high is answered, and what is missing is asked for [1S b]', async () => {
    const client = await Counterparty.connect(acceptor.port);
    client.logon(undefined, { sequence: 4 });
    expect(await client.hear()).toMatch(/^35=A\|34=1/);
    expect(await client.hear()).toBe('35=2|34=2|7=1|16=0');
    client.end();
  });

  test('with ResetSeqNumFlag begins both numbers at 1', async () => {
    const client = await loggedOn();
    client.send('D', order('a'));
    client.send('5');
    await client.hearAll();
    const again = await Counterparty.connect(acceptor.port);
    again.logon('98=0|108=30|141=Y|', { sequence: 1 });
    expect(await again.hear()).toBe('35=A|34=1|98=0|108=30|141=Y');
    again.next = 2;
    again.send('D', order('b'));
    again.send('1', '112=x|');
    expect(await again.hear()).toBe('35=0|34=2|112=x');
    expect(ids()).toEqual(['a', 'b']);
    again.end();
  });

  test.each([
    ['encryption', '98=1|108=30|', 'EncryptMethod must be 0'],
    ['a negative interval', '98=0|108=-1|', 'HeartBtInt must be 0 or more seconds'],
    ['no interval', '98=0|', 'Logon needs HeartBtInt (108)'],
  ])('with %s ends with the reason', async (_, body, text) => {
    const client = await Counterparty.connect(acceptor.port);
    client.logon(body);
    const all = await client.hearAll();
    expect(get(all.at(-1) ?? '', 58)).toBe(text);
    expect(get(all.at(-1) ?? '', 35)).toBe('5');
    expect(session.loggedOn).toBe(false);
  });
});

describe('numbers', () => {
  test('a gap is asked for once, and its messages take effect in their order [2 b]', async () => {
    const client = await loggedOn();
    client.send('D', order('c'), { sequence: 4 });
    client.send('D', order('d'), { sequence: 5 });
    expect(await client.hear()).toBe('35=2|34=2|7=2|16=0');
    const dup = `43=Y|122=${utc()}|`;
    for (const [sequence, id] of [
      [2, 'a'],
      [3, 'b'],
      [4, 'c'],
      [5, 'd'],
    ] as const)
      client.send('D', order(id), { sequence, header: dup });
    client.next = 6;
    client.send('1', '112=x|');
    expect(await client.hear()).toBe('35=0|34=3|112=x');
    expect(ids()).toEqual(['a', 'b', 'c', 'd']);
    client.end();
  });

  test('a gap may be filled without its messages [10 a, b]', async () => {
    const client = await loggedOn();
    client.send('D', order('late'), { sequence: 9 });
    expect(await client.hear()).toBe('35=2|34=2|7=2|16=0');
    client.send('4', '123=Y|36=9|', { sequence: 2, header: `43=Y|122=${utc()}|` });
    client.send('D', order('late'), { sequence: 9, header: `43=Y|122=${utc()}|` });
    client.next = 10;
    client.send('1', '112=x|');
    expect(await client.hear()).toBe('35=0|34=3|112=x');
    expect(ids()).toEqual(['late']);
    client.end();
  });

  test('a number that is too low ends the session [2 c]', async () => {
    const client = await loggedOn();
    client.send('D', order('a'), { sequence: 1 });
    expect(await client.hear()).toBe('35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1');
    expect(await client.hear()).toBe('closed');
    expect(heard).toEqual([]);
  });

  test('a message that comes again with PossDupFlag has no effect [2 e, f]', async () => {
    const client = await loggedOn();
    client.send('D', order('a'));
    client.send('D', order('a'), { sequence: 2, header: `43=Y|122=${utc()}|` });
    client.send('1', '112=x|');
    expect(await client.hear()).toBe('35=0|34=2|112=x');
    expect(ids()).toEqual(['a']);
    client.end();
  });

  test('PossDupFlag without OrigSendingTime is rejected [2 g]', async () => {
    const client = await loggedOn();
    client.send('D', order('a'));
    client.send('D', order('a'), { sequence: 2, header: '43=Y|' });
    expect(await client.hear()).toBe('35=3|34=2|45=2|371=122|372=D|373=1|58=PossDupFlag needs OrigSendingTime');
    client.end();
  });

  test('a message without a number ends the session', async () => {
    const client = await loggedOn();
    client.raw(frame(`35=0|49=CLIENT|56=DESK|52=${utc()}|`));
    expect(await client.hear()).toBe('35=5|34=2|58=MsgSeqNum is missing');
    expect(await client.hear()).toBe('closed');
  });

  test('SequenceReset gives up messages, forward only [11 a, c]', async () => {
    const client = await loggedOn();
    client.send('4', '36=20|', { sequence: 7 });
    client.send('4', '36=5|', { sequence: 20 });
    expect(await client.hear()).toBe('35=3|34=2|45=20|371=36|372=4|373=5|58=NewSeqNo 5 is below the expected 20');
    client.send('D', order('a'), { sequence: 20 });
    client.send('1', '112=x|', { sequence: 21 });
    expect(await client.hear()).toBe('35=0|34=3|112=x');
    expect(ids()).toEqual(['a']);
    client.end();
  });

  test('a gap fill that does not go forward is rejected [10 e]', async () => {
    const client = await loggedOn();
    client.send('4', '123=Y|36=2|', { sequence: 2 });
    expect(await client.hear()).toBe('35=3|34=2|45=2|371=36|372=4|373=5|58=NewSeqNo 2 is not past this message');
    client.end();
  });
});

describe('resend', () => {
  test('application messages come again as they were, a gap fill in place of the others [8]', async () => {
    const client = await loggedOn();
    session.send(MsgType.ExecutionReport, report('e1'));
    client.send('1', '112=x|');
    session.send(MsgType.ExecutionReport, report('e2'));
    const first = [await client.hear(), await client.hear(), await client.hear()];
    const [e1, e2] = ['e1', 'e2'].map((id) => first.find((message) => get(message, 17) === id) as string);
    client.send('2', '7=1|16=0|');
    const again = (message: string | undefined) => message?.replace(/^35=8\|34=(\d+)/, '35=8|34=$1|43=Y');
    const sent = [await client.hear(), await client.hear(), await client.hear(), await client.hear()];
    expect(sent.filter((message) => get(message, 35) === '8')).toEqual([again(e1), again(e2)]);
    const numbers = sent.map((message) => [get(message, 35), get(message, 34), get(message, 36)]);
    expect(numbers[0]).toEqual(['4', '1', '2']);
    expect(sent.every((message) => get(message, 43) === 'Y')).toBe(true);
    expect(sent.map((message) => Number(get(message, 34)))).toEqual([1, 2, 3, 4]);
    client.end();
  });

  test('what was sent while nobody was there is asked for by who missed it', async () => {
    const client = await loggedOn();
    client.send('5');
    await client.hearAll();
    for (let n = 1; n <= 1500; n++) session.send(MsgType.ExecutionReport, report(`e${n}`));
    const again = await Counterparty.connect(acceptor.port);
    again.logon(undefined, { sequence: 3 });
    const answer = await again.hear();
    expect(Number(get(answer, 34))).toBe(1503);
    again.next = 4;
    again.send('2', '7=3|16=0|');
    const ids: (string | undefined)[] = [];
    for (let n = 1; n <= 1500; n++) ids.push(get(await again.hear(), 17));
    expect(ids).toEqual(Array.from({ length: 1500 }, (_, n) => `e${n + 1}`));
    expect(await again.hear()).toBe('35=4|34=1503|43=Y|123=Y|36=1504');
    again.end();
  });

  test('an impossible range is rejected', async () => {
    const client = await loggedOn();
    client.send('2', '7=5|16=3|');
    expect(await client.hear()).toBe('35=3|34=2|45=2|371=7|372=2|373=5|58=5 to 3 is no range');
    client.end();
  });

  test('two sides that miss something do not wait for each other', async () => {
    const client = await loggedOn();
    session.send(MsgType.ExecutionReport, report('e1'));
    await client.hear();
    client.send('2', '7=2|16=0|', { sequence: 5 });
    expect(await client.hear()).toMatch(/^35=8\|34=2\|43=Y/);
    expect(await client.hear()).toBe('35=2|34=3|7=2|16=0');
    client.end();
  });
});

describe('garbled bytes are passed over without a number [3]', () => {
  test.each([
    ['a wrong checksum', (body: string) => frame(body, { sum: '000' })],
    ['a BodyLength that is too small', (body: string) => frame(body, { length: -3 })],
    ['a BodyLength that is too large', (body: string) => frame(body, { length: 3 })],
    ['a BodyLength of a gigabyte', (body: string) => frame(body, { length: 1e9 })],
    ['no BodyLength', (body: string) => `8=FIX.4.4\x01${body.replaceAll('|', '\x01')}10=000\x01`],
    ['MsgType in another place', (body: string) => frame(body.replace('35=D|49=CLIENT|', '49=CLIENT|35=D|'))],
    ['noise', () => 'GET / HTTP/1.1\r\n\r\n8=FI8=FIX'],
  ])('%s', async (_, garble) => {
    const client = await loggedOn();
    client.raw(garble(`35=D|49=CLIENT|56=DESK|34=2|52=${utc()}|${order('garbled')}`));
    client.send('D', order('sound'));
    client.send('1', '112=x|');
    expect(await client.hear()).toBe('35=0|34=2|112=x');
    expect(ids()).toEqual(['sound']);
    expect(log).toContain('garbled bytes');
    client.end();
  });

  test('a message may come byte by byte', async () => {
    const client = await loggedOn();
    const bytes = frame(`35=D|49=CLIENT|56=DESK|34=2|52=${utc()}|${order('slow')}`);
    for (const byte of bytes) {
      client.raw(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    client.next = 3;
    client.send('1', '112=x|');
    expect(await client.hear()).toBe('35=0|34=2|112=x');
    expect(ids()).toEqual(['slow']);
    client.end();
  });
});

describe('a sound frame with a wrong content is rejected, takes its number, and the session goes on [14]', () => {
  test.each([
    ['a field that is missing', 'D', order('a').replace('40=2|', ''), '371=40|372=D|373=1'],
    ['a field without a value', 'D', order('a').replace('40=2', '40='), '371=40|372=D|373=4'],
    ['a field twice', 'D', `${order('a')}54=2|`, '371=54|372=D|373=13'],
    ['a field that is not supported', 'D', `${order('a')}110=50|`, '371=110|372=D|373=2'],
    ['a quantity that is no number', 'D', order('a').replace('38=100', '38=many'), '371=38|372=D|373=6'],
    ['a time that is none', 'D', order('a').replace(/60=[^|]+/, '60=20260199-00:00:00'), '371=60|372=D|373=6'],
    ['a tag that is no number', 'D', `${order('a')}abc=1|`, '372=D|373=0'],
    ['tag 0', 'D', `${order('a')}0=1|`, '372=D|373=0'],
    ['a message type that is none', '$$$', '', '371=35|372=$$$|373=11'],
    [
      'a group of another length',
      'E',
      `66=l|394=3|68=2|73=3|${['a', 'b'].map((id) => `11=${id}|67=1|55=AAPL|54=1|38=1|40=1|60=${utc()}|`).join('')}`,
      '371=73|372=E|373=16',
    ],
  ])('%s', async (_, type, body, expected) => {
    const client = await loggedOn();
    client.send(type, body);
    expect(await client.hear()).toMatch(
      new RegExp(`^35=3\\|34=2\\|45=2\\|${expected.replaceAll('$', '\\$').replaceAll('|', '\\|')}\\|58=`),
    );
    client.send('D', order('after'));
    client.send('1', '112=x|');
    expect(await client.hear()).toBe('35=0|34=3|112=x');
    expect(ids()).toEqual(['after']);
    client.end();
  });

  test('a message type that is not supported gets a BusinessMessageReject [14 k]', async () => {
    const client = await loggedOn();
    client.send('V', '262=x|');
    expect(await client.hear()).toBe('35=j|34=2|45=2|372=V|380=3|58=V is not supported');
    client.end();
  });

  test("fields of the counterparty's own are left alone", async () => {
    const client = await loggedOn();
    client.send('D', `${order('a')}5001=anything|9999=x|`);
    client.send('1', '112=x|');
    expect(await client.hear()).toBe('35=0|34=2|112=x');
    expect(ids()).toEqual(['a']);
    client.end();
  });

  test('data may hold any byte', async () => {
    const client = await Counterparty.connect(acceptor.port);
    client.logon('98=0|108=30|95=5|96=a|b=c|');
    expect(await client.hear()).toBe('35=A|34=1|98=0|108=30');
    client.end();
  });

  test.each([
    ['another BeginString', { begin: 'FIX.4.2' }, 'CLIENT', 0, ['BeginString is FIX.4.2, spoken is FIX.4.4']],
    [
      'another CompID',
      {},
      'OTHER',
      0,
      ['these are not the CompIDs of this session', 'these are not the CompIDs of this session'],
    ],
    [
      'a time that is far off',
      {},
      'CLIENT',
      -150_000,
      ['SendingTime is 150 s from the time here', 'SendingTime is 150 s from the time here'],
    ],
  ])('%s ends the session with the reason [2 i, k, o]', async (_, options, sender, off, texts) => {
    const client = await loggedOn();
    client.raw(frame(`35=0|49=${sender}|56=DESK|34=2|52=${utc(Date.now() + off)}|`, options));
    const all = await client.hearAll();
    expect(all.map((message) => get(message, 58))).toEqual(texts);
    expect(get(all.at(-1) ?? '', 35)).toBe('5');
  });
});

describe('time', () => {
  test('nothing sent for the interval: a heartbeat [4 a]', async () => {
    const client = await loggedOn();
    now += 30_000;
    expect(await client.hear()).toBe('35=0|34=2');
    client.end();
  });

  test('nothing heard for longer: a TestRequest, then the end [6]', async () => {
    const client = await loggedOn();
    now += 37_000;
    expect(await client.hear()).toMatch(/^35=1\|34=2\|112=/);
    now += 37_000;
    expect(await client.hear()).toBe('closed');
    expect(log).toContain('loggedOff: a TestRequest was not answered');
  });

  test('an answered TestRequest keeps the session', async () => {
    const client = await loggedOn();
    now += 37_000;
    const test = await client.hear();
    client.send('0', `112=${get(test, 112)}|`, { time: utc(Date.now() + now) });
    client.send('1', '112=x|', { time: utc(Date.now() + now) });
    expect(await client.hear()).toBe('35=0|34=3|112=x');
    client.end();
  });

  test('a Logout is answered, then the connection ends [13 b]', async () => {
    const client = await loggedOn();
    client.send('5', '58=good night|');
    expect(await client.hear()).toBe('35=5|34=2');
    expect(await client.hear()).toBe('closed');
    expect(log).toContain('loggedOff: the counterparty logged out: good night');
  });
});

test('a counterparty that does not read is disconnected, and gets all of it when it reads again', async () => {
  const client = await loggedOn();
  client.pause();
  const padding = 'x'.repeat(1000);
  let count = 0;
  while (session.loggedOn) {
    for (let n = 0; n < 500; n++)
      session.send(MsgType.ExecutionReport, [...report(`e${++count}`), [Tag.Text, padding]]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(log.some((line) => line.includes('that does not read'))).toBe(true);
  client.end();
  const again = await Counterparty.connect(acceptor.port);
  again.logon(undefined, { sequence: 2 });
  await again.hear();
  again.next = 3;
  again.send('2', '7=2|16=0|');
  for (let n = 1; n <= count; n++) expect(get(await again.hear(), 17)).toBe(`e${n}`);
  again.end();
});

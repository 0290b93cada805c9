/** The side that connects: it is caught up once everything that either side had missed has come, in whatever order it was asked for. */
import { FixSession, MessageStore } from '@nautilus/core/fix';
import { parse } from '../../../engines/core/fix/message';
import { eventually } from '../../support/eventually';
import { inMemory, useJournals } from '../journal/scratch';
import { frame, utc } from './counterparty';

const journals = useJournals(inMemory);
let session: FixSession;
let written: string[];
let caughtUp: number;
let ended: string[];

beforeEach(() => {
  written = [];
  ended = [];
  caughtUp = 0;
  session = new FixSession(
    { senderCompId: 'DESK', targetCompId: 'VENUE', initiator: true, heartbeatSeconds: 30 },
    new MessageStore(journals.open('fix')),
    {
      loggedOn: () => undefined,
      caughtUp: () => void caughtUp++,
      loggedOff: () => undefined,
      message: () => undefined,
      log: (what, details) => void (what === 'disconnected' && ended.push((details as { reason: string }).reason)),
    },
  );
  session.connect({ backlog: 0, write: (bytes) => void written.push(spelled(bytes)), close: () => undefined });
});

/** Type, number and body. */
const spelled = (bytes: Buffer): string => {
  const text = bytes.toString('latin1').replaceAll('\x01', '|');
  const [, type, number, body] = /\|35=(.)\|.*\|34=(\d+)\|52=[^|]*\|(?:43=Y\|122=[^|]*\|)?(.*)10=/.exec(text) ?? [];
  return `${type} ${number} ${body}`;
};

const says = (type: string, sequence: number, body: string) =>
  session.receive(parse(frame(`35=${type}|49=VENUE|56=DESK|34=${sequence}|52=${utc()}|${body}`).toString('latin1')));

/** Waits for the disk, which every message must have reached. */
const hears = (...messages: string[]) =>
  eventually(`${messages} were written: ${written}`, async () =>
    messages.every((message) => written.includes(message)) ? true : undefined,
  );

const logon = '98=0|108=30|';
const question = '112=caught up|';

test('it is caught up when its question at the Logon is answered, once', async () => {
  says('A', 1, logon);
  await hears(`A 1 ${logon}`, `1 2 ${question}`);
  expect(caughtUp).toBe(0);
  says('0', 2, question);
  says('0', 3, question);
  expect(caughtUp).toBe(1);
});

test('a counterparty that missed something did not hear the question: it is asked again behind what is sent again', async () => {
  says('A', 1, logon);
  await hears(`1 2 ${question}`);
  says('2', 2, '7=1|16=0|');
  await hears('4 1 123=Y|36=3|', `1 3 ${question}`);
  says('0', 3, question);
  expect(caughtUp).toBe(1);
});

test('an answer that came before what is missing is not sent again: it is asked for again once nothing is missing', async () => {
  says('A', 5, logon);
  await hears(`1 2 ${question}`, '2 3 7=1|16=0|');
  says('0', 6, question);
  expect(caughtUp).toBe(0);
  says('4', 1, '43=Y|122=20260101-00:00:00|123=Y|36=7|');
  await hears(`1 4 ${question}`);
  expect(caughtUp).toBe(0);
  says('0', 7, question);
  expect(caughtUp).toBe(1);
});

test('a Logout in place of a Logon says why', () => {
  says('5', 1, '58=MsgSeqNum too low, expecting 9 but received 1|');
  expect(ended).toEqual(['the counterparty logged out: MsgSeqNum too low, expecting 9 but received 1']);
});

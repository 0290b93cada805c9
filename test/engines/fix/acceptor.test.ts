/** Orders over FIX into a real order system, whose surroundings the test plays; the counterparty is a raw socket. */
import { CommandKind, Rejection, ReportKind } from '@nautilus/core/domain';
import { freePort } from '../../support/free-port';
import { Counterparty, get, utc } from '../../unit/fix/counterparty';

import { Platform } from '../oms/platform';

jest.setTimeout(60_000);

let platform: Platform;
let port: number;
let client: Counterparty;

const terms = (id: string, more = '') => `11=${id}|55=AAPL|54=1|38=100|40=2|44=586|60=${utc()}|${more}`;
const change = (id: string, of: string, more = '') => `11=${id}|41=${of}|55=AAPL|54=1|60=${utc()}|${more}`;

/** The fields of a message that a test is about, by tag. */
const pick = (message: string, ...tags: number[]) => tags.map((tag) => get(message, tag));

beforeAll(async () => {
  port = await freePort();
  platform = new Platform({
    engine: {
      fix: {
        port,
        venues: ['XSIM'],
        sessions: [
          { senderCompId: 'DESK', targetCompId: 'CLIENT', accounts: ['main'] },
          { senderCompId: 'DESK', targetCompId: 'BRIEF', accounts: ['main'], cancelOnDisconnect: true },
          { senderCompId: 'DESK', targetCompId: 'COPY', accounts: ['main'], dropCopy: true },
        ],
      },
    },
  });
  await platform.start();
  platform.around.startSession();
  client = await Counterparty.connect(port);
  client.logon();
  expect(await client.hear()).toMatch(/^35=A/);
});
afterAll(async () => {
  client.end();
  await platform.remove();
});

/** Waits for the command to the execution system that an order leads to. */
async function command(kind: number): Promise<number> {
  const { around } = platform;
  const before = around.commands.length;
  await around.until('a command', () => around.commands.slice(before).some((one) => one.kind === kind));
  return around.commands.findLast((one) => one.kind === kind)?.orderId as number;
}

/** An order that is at a venue: its number. */
async function working(id: string, more = ''): Promise<number> {
  client.send('D', terms(id, more));
  const orderId = await command(CommandKind.submit);
  expect(pick(await client.hear(), 35, 150, 39, 11)).toEqual(['8', 'A', 'A', id]);
  platform.around.report({ kind: ReportKind.working, orderId });
  expect(pick(await client.hear(), 35, 150, 39, 11)).toEqual(['8', '0', '0', id]);
  return orderId;
}

test('an order, filled in two pieces', async () => {
  const orderId = await working('a1');
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 40, price: 5_859_900 });
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 60, price: 5_860_000 });
  const first = await client.hear();
  const second = await client.hear();
  expect(pick(first, 37, 150, 39, 32, 31, 30, 151, 14, 6)).toEqual([
    String(orderId),
    'F',
    '1',
    '40',
    '585.99',
    'XSIM',
    '60',
    '40',
    '585.99',
  ]);
  // 40 × 585.99 + 60 × 586 = 58,599.60
  expect(pick(second, 150, 39, 32, 31, 151, 14, 6)).toEqual(['F', '2', '60', '586', '0', '100', '585.996']);
  expect(get(first, 17)).not.toBe(get(second, 17));
});

test('an order is replaced, then cancelled, each under an id of its own', async () => {
  const orderId = await working('b1');
  client.send('G', `${change('b2', 'b1', '38=150|40=2|44=585.5|')}`);
  expect(await command(CommandKind.replace)).toBe(orderId);
  expect(pick(await client.hear(), 150, 39, 11, 41, 38)).toEqual(['E', 'E', 'b2', 'b1', '100']);
  platform.around.report({ kind: ReportKind.replaced, orderId, quantity: 150 });
  expect(pick(await client.hear(), 150, 39, 11, 41, 38, 44)).toEqual(['5', '0', 'b2', 'b1', '150', '585.5']);
  client.send('F', change('b3', 'b2'));
  expect(await command(CommandKind.cancel)).toBe(orderId);
  expect(pick(await client.hear(), 150, 39, 11, 41)).toEqual(['6', '6', 'b3', 'b2']);
  platform.around.report({ kind: ReportKind.cancelled, orderId, quantity: 150 });
  expect(pick(await client.hear(), 150, 39, 11, 41, 151)).toEqual(['4', '4', 'b3', 'b2', '0']);
});

test('a fill crosses a cancel: the cancel is rejected, the order is filled', async () => {
  const orderId = await working('c1');
  client.send('F', change('c2', 'c1'));
  await command(CommandKind.cancel);
  expect(pick(await client.hear(), 150, 39, 11)).toEqual(['6', '6', 'c2']);
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 60 });
  platform.around.report({ kind: ReportKind.changeRejected, orderId, reason: Rejection.orderNotLive });
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 40 });
  expect(pick(await client.hear(), 35, 150, 39, 14, 11)).toEqual(['8', 'F', '6', '60', 'c1']);
  expect(pick(await client.hear(), 35, 11, 41, 39, 434, 102)).toEqual(['9', 'c2', 'c1', '1', '1', '0']);
  expect(pick(await client.hear(), 35, 150, 39, 14)).toEqual(['8', 'F', '2', '100']);
});

test('what is asked for and comes too late is answered all the same', async () => {
  const orderId = await working('d1');
  client.send('G', change('d2', 'd1', '38=120|40=2|44=585|'));
  await command(CommandKind.replace);
  expect(pick(await client.hear(), 150, 11)).toEqual(['E', 'd2']);
  client.send('F', change('d3', 'd1'));
  await command(CommandKind.cancel);
  expect(pick(await client.hear(), 150, 11, 41)).toEqual(['6', 'd3', 'd1']);
  platform.around.report({ kind: ReportKind.replaced, orderId, quantity: 120 });
  expect(pick(await client.hear(), 150, 39, 11, 41, 38)).toEqual(['5', '6', 'd2', 'd1', '120']);
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 120 });
  expect(pick(await client.hear(), 150, 39, 11, 14)).toEqual(['F', '2', 'd2', '120']);
  expect(pick(await client.hear(), 35, 11, 41, 39, 434, 102)).toEqual(['9', 'd3', 'd2', '2', '1', '0']);
});

test.each([
  ['a symbol that is not traded', terms('r1').replace('AAPL', 'NONE'), '1', 'unknownInstrument'],
  ['half a share', terms('r2').replace('38=100', '38=1.5'), '13', 'badQuantity'],
  ['a price off the tick', terms('r3').replace('44=586', '44=586.005'), '99', 'badPrice'],
  ['a limit order without a price', terms('r4').replace('44=586|', ''), '99', 'badPrice'],
  ['another account', terms('r5', '1=other|'), '15', 'unknownAccount'],
  ['an id that is used', terms('a1'), '6', 'duplicateClientOrderId'],
  ['a side that is not supported', terms('r6').replace('54=1', '54=5'), '99', 'badSide'],
  ['a type that is not supported', terms('r7').replace('40=2', '40=P'), '99', 'badOrderType'],
])('%s is rejected with the reason', async (_, body, code, text) => {
  client.send('D', body);
  expect(pick(await client.hear(), 35, 37, 150, 39, 103, 58)).toEqual(['8', 'NONE', '8', '8', code, text]);
});

test.each([
  ['of an order that never was', 'F', change('x1', 'nothing'), ['NONE', '8', '1', '1', 'unknownOrder']],
  ['of an order that has ended', 'F', change('x2', 'a1'), ['1', '2', '1', '0', 'orderNotLive']],
  ['under an id that is used', 'F', change('a1', 'b1'), ['2', '4', '1', '6', 'duplicateClientOrderId']],
  ['of what is shown', 'G', change('x4', 'a1', '38=1|40=2|44=1|111=1|'), ['1', '2', '2', '99', 'badQuantity']],
  ['of the time in force', 'G', change('x5', 'a1', '38=1|40=2|44=1|59=3|'), ['1', '2', '2', '99', 'badTimeInForce']],
  ['of another number', 'F', change('x6', 'a1', '37=77|'), ['1', '2', '1', '1', 'unknownOrder']],
  [
    'of another side',
    'G',
    change('x3', 'a1', '38=1|40=2|44=1|').replace('54=1', '54=2'),
    ['1', '2', '2', '99', 'badSide'],
  ],
])('a change %s is rejected with the reason', async (_, type, body, [orderId, status, to, code, text]) => {
  client.send(type, body);
  expect(pick(await client.hear(), 35, 37, 39, 434, 102, 58)).toEqual(['9', orderId, status, to, code, text]);
});

test('a stop is held until it is reached, and may be cancelled before', async () => {
  client.send('D', terms('s1', '99=590|').replace('40=2|44=586|', '40=3|'));
  expect(pick(await client.hear(), 150, 39, 99)).toEqual(['9', '9', '590']);
  client.send('F', change('s2', 's1'));
  expect(pick(await client.hear(), 150, 39, 11, 41)).toEqual(['4', '4', 's2', 's1']);
});

const entry = (id: string, n: number, more: string) => `11=${id}|67=${n}|55=AAPL|${more}60=${utc()}|`;

test('a bracket: the exits wait for the first order', async () => {
  const exits = `${entry('k2', 2, '54=2|38=100|40=2|44=590|')}${entry('k3', 3, '54=2|38=100|40=3|99=580|')}`;
  client.send('E', `66=k|394=3|68=3|73=3|${entry('k1', 1, '54=1|38=100|40=2|44=586|')}${exits}1385=3|`);
  const orderId = await command(CommandKind.submit);
  const told = [await client.hear(), await client.hear(), await client.hear(), await client.hear()];
  expect(told.map((message) => pick(message, 11, 150, 39))).toEqual([
    ['k1', '9', '9'],
    ['k2', '9', '9'],
    ['k3', '9', '9'],
    ['k1', 'A', 'A'],
  ]);
  platform.around.report({ kind: ReportKind.working, orderId });
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 100 });
  const after = [await client.hear(), await client.hear(), await client.hear()];
  expect(after.map((message) => pick(message, 11, 150, 39))).toEqual([
    ['k1', '0', '0'],
    ['k1', 'F', '2'],
    ['k2', 'A', 'A'],
  ]);
  client.send('F', change('k4', 'k2').replace('54=1', '54=2'));
  client.send('F', change('k5', 'k3').replace('54=1', '54=2'));
  expect(await command(CommandKind.cancel)).toBe(orderId + 1);
  expect([pick(await client.hear(), 11, 150), pick(await client.hear(), 11, 150)]).toEqual([
    ['k4', '6'],
    ['k5', '4'],
  ]);
  platform.around.report({ kind: ReportKind.cancelled, orderId: orderId + 1, quantity: 100 });
  expect(pick(await client.hear(), 11, 41, 150)).toEqual(['k4', 'k2', '4']);
});

test('a list of which one order is refused is refused as a whole, each order with an answer', async () => {
  const wrong = entry('l2', 2, '54=1|38=100|40=2|44=586.001|');
  client.send('E', `66=l|394=3|68=2|73=2|${entry('l1', 1, '54=1|38=100|40=2|44=586|')}${wrong}1385=1|`);
  expect(pick(await client.hear(), 11, 150, 58)).toEqual(['l2', '8', 'badPrice']);
  expect(pick(await client.hear(), 11, 150, 58)).toEqual(['l1', '8', 'groupRefused']);
  client.send('E', `66=l|394=3|68=2|73=2|${entry('l3', 1, '54=1|38=1|40=1|')}${entry('l4', 2, '54=1|38=1|40=1|')}`);
  expect(pick(await client.hear(), 35, 380, 379, 58)).toEqual([
    'j',
    '0',
    'l',
    'ContingencyType (1385) must be 1, 2 or 3',
  ]);
});

test('a question about an order is answered, also about one that nobody knows', async () => {
  client.send('H', '11=a1|55=AAPL|54=1|790=q1|');
  expect(pick(await client.hear(), 150, 39, 14, 790)).toEqual(['I', '2', '100', 'q1']);
  client.send('H', '11=never|55=AAPL|54=1|');
  expect(pick(await client.hear(), 150, 37, 39, 103)).toEqual(['I', 'NONE', '8', '5']);
});

test('all orders of the session are cancelled at once', async () => {
  const orderId = await working('m1');
  client.send('q', `11=m2|530=7|60=${utc()}|`);
  await command(CommandKind.cancel);
  platform.around.report({ kind: ReportKind.cancelled, orderId, quantity: 100 });
  const heard = [await client.hear(), await client.hear()];
  const report = heard.find((message) => get(message, 35) === 'r') as string;
  expect(pick(report, 11, 530, 531)).toEqual(['m2', '7', '7']);
  expect(pick(heard.find((message) => get(message, 35) === '8') as string, 150, 39, 11, 58)).toEqual([
    '4',
    '4',
    'm1',
    'bulkCancel',
  ]);
});

test('a client that asked for it has its orders cancelled when it is gone', async () => {
  const brief = await Counterparty.connect(port, 'BRIEF');
  brief.logon();
  await brief.hear();
  brief.send('D', terms('brief1'));
  const orderId = await command(CommandKind.submit);
  expect(pick(await brief.hear(), 150)).toEqual(['A']);
  brief.end();
  expect(await command(CommandKind.cancel)).toBe(orderId);
  platform.around.report({ kind: ReportKind.cancelled, orderId, quantity: 100 });
  const again = await Counterparty.connect(port, 'BRIEF');
  again.logon(undefined, { sequence: 3 });
  await again.hear();
  again.next = 4;
  again.send('2', '7=3|16=0|');
  let message = await again.hear();
  while (get(message, 35) !== '8') message = await again.hear();
  expect(pick(message, 11, 150, 39, 58)).toEqual(['brief1', '4', '4', 'sessionEnded']);
  again.end();
});

test('a drop copy is told of every order of its accounts, and enters none', async () => {
  const copy = await Counterparty.connect(port, 'COPY');
  copy.logon();
  const logon = await copy.hear();
  copy.send('2', '7=1|16=0|');
  const told: string[] = [];
  while (Number(get(told.at(-1) ?? '34=0', 34)) < Number(get(logon, 34))) told.push(await copy.hear());
  const reports = told.filter((message) => get(message, 35) === '8');
  expect(reports.every((message) => get(message, 797) === 'Y')).toBe(true);
  const fills = reports.filter((message) => get(message, 150) === 'F').map((message) => Number(get(message, 32)));
  expect(fills).toEqual([40, 60, 60, 40, 120, 100]);
  const entered = await platform.oms.request('POST', '/api/v1/orders', {
    clientOrderId: 'over-http',
    account: 'main',
    symbol: 'AAPL',
    side: 'buy',
    quantity: 10,
    type: 'limit',
    limitPrice: 586,
  });
  expect(entered.status).toBe(201);
  let message = await copy.hear();
  while (get(message, 35) !== '8') message = await copy.hear();
  expect(pick(message, 11, 150, 38, 797)).toEqual(['over-http', 'A', '10', 'Y']);
  copy.send('D', terms('from-copy'));
  message = await copy.hear();
  expect(pick(message, 35, 380, 58)).toEqual(['j', '3', 'a drop copy session enters no orders']);
  copy.end();
});

/** A venue over FIX: the client is the execution system's adapter, the venue a real order system, which is killed in the middle. */
import { CommandKind, OrderType, Rejection, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import { MessageStore } from '@nautilus/core/fix';
import { Journal } from '@nautilus/core/journal';
import { VenueEventKind } from '../../../engines/ems/venue/events';
import { FixVenue } from '../../../engines/ems/venue/fix-venue';
import { freePort } from '../../support/free-port';
import { scratchDirectory } from '../engine-process';
import { Platform } from '../oms/platform';

jest.setTimeout(60_000);

const kinds = Object.fromEntries(Object.entries(VenueEventKind).map(([name, code]) => [code, name]));
const scratch = scratchDirectory('fix-venue');
let platform: Platform;
let venue: FixVenue;
/** What the venue said: kind, child, price, quantity, reason. */
const heard: [kind: string, child: number, price: number, quantity: number, reason: string][] = [];

function listen(): void {
  venue.events.drain((kind, child, price, quantity, _, reason) => {
    const why = Object.keys(Rejection).find((name) => Rejection[name as keyof typeof Rejection] === reason) as string;
    heard.push([kinds[kind] as string, child, price, quantity, why]);
  });
  venue.settle();
}

async function hears(...kinds: string[]): Promise<void> {
  const from = heard.length;
  await platform.around.until(`the venue says ${kinds}`, () => {
    listen();
    return heard.length >= from + kinds.length;
  });
  expect(heard.slice(from).map(([kind]) => kind)).toEqual(kinds);
}

/** Order number of the next command to the venue's own execution. */
async function command(kind: number): Promise<number> {
  const { around } = platform;
  const before = around.commands.length;
  await around.until('a command', () => around.commands.slice(before).some((one) => one.kind === kind));
  return around.commands.findLast((one) => one.kind === kind)?.orderId as number;
}

const buy = (child: number, quantity: number, price = 5_860_000, timeInForce: number = TimeInForce.day) =>
  venue.submit(child, 1, Side.buy, OrderType.limit, price, quantity, timeInForce);

beforeAll(async () => {
  const port = await freePort();
  const sessions = [{ senderCompId: 'VENUE', targetCompId: 'BROKER', accounts: ['main'] }];
  platform = new Platform({ engine: { fix: { port, sessions } } });
  await platform.start();
  platform.around.startSession();
  venue = new FixVenue(
    {
      name: 'XFIX',
      fees: { takerFee: 0, makerFee: 0 },
      host: '127.0.0.1',
      port,
      senderCompId: 'BROKER',
      targetCompId: 'VENUE',
      heartbeatSeconds: 30,
      instruments: [{ id: 1, symbol: 'AAPL' }],
      epoch: 1,
      roundTripNs: 1e9,
      prices: { best: () => 0, readDepth: () => 0 },
      numbersOf: (child) => [2 ** 32 + child, child],
      filledBefore: () => undefined,
      log: () => undefined,
    },
    (recovered) =>
      new MessageStore(
        Journal.open({ directory: scratch.path, name: 'venue', durability: 'memory', preallocateBytes: 1 << 20 }),
        recovered,
      ),
  );
  await hears('sessionDown');
  venue.start();
  await hears('sessionUp');
});
afterAll(async () => {
  await venue.stop();
  await platform.remove();
  scratch.remove();
});

test('an order is accepted, filled and done', async () => {
  buy(1, 100);
  const orderId = await command(CommandKind.submit);
  platform.around.report({ kind: ReportKind.working, orderId });
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 30, price: 5_859_900 });
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 70, price: 5_860_000 });
  await hears('accepted', 'filled', 'filled');
  expect(heard.slice(-2)).toEqual([
    ['filled', 1, 5_859_900, 30, 'none'],
    ['filled', 1, 5_860_000, 70, 'none'],
  ]);
});

test('an order is replaced, then cancelled; a second cancel is answered by the answer to the first', async () => {
  buy(2, 100);
  const orderId = await command(CommandKind.submit);
  platform.around.report({ kind: ReportKind.working, orderId });
  await hears('accepted');
  venue.replace(2, 5_855_000, 150);
  await command(CommandKind.replace);
  platform.around.report({ kind: ReportKind.fill, orderId, quantity: 20 });
  platform.around.report({ kind: ReportKind.replaced, orderId, quantity: 130 });
  await hears('filled', 'replaced');
  expect(heard.at(-1)).toEqual(['replaced', 2, 5_855_000, 130, 'none']);
  venue.cancel(2);
  venue.cancel(2);
  await command(CommandKind.cancel);
  platform.around.report({ kind: ReportKind.cancelled, orderId, quantity: 130 });
  await hears('cancelled');
  venue.cancel(2);
  await hears('changeRejected');
  expect(heard.at(-1)).toEqual(['changeRejected', 2, 0, 0, 'orderNotLive']);
});

test.each([
  ['a price off the tick', () => buy(3, 10, 5_860_001), 'badPrice'],
  ['more than a limit of the venue allows', () => buy(4, 2_000_000), 'venueRejected'],
])('%s is rejected with the reason', async (_, submit, reason) => {
  submit();
  await hears('rejected');
  expect(heard.at(-1)?.[4]).toBe(reason);
});

test('the venue is killed: what it did meanwhile is told once it is back, before anything can be asked', async () => {
  buy(5, 100);
  buy(6, 50);
  const { around } = platform;
  await around.until(
    'two orders',
    () => around.commands.filter(({ kind, quantity }) => kind === CommandKind.submit && quantity <= 100).length >= 4,
  );
  const [first, second] = around.commands
    .filter(({ kind }) => kind === CommandKind.submit)
    .slice(-2)
    .map(({ orderId }) => orderId) as [number, number];
  around.report({ kind: ReportKind.working, orderId: first });
  around.report({ kind: ReportKind.working, orderId: second });
  await hears('accepted', 'accepted');
  await platform.kill();
  await hears('sessionDown');
  buy(7, 10);
  around.report({ kind: ReportKind.fill, orderId: first, quantity: 100 });
  around.report({ kind: ReportKind.expired, orderId: second, quantity: 50, reason: Rejection.halted });
  await platform.start();
  await around.until('the venue is up', () => {
    listen();
    return heard.at(-1)?.[0] === 'sessionUp';
  });
  const told = heard.slice(heard.findLastIndex(([kind]) => kind === 'sessionDown') + 1);
  // The reports may have been told over the resend or after: a query tells what stands.
  venue.query(5);
  venue.query(6);
  await around.until('all is known', () => {
    listen();
    return heard.some(([kind, child]) => kind === 'expired' && child === 6) && heard.some(([, child]) => child === 7);
  });
  expect(told.at(-1)?.[0]).toBe('sessionUp');
  const about = (child: number) => heard.filter(([, of]) => of === child).map(([kind]) => kind);
  expect(about(5)).toEqual(['accepted', 'filled']);
  expect(about(6).slice(0, 2)).toEqual(['accepted', 'expired']);
  expect(heard.filter(([, child]) => child === 7)).toEqual([['rejected', 7, 5_860_000, 10, 'venueRejected']]);
  expect(venue.strangers).toBe(0);
});

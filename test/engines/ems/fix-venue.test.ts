/** The execution engine as a process whose second venue is reached over FIX, and what that does wrong. */
import { BookEventKind, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import { type FixMessage, MsgType, Tag } from '@nautilus/core/fix';
import { eventually } from '../../support/eventually';
import type { EngineProcess } from '../engine-process';
import { ScriptedVenue } from './scripted-venue';
import { Surroundings } from './surroundings';

jest.setTimeout(120_000);

const SECOND = 1e9;
const OPEN = 34_200 * SECOND;
const XFIX = 1;

let venue: ScriptedVenue;
let around: Surroundings;
let ems: EngineProcess;
let now: number;
let feedOrder = 0;

async function start(targetCompId = 'VENUE'): Promise<void> {
  now = OPEN;
  venue = await ScriptedVenue.open();
  const fix = { port: venue.port, senderCompId: 'DESK', targetCompId };
  around = await Surroundings.open([{ name: 'XSIM' }, { name: 'XFIX', fix }]);
  around.book = { sequence: 0, timeNs: OPEN, orders: [] };
  ems = await around.start().answers('/ready');
  expect(await around.heard(1)).toMatchObject([{ kind: ReportKind.sessionStarted, epoch: 2 }]);
}
afterEach(async () => {
  await ems.stop();
  await around.close();
  await venue.close();
});

const stateOf = async () => {
  const { body } = await ems.get('/m4-max/status');
  return (body as { engine: { venues: { state: string; problem?: { code: string } }[] } }).engine.venues[XFIX];
};
const becomes = (state: string) =>
  eventually(`the venue is ${state}`, async () => ((await stateOf())?.state === state ? true : undefined), 20);
const metric = async (name: string, label = '') => {
  const { body } = await ems.get('/metrics');
  return new RegExp(`^${name}(?:\\{[^}]*${label}[^}]*\\})? (.*)$`, 'm').exec(body as string)?.[1];
};

/** An offer at a venue, which the engine has seen. */
async function offer(at: number, quantity: number, price = 5_850_000): Promise<void> {
  around.event(BookEventKind.add, ++now, { orderId: ++feedOrder, side: Side.sell, price, quantity, venue: at });
  const name = ['XSIM', 'XFIX'][at];
  await eventually('the offer is there', async () => {
    const { body } = await ems.get(`/api/v1/venues/${name}/book`);
    return (body as { asks: object[] }).asks.length > 0 || undefined;
  });
}
const pass = (seconds: number) => around.event(BookEventKind.time, (now += seconds * SECOND));
const takeAll = (orderId: number, quantity = 100) =>
  around.command(orderId, { quantity, timeInForce: TimeInForce.ioc });
const fillsOf = (reports: readonly { kind: number; quantity: number; price: number; fee: number; venue: number }[]) =>
  reports
    .filter(({ kind }) => kind === ReportKind.fill)
    .map(({ quantity, price, fee, venue: at }) => [at, quantity, price, fee]);

describe('a venue over FIX', () => {
  test('gets orders under its own names for things; what it says counts once, and what was lost is made up for', async () => {
    await start();
    await becomes('up');
    await offer(XFIX, 100);
    takeAll(7);
    const order = await venue.hears(MsgType.NewOrderSingle);
    expect([Tag.Symbol, Tag.Account, Tag.OrderQty, Tag.Price, Tag.TimeInForce].map((tag) => order.get(tag))).toEqual([
      'AAPL.O',
      'DESK-1',
      '100',
      '585',
      '3',
    ]);
    expect(order.text(Tag.ClOrdID)).toMatch(/^\d+-7$/);
    venue.mood = 'twice';
    venue.fill(order, 30, 584.99);
    venue.fill(order, 20, 585, 50);
    const reports = [];
    while (fillsOf(reports).length < 3) reports.push(...(await around.heard(1)));
    expect(fillsOf(reports)).toEqual([
      [XFIX, 30, 5_849_900, 500],
      [XFIX, 50, 5_850_000, 0],
      [XFIX, 20, 5_850_000, 500],
    ]);
    await eventually(
      'each was told twice',
      async () => (await metric('nautilus_ems_repeated_fills')) === '2' || undefined,
    );
    expect((await ems.get('/api/v1/parents/7')).body).toMatchObject({ status: 'filled', filledQuantity: 100 });
  });

  test('one that refuses everything is left alone: the order goes elsewhere', async () => {
    await start();
    await becomes('up');
    venue.mood = 'rejecting';
    await offer(0, 100, 5_850_000);
    await offer(XFIX, 100, 5_849_900);
    takeAll(7);
    await venue.hears(MsgType.NewOrderSingle);
    const reports = [];
    while (fillsOf(reports).length < 1) reports.push(...(await around.heard(1)));
    expect(fillsOf(reports)).toEqual([[0, 100, 5_850_000, 0]]);
    expect((await stateOf())?.state).toBe('avoided');
  });

  test('one that says nothing is asked again, and what it may have traded is nobody else’s until it speaks', async () => {
    await start();
    await becomes('up');
    venue.mood = 'silent';
    await offer(XFIX, 60);
    takeAll(7);
    const order = await venue.hears(MsgType.NewOrderSingle);
    pass(2);
    await venue.hears(MsgType.OrderCancelRequest);
    expect((await stateOf())?.state).toBe('avoided');
    expect((await ems.get('/api/v1/parents/7')).body).toMatchObject({ status: 'working' });
    venue.mood = 'well';
    venue.fill(order, 60, 585);
    const reports = [];
    while (fillsOf(reports).length < 1) reports.push(...(await around.heard(1)));
    expect(fillsOf(reports)).toEqual([[XFIX, 60, 5_850_000, 500]]);
  });

  test('one that does not know our name is down and says so; the engine goes on without it', async () => {
    await start('NOBODY');
    await eventually('the reason', async () =>
      (await stateOf())?.problem?.code === 'NAUT_VENUE_REFUSED' ? true : undefined,
    );
    expect((await stateOf())?.state).toBe('down');
    expect(await metric('nautilus_ems_venue_up', 'venue="XFIX"')).toBe('0');
    const warnings = await eventually('it is logged', async () => {
      const found = ems.log.filter(({ level }) => level === 'warn');
      return found.length > 0 ? found : undefined;
    });
    expect(warnings.map(({ code }) => code)).toEqual(['NAUT_VENUE_REFUSED']);
    await offer(XFIX, 100, 5_849_900);
    await offer(0, 100, 5_850_000);
    takeAll(7);
    const reports = [];
    while (fillsOf(reports).length < 1) reports.push(...(await around.heard(1)));
    expect(fillsOf(reports)).toEqual([[0, 100, 5_850_000, 0]]);
    expect(venue.requests).toEqual([]);
  });

  test('what a killed session left there is ended, and its fills told, before a new one begins', async () => {
    await start();
    await becomes('up');
    await offer(XFIX, 100);
    takeAll(7);
    const order: FixMessage = await venue.hears(MsgType.NewOrderSingle);
    venue.fill(order, 30, 585);
    const before = [];
    while (fillsOf(before).length < 1) before.push(...(await around.heard(1)));
    ems.signal('SIGKILL');
    await ems.ended;
    venue.mood = 'silent';
    around.book = { sequence: around.eventSequence, timeNs: now, orders: [] };
    ems = around.start();
    const cancel = await venue.hears(MsgType.OrderCancelRequest);
    expect(cancel.text(Tag.OrigClOrdID)).toBe(order.text(Tag.ClOrdID));
    const { status, body } = await ems.get('/ready');
    expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('1 at XFIX')]);
    // It was asked once, and is asked again: the venue had not been able to answer.
    venue.mood = 'well';
    venue.fill(order, 20, 584.98);
    await ems.answers('/ready');
    const childId = Number(order.text(Tag.ClOrdID).split('-')[0]);
    const after = [];
    while (after.at(-1)?.kind !== ReportKind.sessionStarted) after.push(...(await around.heard(1)));
    // The first fill is told again, too, as one that may have been counted.
    expect(
      after.map(({ kind, epoch, childId: child, quantity, cumulative }) => [kind, epoch, child, quantity, cumulative]),
    ).toEqual([
      [ReportKind.fill, 3, childId, 30, 30],
      [ReportKind.fill, 3, childId, 20, 50],
      [ReportKind.sessionStarted, 4, 0, 0, 0],
    ]);
  });
});

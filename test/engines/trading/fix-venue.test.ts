/** A platform whose venue is another platform's order system, over FIX. Either side is killed and the wire is cut in between. */
import { setTimeout as delay } from 'node:timers/promises';
import { seededDraw } from '../../support/engine-twins';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { type Fill, removePrograms, TradingPlatform } from './fix-platforms';
import { Wire } from './wire';

const SEED = Number(process.env.NAUTILUS_SEED ?? 20_120_621);
const STEPS = 35;
/** Place of the venue over FIX in `trading.venues`. */
const XFIX = 1;
const ENDED = ['filled', 'cancelled', 'rejected', 'expired'];

jest.setTimeout(600_000);

const market = [
  'poll: sleep',
  'speed: 5',
  'feeds:',
  '  - { kind: synthetic, instruments: [AAPL], seed: 1, seconds: 20000, rate: 20, firstPrice: 100 }',
];

let desk: TradingPlatform;
let venue: TradingPlatform;
let wire: Wire;
const draw = seededDraw(SEED);
let sent = 0;

beforeAll(async () => {
  const port = await freePort();
  wire = await Wire.to(port);
  venue = new TradingPlatform('venue', [
    ...market,
    'fix:',
    `  port: ${port}`,
    '  sessions: [{ senderCompId: VENUE, targetCompId: DESK, accounts: [main] }]',
  ]);
  desk = new TradingPlatform('desk', [
    ...market,
    'venues:',
    '  - { name: XSIM, takerFee: 0.01 }',
    `  - { kind: fix, name: XFIX, share: 3, host: 127.0.0.1, port: ${wire.port}, senderCompId: DESK, targetCompId: VENUE, heartbeatSeconds: 2 }`,
  ]);
  await venue.start('marketdata', 'risk', 'ems', 'oms');
  await desk.start('marketdata', 'risk', 'ems', 'oms', 'pms');
});
afterAll(async () => {
  await desk.remove();
  await venue.remove();
  await wire.remove();
  removePrograms();
});

const isUp = () =>
  eventually('the desk trades, and the venue is up', async () => {
    await desk.get('ems', '/ready');
    const { engine } = await desk.get<{ engine: { venues: { state: string }[] } }>('ems', '/m4-max/status');
    return engine.venues[XFIX]?.state !== 'down' || undefined;
  });

/** An order that takes, rests near the market, or is worked over some seconds. */
async function enter(): Promise<void> {
  const side = draw(2) === 0 ? 'buy' : 'sell';
  const { bid, ask } = await desk.get<{ bid: number; ask: number }>('marketdata', '/api/v1/marketdata/snapshot/AAPL');
  const away = (side === 'buy' ? -1 : 1) * [-0.05, 0, 0.02][draw(3)]!;
  const limitPrice = Math.round(((side === 'buy' ? bid : ask) + away) * 100) / 100;
  const kinds = [
    { type: 'market', timeInForce: 'ioc' },
    { type: 'limit', limitPrice },
    { type: 'limit', limitPrice },
    { type: 'market', algorithm: { kind: 'twap', durationSeconds: 8, slices: 4 } },
  ];
  const quantity = 20 + draw(200);
  await desk.order({ clientOrderId: `o${++sent}`, side, quantity, ...kinds[draw(kinds.length)] });
}

/** What a trader does to an order that may long be over. */
async function change(): Promise<void> {
  const id = `o${1 + draw(Math.max(1, sent))}`;
  const path = `/api/v1/orders/${id}?account=main`;
  if (draw(2) === 0) await desk.engine('oms').request('DELETE', path);
  else await desk.engine('oms').request('PUT', path, { quantity: 20 + draw(300) });
}

const faults = {
  'the execution system is killed': async () => {
    await desk.kill('ems');
    await delay(draw(500));
    desk.spawn('ems');
  },
  'the venue is killed': async () => {
    await venue.kill('oms');
    await delay(draw(500));
    venue.spawn('oms');
  },
  'the order system is killed': async () => {
    await desk.kill('oms');
    desk.spawn('oms');
    await desk.engine('oms').answers();
  },
  'the wire is cut': async () => {
    wire.cut();
    await delay(draw(2_000));
    wire.mend();
  },
  'all is well for a while': async () => {
    await isUp();
    await delay(500 + draw(1_500));
  },
};

const byChild = (fills: readonly (Pick<Fill, 'price' | 'quantity'> & { readonly child: number })[]) => {
  const children: Record<number, string[]> = {};
  for (const { child, price, quantity } of fills) (children[child] ??= []).push(`${quantity} at ${price}`);
  return children;
};

test('whatever is killed or cut: what one side has traded is what the other has, once each', async () => {
  await isUp();
  const names = Object.keys(faults) as (keyof typeof faults)[];
  for (let step = 0; step < STEPS; step++) {
    for (let count = 1 + draw(4); count > 0; count--) await enter();
    if (sent > 3) await change();
    await delay(draw(400));
    // Each of them in turn, so that a short run has them all.
    await faults[names[step % names.length] as keyof typeof faults]();
  }
  await eventually('all engines are well again', async () => {
    await Promise.all([desk.engine('ems').answers(), venue.engine('oms').answers()]);
    return true;
  });
  await isUp();
  await eventually('no order lives', async () => {
    await desk.engine('oms').request('DELETE', '/api/v1/orders?all=true');
    const [ours, theirs] = await Promise.all([desk.orders(), venue.orders()]);
    return [...ours, ...theirs].every(({ status }) => ENDED.includes(status)) || undefined;
  });

  const [ours, theirs] = await Promise.all([desk.fills(), venue.fills()]);
  const childOf = new Map(
    (await venue.orders()).map(({ orderId, clientOrderId }) => [orderId, Number(clientOrderId.split('-')[0])]),
  );
  const here = ours.filter((fill) => fill.venue === XFIX);
  expect(here.length).toBeGreaterThan(0);
  expect(byChild(here.map((fill) => ({ ...fill, child: fill.childId })))).toEqual(
    byChild(theirs.map((fill) => ({ ...fill, child: childOf.get(fill.orderId) as number }))),
  );
  for (const { orderId, quantity, filledQuantity } of await desk.orders()) {
    const filled = ours.filter((fill) => fill.orderId === orderId).reduce((sum, fill) => sum + fill.quantity, 0);
    expect([orderId, filled]).toEqual([orderId, filledQuantity]);
    expect(filled).toBeLessThanOrEqual(quantity);
  }
  expect(await desk.get('pms', '/api/v1/ledger')).toMatchObject({ imbalance: 0 });
  expect(await desk.get('oms', '/api/v1/state')).toMatchObject({ executions: ours.length, refusedReports: 0 });
  expect([...desk.errors, ...venue.errors]).toEqual([]);
});

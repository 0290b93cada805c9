import { CommandKind } from '@nautilus/core/domain';
import { Journal, readJournal } from '@nautilus/core/journal';
import { Random } from '@nautilus/core/numerics';
import { describeRecord, JOURNAL_NAME, replayJournal } from '@nautilus/oms/replay';
import { Platform } from './platform';
import { forgetful } from './surroundings';
import { VenueDesk } from './venue-desk';

/** kill -9 in the middle of lists, sweeps and triggers: every group is consistent afterwards, no order is lost, doubled or forgotten. */
jest.setTimeout(180_000);

interface Shown {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly status: string;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly leftQuantity: number;
  readonly side: string;
  readonly stopPrice?: number;
  readonly contingency?: string;
  readonly held?: readonly string[];
  readonly reason?: string;
}

interface Listed {
  readonly ids: readonly string[];
  /** Of each of its orders. */
  readonly quantity: number;
  /** Of its answer. */
  status?: number;
}

const isEnded = ({ status }: Shown) => ['filled', 'cancelled', 'rejected', 'expired'].includes(status);
const isPending = ({ status }: Shown) => status.startsWith('pending');
const PRICE = 586;
const listed = { account: 'main', symbol: 'AAPL', quantity: 10 };

/** A client that asks until it is answered, whatever becomes of the order system meanwhile. */
class Client {
  readonly lists: Listed[] = [];
  open = 0;
  private lastId = 0;

  constructor(
    readonly platform: Platform,
    private readonly random: Random,
  ) {}

  enterList(): void {
    const { random } = this;
    const kind = ['bracket', 'oco', 'oto'][random.below(3)] as string;
    const quantity = 1 + random.below(50);
    const first = this.order('buy', 'limit', PRICE - random.below(3), quantity);
    const target = this.order(kind === 'oto' ? 'buy' : 'sell', 'limit', PRICE + 1, quantity);
    const stop = this.order(kind === 'oto' ? 'buy' : 'sell', 'stop', PRICE + (kind === 'oto' ? 2 : -2), quantity);
    const orders = [first, target, stop];
    const list: Listed = { ids: orders.map(({ clientOrderId }) => clientOrderId), quantity };
    this.lists.push(list);
    void this.ask('POST', '/api/v1/order-lists', { contingency: kind, orders }).then(({ status }) => {
      list.status = status;
    });
  }

  enterStop(): void {
    const { random } = this;
    const side = random.below(2) === 0 ? 'buy' : 'sell';
    const away = 1 + random.below(4);
    const order = this.order(side, 'stop', side === 'buy' ? PRICE + away : PRICE - away, 10);
    const list: Listed = { ids: [order.clientOrderId], quantity: order.quantity };
    this.lists.push(list);
    void this.ask('POST', '/api/v1/orders', order).then(({ status }) => {
      list.status = status;
    });
  }

  /** Asks again while nobody answers. */
  async ask(method: string, route: string, body?: object): Promise<{ status: number; body: unknown }> {
    this.open++;
    for (;;) {
      try {
        const answer = await this.platform.oms.request(method, route, body);
        this.open--;
        return answer;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** All orders, oldest first. */
  async orders(): Promise<Shown[]> {
    const { body } = await this.ask('GET', '/api/v1/orders?limit=10000');
    return (body as { orders: Shown[] }).orders.reverse();
  }

  private order(side: string, type: string, price: number, quantity: number) {
    const clientOrderId = `order-${++this.lastId}`;
    const prices = type === 'limit' ? { limitPrice: price } : { stopPrice: price };
    return { account: 'main', symbol: 'AAPL', side, type, quantity, clientOrderId, ...prices };
  }
}

const records = (platform: Platform) => {
  const all: ReturnType<typeof describeRecord>[] = [];
  readJournal(
    { directory: platform.dataDirectory, name: JOURNAL_NAME },
    (number, data) => void all.push(describeRecord(data, number)),
  );
  return all;
};

/** What a group's orders may still do follows from what they have done; nothing is under way. */
function expectConsistent(group: readonly Shown[], quantity: number): void {
  const [first, ...others] = group as [Shown, ...Shown[]];
  const traded = (orders: readonly Shown[]) => orders.reduce((sum, { filledQuantity }) => sum + filledQuantity, 0);
  const oco = first.contingency === 'oco';
  const exits = others.every(({ contingency }) => contingency === 'exit');
  for (const order of oco ? group : others) {
    if (isEnded(order)) continue;
    const taken = oco ? traded(group) : exits ? traded(others) : order.filledQuantity;
    const most = (oco ? quantity : first.filledQuantity) - taken;
    const waits = !isEnded(first) && order.held?.includes('primary') === true;
    expect({ order, group, fits: waits || (most > 0 && order.leftQuantity === most) }).toMatchObject({ fits: true });
  }
}

async function expectGroups(client: Client): Promise<void> {
  const orders = await client.orders();
  const byId = new Map(orders.map((order) => [order.clientOrderId, order]));
  expect(byId.size).toBe(orders.length);
  for (const { ids, quantity, status } of client.lists) {
    const members = ids.map((one) => byId.get(one)).filter((order) => order !== undefined);
    expect([200, 201, 409, 422]).toContain(status);
    if (status === 200 || status === 201) {
      expect(members).toHaveLength(ids.length);
      if (ids.length > 1) expectConsistent(members, quantity);
    } else for (const order of members) expect(order).toMatchObject({ status: 'cancelled', reason: 'groupRefused' });
  }
}

describe.each([
  ['with the whole journal', 1, undefined],
  ['with snapshots', 2, { journal: { ...forgetful, snapshot: { records: 200 }, retention: undefined } }],
])('lists, stops and sweeps at random, killed again and again, %s', (_, seed, engine) => {
  test('every group is consistent, and no order is lost or doubled', async () => {
    const platform = new Platform({ engine });
    try {
      await platform.start();
      const random = new Random(seed);
      const client = new Client(platform, random);
      const { around } = platform;
      const desk = new VenueDesk(around);
      around.startSession();
      const step = () => {
        if (client.open < 16) {
          if (random.below(3) > 0) client.enterList();
          else client.enterStop();
          if (random.below(40) === 0)
            void client.ask('DELETE', `/api/v1/orders?side=${['buy', 'sell'][random.below(2)]}`);
        }
        around.trade((PRICE - 4 + random.below(9)) * 10_000);
        around.listen(desk.obey);
        for (const orderId of desk.open) if (random.below(4) === 0) desk.fill(orderId, 1 + random.below(20));
      };
      for (let kills = 0; kills < 8; kills++) {
        const until = client.lists.length + 40;
        while (client.lists.length < until) {
          step();
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await new Promise((resolve) => setTimeout(resolve, random.below(8)));
        await platform.kill();
        around.listen(desk.obey);
        await platform.start();
      }
      around.trade(PRICE * 10_000);
      await around.until(
        'nothing is under way',
        async () => {
          if (client.open > 0) return false;
          const { sequence, durable } = (await client.ask('GET', '/api/v1/state')).body as Record<string, number>;
          const pending = (await client.orders()).filter(isPending);
          return pending.length === 0 && sequence === durable && around.listen(desk.obey) === 0;
        },
        desk.obey,
      );
      await expectGroups(client);
      const orders = await client.orders();
      for (const { orderId, filledQuantity } of orders)
        expect([orderId, filledQuantity]).toEqual([orderId, around.filled.get(orderId) ?? 0]);
      expect(desk.sentTwice).toEqual([]);
      expect(around.commands.map(({ sequence }) => sequence)).toEqual(around.commands.map((_, i) => i + 1));
      const waiting = orders.filter(({ held }) => held?.join() === 'stop');
      for (const { side, stopPrice = 0 } of waiting)
        expect(side === 'buy' ? stopPrice > PRICE : stopPrice < PRICE).toBe(true);

      await client.ask('DELETE', '/api/v1/orders?all=true');
      await around.until('all have ended', async () => (await client.orders()).every(isEnded), desk.obey);
      const { body } = await client.ask('GET', '/api/v1/state');
      await platform.stop();
      const { sequence, stateHash, refusedReports } = body as Record<string, unknown>;
      expect(refusedReports).toBe(0);
      expect(replayJournal(platform.dataDirectory)).toMatchObject({ sequence, stateHash });
      const triggers = records(platform).filter(({ kind }) => kind === 'trigger');
      const triggered = triggers.map(({ orderId }) => orderId);
      expect(triggered.length).toBeGreaterThan(20);
      expect(new Set(triggered).size).toBe(triggered.length);
    } finally {
      await platform.remove();
    }
  });
});

test('a sweep that is killed goes on with the next process, and cancels each order once', async () => {
  const COUNT = 14_000;
  const platform = new Platform();
  try {
    await platform.start();
    const { around } = platform;
    const desk = new VenueDesk(around);
    around.startSession();
    const client = new Client(platform, new Random(3));
    let entered = 0;
    await around.until(
      'all are there',
      () => {
        while (entered < COUNT && entered - around.acks.length < 8000 && around.enter({ clientOrderId: entered + 1 }))
          entered++;
        return around.acks.length === COUNT;
      },
      desk.obey,
    );
    const swept = async () =>
      ((await client.ask('GET', '/api/v1/orders?limit=1&status=cancelled')).body as { total: number }).total;
    let kills = 0;
    const sweep = client.ask('DELETE', '/api/v1/orders?account=main');
    for (; kills < 3; kills++) {
      const before = around.commands.length;
      await around.until('it is under way', () => around.commands.length > before || client.open === 0, desk.obey);
      await platform.kill();
      await platform.start();
    }
    await sweep;
    await around.until('all are cancelled', async () => (await swept()) === COUNT, desk.obey);
    const cancels = around.commands.filter(({ kind }) => kind === CommandKind.cancel).map(({ orderId }) => orderId);
    expect(cancels).toHaveLength(COUNT);
    expect(new Set(cancels).size).toBe(COUNT);
    await platform.stop();
    expect(records(platform).filter(({ kind }) => kind === 'sweepStep').length).toBeGreaterThan(3);
  } finally {
    await platform.remove();
  }
});

test.each([
  1, 2,
])('a list of which %i of three records got to the disk is no list: none of it works, and none is sent', async (there) => {
  const bracket = {
    contingency: 'bracket',
    orders: [
      { ...listed, clientOrderId: 'first', side: 'buy', type: 'limit', limitPrice: PRICE },
      { ...listed, clientOrderId: 'target', side: 'sell', type: 'limit', limitPrice: PRICE + 2 },
      { ...listed, clientOrderId: 'stop', side: 'sell', type: 'stop', stopPrice: PRICE - 2 },
    ],
  };
  const whole = new Platform();
  const torn = new Platform();
  try {
    await whole.start();
    expect(await whole.oms.request('POST', '/api/v1/order-lists', bracket)).toMatchObject({ status: 201 });
    await whole.kill();
    const journal = Journal.open({ directory: torn.dataDirectory, name: JOURNAL_NAME, durability: 'batched' });
    const place = { directory: whole.dataDirectory, name: JOURNAL_NAME };
    readJournal(place, (_, data) => void journal.append(data, data.length), { to: 1 + there });
    await journal.flush();
    await journal.close();

    await torn.start();
    const client = new Client(torn, new Random(4));
    torn.around.startSession();
    const orders = await client.orders();
    expect(orders.map(({ status, reason }) => [status, reason])).toEqual(
      Array.from({ length: there }, () => ['cancelled', 'groupRefused']),
    );
    expect(await client.ask('POST', '/api/v1/order-lists', bracket)).toMatchObject({ status: 409 });
    const again = bracket.orders.map((order) => ({ ...order, clientOrderId: `${order.clientOrderId}-again` }));
    expect(await client.ask('POST', '/api/v1/order-lists', { ...bracket, orders: again })).toMatchObject({
      status: 201,
    });
    await torn.around.until('it is sent', () => torn.around.commands.length > 0);
    expect(torn.around.commands.map(({ orderId }) => orderId)).toEqual([there + 1]);
  } finally {
    await whole.remove();
    await torn.remove();
  }
});

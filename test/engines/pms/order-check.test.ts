import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { Side, topics } from '@nautilus/core/domain';
import { type Hub, openHub } from '@nautilus/core/transport';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

jest.setTimeout(60_000);

/** An order system that says what the test wants. */
class OrderSystemStandIn {
  orders: { orderId: number; account: string; status: string; filledQuantity: number }[] = [];
  executions = 0;
  answers = 0;
  readonly server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    const before = Number(searchParams.get('before') ?? Number.POSITIVE_INFINITY);
    const newest = this.orders.filter(({ orderId }) => orderId < before).sort((a, b) => b.orderId - a.orderId);
    const page = newest.slice(0, 2);
    const next = newest.length > 2 ? page.at(-1)!.orderId : null;
    this.answers++;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(pathname === '/api/v1/state' ? { executions: this.executions } : { orders: page, next }),
    );
  });
}

describe('fills are checked against the order system, over and over', () => {
  const scratch = scratchDirectory('order-check');
  const oms = new OrderSystemStandIn();
  let hub: Hub;
  let pms: EngineProcess;

  beforeAll(async () => {
    hub = openHub({ directory: path.join(scratch.path, 'rings') });
    const [port, omsPort] = [await freePort(), await freePort()];
    await new Promise<void>((resolve) => oms.server.listen(omsPort, '127.0.0.1', resolve));
    const configuration = {
      service: 'pms',
      profile: 'test',
      host: '127.0.0.1',
      port,
      sharedMemory: path.join(scratch.path, 'rings'),
      dataDirectory: path.join(scratch.path, 'data'),
      peers: { oms: `http://127.0.0.1:${omsPort}` },
      engine: {
        session: '2012-06-21',
        orderCheckMs: 20,
        accounts: [{ id: 1, name: 'alpha', initialCash: 1e6, currency: 'USD' }],
        instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
      },
    };
    pms = await new EngineProcess(bundle('engines/pms/main.ts', scratch.path), configuration, scratch.path).answers();
    const publication = hub.publish(topics.executions);
    for (let sequence = 1; sequence <= 5; sequence++) {
      const fill = {
        sequence,
        orderId: sequence,
        childId: sequence,
        account: 1,
        instrument: 1,
        price: 100,
        quantity: 10,
      };
      const rest = { sentAt: 0, timeNs: 0, side: Side.buy, maker: 0, fee: 0, strategy: 0, venue: 0 };
      publication.claim()!.assign({ ...fill, ...rest });
    }
    publication.commit();
    oms.executions = 5;
    oms.orders = [1, 2, 3, 4, 5].map((orderId) => ({
      orderId,
      account: 'alpha',
      status: 'filled',
      filledQuantity: 10,
    }));
  });
  afterAll(async () => {
    await pms.stop();
    await new Promise((resolve) => oms.server.close(resolve));
    hub.close();
    scratch.remove();
  });

  const unresolved = async () =>
    ((await pms.get('/api/v1/reconciliation/breaks')).body as { breaks: { subject: string }[] }).breaks;
  /** After all pages were looked at again. */
  const afterARound = async () => {
    const answers = oms.answers + 24;
    while (oms.answers < answers) await new Promise((resolve) => setTimeout(resolve, 5));
    return unresolved();
  };

  test('what agrees is no break', async () => {
    expect(await afterARound()).toEqual([]);
  });

  test('a fill more there, a fill less there in an order that has ended: breaks of these orders, on any page, and no other', async () => {
    oms.orders[0]!.filledQuantity = 20;
    oms.orders[4]!.filledQuantity = 5;
    expect(await afterARound()).toMatchObject([
      { id: 'oms/order-fills/shares/alpha/5', ours: 10, theirs: 5, state: 'open' },
      { id: 'oms/order-fills/shares/alpha/1', ours: 10, theirs: 20, state: 'open' },
    ]);
    const { record } = (await pms.get('/api/v1/state')).body as { record: number };
    await afterARound();
    expect((await pms.get('/api/v1/state')).body).toMatchObject({ record });
  });

  test('an order that lives may have been filled since it was asked about', async () => {
    oms.orders[4]!.status = 'partially-filled';
    expect(await afterARound()).toMatchObject([{ subject: '1' }]);
  });

  test('they are resolved when the order system agrees', async () => {
    oms.orders[0]!.filledQuantity = 10;
    oms.orders[4]!.filledQuantity = 10;
    expect(await afterARound()).toEqual([]);
    expect((await pms.get('/api/v1/reconciliation/breaks?state=resolved')).body).toMatchObject({
      breaks: [{ subject: '5' }, { subject: '1' }],
    });
  });
});

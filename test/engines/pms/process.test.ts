import path from 'node:path';
import { Side, tables, topics } from '@nautilus/core/domain';
import { type Hub, openHub } from '@nautilus/core/transport';
import { type Fill, Ledger } from '../../../engines/pms/ledger';
import { bundle, EngineProcess, freePort, scratchDirectory } from '../engine-process';

const engine = {
  accounts: [
    { id: 1, name: 'alpha', initialCash: 1_000_000, currency: 'USD' },
    { id: 2, name: 'beta', initialCash: 500_000, currency: 'USD' },
  ],
  instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
  journal: {
    snapshot: { records: 500 },
    retention: { snapshots: 2, segments: 1 },
    segmentBytes: 64 << 10,
    preallocateBytes: 0,
  },
};

/** Execution number `sequence` of a flow that anyone can repeat. */
const execution = (sequence: number): Fill & { orderId: number } => ({
  orderId: 1 + (sequence % 7),
  account: 1 + (sequence % 2),
  instrument: 1,
  price: 5_850_000 + ((sequence * 7919) % 400) * 100,
  quantity: 1 + ((sequence * 104_729) % 300),
  side: (sequence * 31) % 5 < 3 ? Side.buy : Side.sell,
});

jest.setTimeout(60_000);

describe('the position engine as a process', () => {
  const scratch = scratchDirectory('pms');
  let program: string;
  let hub: Hub;
  let pms: EngineProcess;
  let port: number;

  const start = (name = 'data', rings = 'rings') =>
    new EngineProcess(
      program,
      Object.assign(
        {
          service: 'pms',
          profile: 'test',
          host: '127.0.0.1',
          port,
          poll: 'yield',
          logLevel: 'info',
          peers: {},
          engine,
        },
        { sharedMemory: path.join(scratch.path, rings), dataDirectory: path.join(scratch.path, name) },
      ),
      scratch.path,
    ).answers('/health');

  const state = async () => (await pms.get('/api/v1/state')).body as Record<string, unknown>;
  const booked = async (sequence: number) => {
    const until = Date.now() + 20_000;
    while ((await state()).sequence !== sequence && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await state()).toMatchObject({ sequence, refusal: null });
  };
  const refused = async () => {
    const until = Date.now() + 20_000;
    while ((await pms.get('/ready')).status === 200 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await pms.get('/ready')).toMatchObject({ status: 503 });
  };
  const expected = (last: number) => {
    const ledger = new Ledger(engine);
    for (let sequence = 1; sequence <= last; sequence++) ledger.apply(execution(sequence));
    return ledger;
  };

  beforeAll(async () => {
    program = bundle('engines/pms/main.ts', scratch.path);
    port = await freePort();
    hub = openHub({ directory: path.join(scratch.path, 'rings') });
  });
  beforeEach(async () => {
    pms = await start();
  });
  afterEach(() => pms.stop());
  afterAll(() => {
    hub.close();
    scratch.remove();
  });

  let publication: ReturnType<Hub['publish']> | undefined;
  const publish = (first: number, last: number, change: Partial<ReturnType<typeof execution>> = {}) => {
    publication ??= hub.publish(topics.executions) as unknown as ReturnType<Hub['publish']>;
    for (let sequence = first; sequence <= last; sequence++) {
      const slot = publication.claim();
      if (slot === undefined) throw new Error('the ring is full: the position engine does not read');
      slot.assign({ sequence, sentAt: 0, timeNs: 0, childId: sequence, maker: 0, ...execution(sequence), ...change });
    }
    publication.commit();
  };

  test('kill -9 in the middle of executions, then a restart: the positions are those of all executions', async () => {
    publish(1, 2_000);
    pms.signal('SIGKILL');
    await pms.ended;
    publish(2_001, 3_000);
    pms = await start();
    publish(3_001, 4_000);
    await booked(4_000);
    const ledger = expected(4_000);
    expect((await state()).stateHash).toBe(ledger.hash());
    const { body } = await pms.get('/api/v1/positions');
    expect(body).toMatchObject({
      positions: [
        { account: 'alpha', quantity: ledger.quantity(0, 0), realised: ledger.realisedProfit(0, 0) / 10_000 },
        { account: 'beta', quantity: ledger.quantity(1, 0), realised: ledger.realisedProfit(1, 0) / 10_000 },
      ],
    });
  });

  test('a restart without new executions gives the same state', async () => {
    const before = await state();
    await pms.stop();
    pms = await start();
    expect(await state()).toMatchObject({ sequence: 4_000, stateHash: before.stateHash });
    expect(pms.log.find(({ msg }) => msg === 'positions restored')).toMatchObject({ snapshot: expect.any(Number) });
  });

  test('executions that are published again are not booked again', async () => {
    publish(3_500, 4_000);
    publish(4_001, 4_001);
    await booked(4_001);
    expect((await state()).stateHash).toBe(expected(4_001).hash());
  });

  test('a position is marked to the middle of the quote', async () => {
    const row = hub.table(tables.quotes);
    row.write(1, (quote) =>
      quote.assign({
        timeNs: 1,
        publishedAt: 1,
        eventSequence: 1,
        bid: 5_860_000,
        bidQuantity: 100,
        ask: 5_860_100,
        askQuantity: 100,
        last: 0,
      }),
    );
    const ledger = expected(4_001);
    const { body } = await pms.get('/api/v1/positions/alpha/AAPL');
    const value = ledger.quantity(0, 0) * 586.005;
    expect(body).toMatchObject({ quantity: ledger.quantity(0, 0), mark: { price: 586.005, from: 'mid' } });
    const { unrealised } = body as { unrealised: number };
    expect(unrealised).toBeCloseTo(value - ledger.cost(0, 0) / 10_000, 6);
  });

  test('cash is the initial cash less what was bought plus what was sold', async () => {
    const { body } = await pms.get('/api/v1/cash');
    const ledger = expected(4_001);
    expect(body).toEqual({
      cash: [
        { account: 'alpha', currency: 'USD', initial: 1_000_000, balance: ledger.cash(0, 0) / 10_000 },
        { account: 'beta', currency: 'USD', initial: 500_000, balance: ledger.cash(1, 0) / 10_000 },
      ],
    });
  });

  test.each([
    ['/api/v1/positions/nobody/AAPL', 'NAUT_ACCOUNT_UNKNOWN', ['alpha', 'beta']],
    ['/api/v1/positions/alpha/MSFT', 'NAUT_SYMBOL_UNKNOWN', ['AAPL']],
  ])('GET %s is refused with %s', async (route, code, allowed) => {
    expect(await pms.get(route)).toMatchObject({ status: 404, body: { code, allowed } });
  });

  test('a gap in the sequence is refused: positions stay as they were and the engine is not ready', async () => {
    const before = await state();
    publish(4_003, 4_003);
    await refused();
    expect(await state()).toMatchObject({
      sequence: 4_001,
      stateHash: before.stateHash,
      refusal: { code: 'NAUT_EXECUTION_GAP' },
    });
  });

  test('a lost data directory is filled from what the ring holds, and a gap stays a gap', async () => {
    await pms.stop();
    pms = await start('other');
    await refused();
    expect(await state()).toMatchObject({ sequence: 4_001, stateHash: expected(4_001).hash() });
  });

  test('an execution of another order journal is refused, not taken for a repetition', async () => {
    await pms.stop();
    const otherHub = openHub({ directory: path.join(scratch.path, 'other-rings') });
    publication = otherHub.publish(topics.executions) as unknown as ReturnType<Hub['publish']>;
    publish(1, 10);
    publish(5, 5, { quantity: 301 });
    pms = await start('third', 'other-rings');
    await refused();
    otherHub.close();
    expect(await state()).toMatchObject({
      sequence: 10,
      stateHash: expected(10).hash(),
      refusal: { code: 'NAUT_EXECUTION_CONFLICT' },
    });
  });
});

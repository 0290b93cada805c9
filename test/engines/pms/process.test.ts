import path from 'node:path';
import { CorporateActionKind, Side, tables, topics } from '@nautilus/core/domain';
import { type Hub, openHub } from '@nautilus/core/transport';
import { Books } from '../../../engines/pms/books/books';
import type { ExecutionView } from '../../../engines/pms/books/records';
import { PositionConfig } from '../../../engines/pms/config';
import { definitionsToJournal } from '../../../engines/pms/definitions-to-journal';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

const engine = {
  session: '2012-06-21',
  accounts: [
    { id: 1, name: 'alpha', initialCash: 100_000_000, currency: 'USD' },
    { id: 2, name: 'beta', initialCash: 90_000_000, currency: 'USD' },
  ],
  instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
  journal: {
    snapshot: { records: 500 },
    retention: { snapshots: 2, segments: 1 },
    segmentBytes: 64 << 10,
    preallocateBytes: 0,
  },
};

interface Ledger {
  readonly imbalance: number;
  readonly balances: { readonly account: string; readonly book: string; readonly balance: number }[];
}
type Statement = { readonly closing: number }[];
interface Margin {
  readonly equity: number | null;
  readonly maintenance: number | null;
  readonly excess: number | null;
  readonly call: { readonly amount: number } | null;
}
interface Lots {
  readonly open: { readonly quantity: number }[];
  readonly closed: object[];
}

/** Execution number `sequence` of a flow that anyone can repeat. */
const execution = (sequence: number) => ({
  sequence,
  sentAt: 0,
  timeNs: 0,
  childId: sequence,
  maker: 0,
  fee: sequence % 5,
  strategy: sequence % 3,
  venue: 0,
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

  const start = (name = 'data', rings = 'rings', settings: object = engine) =>
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
          engine: settings,
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
  const begin = () => {
    const books = new Books();
    books.apply({ kind: 'roll', day: '2012-06-21', next: '2012-06-22', marks: {} }, 1);
    books.apply(definitionsToJournal(PositionConfig.parse(engine), books.definitions)!, 2);
    return books;
  };
  const expected = (last: number) => {
    const books = begin();
    for (let sequence = 1; sequence <= last; sequence++)
      books.execute(execution(sequence) as unknown as ExecutionView, 2 + sequence);
    return books;
  };
  /** A sum over the strategies of an account. */
  const sum = ({ positions }: Books, account: number, name: 'quantity' | 'averageCost' | 'averageRealised') => {
    let total = 0;
    for (let row = 0; row < positions.table.count; row++)
      if (positions.table.row(row).account === account) total += positions.table.row(row)[name];
    return total;
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
      slot.assign({ ...execution(sequence), ...change });
    }
    publication.commit();
  };

  let quotes: ReturnType<typeof quotesOf> | undefined;
  const quotesOf = () => hub.table(tables.quotes);
  const quote = (fields: { eventSequence: number; bid: number; ask: number }) => {
    quotes ??= quotesOf();
    const rest = { timeNs: 1, publishedAt: 1, bidQuantity: 100, askQuantity: 100, last: 0 };
    quotes.write(1, (row) => row.assign({ ...rest, ...fields }));
  };

  test('kill -9 in the middle of executions, then a restart: the positions are those of all executions', async () => {
    publish(1, 2_000);
    pms.signal('SIGKILL');
    await pms.ended;
    publish(2_001, 3_000);
    pms = await start();
    publish(3_001, 4_000);
    await booked(4_000);
    const books = expected(4_000);
    expect((await state()).stateHash).toBe(books.hash());
    const { body } = await pms.get('/api/v1/positions');
    expect(body).toMatchObject({
      positions: [
        { account: 'alpha', quantity: sum(books, 0, 'quantity'), realised: sum(books, 0, 'averageRealised') / 10_000 },
        { account: 'beta', quantity: sum(books, 1, 'quantity'), realised: sum(books, 1, 'averageRealised') / 10_000 },
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
    quote({ eventSequence: 1, bid: 5_860_000, ask: 5_860_100 });
    const books = expected(4_001);
    const { body } = await pms.get('/api/v1/positions/alpha/AAPL');
    const value = sum(books, 0, 'quantity') * 586.005;
    expect(body).toMatchObject({ quantity: sum(books, 0, 'quantity'), mark: { price: 586.005, from: 'mid' } });
    const { unrealised } = body as { unrealised: number };
    expect(unrealised).toBeCloseTo(value - sum(books, 0, 'averageCost') / 10_000, 6);
  });

  test('cash is the initial cash less what was bought and paid in fees, plus what was sold; all of it due tomorrow', async () => {
    const { body } = await pms.get('/api/v1/cash');
    const { ledger } = expected(4_001);
    expect(body).toEqual({
      cash: (['alpha', 'beta'] as const).map((account, purse) => ({
        account,
        currency: 'USD',
        initial: engine.accounts[purse]!.initialCash,
        balance: ledger.cash(purse) / 10_000,
        settled: engine.accounts[purse]!.initialCash,
        due: [{ day: '2012-06-22', amount: ledger.cash(purse) / 10_000 - engine.accounts[purse]!.initialCash }],
      })),
    });
  });

  test('a deposit is booked once under its id, and another one under the same id is refused', async () => {
    const deposit = { id: 'wire 1', account: 'beta', currency: 'USD', movement: 'deposit', amount: 250.5 };
    const before = ((await pms.get('/api/v1/ledger')).body as Ledger).balances;
    expect(await pms.request('POST', '/api/v1/cash', deposit)).toMatchObject({ status: 201, body: { id: 'wire 1' } });
    expect(await pms.request('POST', '/api/v1/cash', deposit)).toMatchObject({ status: 200, body: { record: null } });
    expect(await pms.request('POST', '/api/v1/cash', { ...deposit, amount: 1 })).toMatchObject({
      status: 409,
      body: { code: 'NAUT_ID_CONFLICT' },
    });
    const cash = ({ account, book }: Ledger['balances'][0]) => account === 'beta' && book === 'cash';
    const after = (await pms.get('/api/v1/ledger')).body as Ledger;
    expect(after.imbalance).toBe(0);
    expect(after.balances.find(cash)!.balance).toBe(before.find(cash)!.balance + 250.5);
    expect((await pms.get('/api/v1/ledger/entries?account=beta&limit=2')).body).toMatchObject({
      lines: [
        { account: 'beta', book: 'equity', amount: -250.5 },
        { account: 'beta', book: 'cash', amount: 250.5 },
      ],
    });
  });

  test('a custodian file that differs leaves a break, which is explained; one that is malformed leaves nothing', async () => {
    const { quantity } = (await pms.get('/api/v1/positions/alpha/AAPL')).body as { quantity: number };
    const file = (alpha: number) =>
      `account,symbol,currency,quantity,as_of,settled\nalpha,AAPL,USD,${alpha},2012-06-21,no\n`;
    const send = (id: string, content: string) =>
      pms.request('POST', '/api/v1/reconciliation/statements', { id, custodian: 'bank', content });
    expect(await send('0', file(1.5))).toMatchObject({
      status: 422,
      body: { code: 'NAUT_CUSTODIAN_FILE', details: [expect.stringMatching(/^line 2, column quantity: "1.5"/)] },
    });
    expect(await send('0', file(1).replace('06-21', '06-20'))).toMatchObject({
      status: 409,
      body: { code: 'NAUT_CUSTODIAN_DAY', allowed: '2012-06-21' },
    });
    const breaks = async () => (await pms.get('/api/v1/reconciliation/breaks')).body as { breaks: { id: string }[] };
    expect((await breaks()).breaks).toEqual([]);

    expect((await send('1', file(quantity))).status).toBe(201);
    const id = 'bank/quantity/shares/alpha/AAPL';
    expect((await breaks()).breaks.map((one) => one.id)).not.toContain(id);
    const wrong = await send('2', file(quantity + 1));
    expect(wrong.body).toMatchObject({ lines: 1 });
    expect((await breaks()).breaks).toContainEqual(
      expect.objectContaining({ id, state: 'open', ours: quantity, theirs: quantity + 1 }),
    );
    expect(await send('2', file(quantity + 1))).toMatchObject({ status: 200, body: { record: null } });
    expect(
      await pms.request('POST', '/api/v1/reconciliation/explanations', { break: id, note: 'late trade' }),
    ).toMatchObject({ body: { state: 'explained', note: 'late trade' } });
    expect(
      await pms.request('POST', '/api/v1/reconciliation/explanations', { break: 'none', note: 'late trade' }),
    ).toMatchObject({ status: 404, body: { code: 'NAUT_BREAK_UNKNOWN' } });
  });

  test('a day is closed once: what is due is cash, also after kill -9', async () => {
    expect(await pms.request('POST', '/api/v1/day/roll', { closes: '2012-06-21' })).toMatchObject({
      body: { record: expect.any(Number), day: '2012-06-22' },
    });
    const before = await state();
    pms.signal('SIGKILL');
    await pms.ended;
    pms = await start();
    expect(await state()).toMatchObject({ day: '2012-06-22', stateHash: before.stateHash });
    expect(await pms.request('POST', '/api/v1/day/roll', { closes: '2012-06-21' })).toMatchObject({
      body: { record: null, day: '2012-06-22' },
    });
    const { cash } = (await pms.get('/api/v1/cash')).body as { cash: { balance: number; settled: number; due: [] }[] };
    for (const { balance, settled, due } of cash) expect([settled, due]).toEqual([balance, []]);
    expect(await pms.get('/api/v1/accounts')).toMatchObject({ body: { accounts: [{ account: 'alpha' }, {}] } });
  });

  test('a corporate action is announced once, done when its ex date begins and survives kill -9', async () => {
    const split = { id: 'split', type: 'split', symbol: 'AAPL', exDate: '2012-06-25', over: 2, under: 1, price: 293 };
    const post = (body: object) => pms.request('POST', '/api/v1/corporate-actions', body);
    expect((await post(split)).status).toBe(201);
    expect((await post(split)).status).toBe(200);
    expect(await post({ ...split, over: 3 })).toMatchObject({ status: 409, body: { code: 'NAUT_ID_CONFLICT' } });
    expect(await post({ ...split, id: 'late', exDate: '2012-06-22' })).toMatchObject({
      status: 409,
      body: { code: 'NAUT_CORPORATE_ACTION_LATE' },
    });
    expect(await post({ ...split, id: 'bad', over: 0 })).toMatchObject({ status: 400 });
    const quantity = async () =>
      ((await pms.get('/api/v1/positions/alpha/AAPL')).body as { quantity: number }).quantity;
    const before = await quantity();
    await pms.request('POST', '/api/v1/day/roll', { closes: '2012-06-22' });
    expect(await quantity()).toBe(2 * before);
    const mark = async () => ((await pms.get('/api/v1/positions/alpha/AAPL')).body as { mark: object }).mark;
    const adjusted = { price: 293.0025, from: 'adjusted' };
    expect(await mark()).toEqual(adjusted);
    pms.signal('SIGKILL');
    await pms.ended;
    pms = await start();
    expect(await quantity()).toBe(2 * before);
    expect(await mark()).toEqual(adjusted);
    quote({ eventSequence: 2, bid: 2_931_000, ask: 2_931_000 });
    expect(await mark()).toEqual({ price: 293.1, from: 'mid' });
    expect((await pms.get('/api/v1/corporate-actions')).body).toMatchObject({
      actions: [{ id: 'split', state: 'effective', quantityFactor: 2, priceFactor: 0.5 }],
    });
    const actions = hub.subscribe(topics.corporateActions, { name: 'test', from: 'oldest' });
    const said: object[] = [];
    actions.poll((message) => void said.push(message.copy()), 10);
    expect(said).toMatchObject([
      { sequence: 1, kind: CorporateActionKind.split, instrument: 1, into: 1, over: 2, under: 1, exDay: 20120625 },
    ]);
    const { books } = (await pms.get('/api/v1/statements/alpha?day=2012-06-22')).body as { books: Statement };
    expect(books.reduce((total, { closing }) => total + Math.round(closing * 10_000), 0)).toBe(0);
    expect(await pms.get('/api/v1/statements/alpha?day=2012-01-01')).toMatchObject({ status: 404 });
  });

  test('equity below what a position requires is a margin call, which money meets', async () => {
    const margin = async () => ((await pms.get('/api/v1/margin')).body as { margin: Margin[] }).margin;
    const move = (id: string, movement: string, amount: number) =>
      pms.request('POST', '/api/v1/cash', { id, account: 'alpha', currency: 'USD', movement, amount });
    const until = async (isThere: (one: Margin) => boolean) => {
      const end = Date.now() + 10_000;
      while (!isThere((await margin())[0]!) && Date.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 10));
      return (await margin())[0]!;
    };
    const { excess, equity, maintenance } = await until((one) => one.excess !== null);
    expect(excess! + maintenance!).toBeCloseTo(equity!, 4);
    await move('out', 'withdrawal', Math.ceil(excess!) + 1_000);
    const called = await until((one) => one.call !== null);
    expect(called.call).toMatchObject({ state: 'open', rule: 'reg-t', due: '2012-06-28' });
    expect(called.call!.amount).toBeCloseTo(-called.excess!, 4);
    await move('in', 'deposit', Math.ceil(excess!) + 1_000);
    await until((one) => one.call === null);
    expect((await pms.get('/api/v1/margin/calls')).body).toMatchObject({ calls: [{ state: 'met' }] });
    const metrics = (await pms.get('/metrics')).body as string;
    expect(metrics).toMatch(/nautilus_pms_margin_excess\{account="alpha",service="pms"\} \d/);
    expect(metrics).toMatch(/nautilus_pms_ledger_imbalance\{service="pms"\} 0\n/);
  });

  test('lots of a position add up to it', async () => {
    const { open, closed } = (await pms.get('/api/v1/lots?account=alpha&symbol=AAPL')).body as Lots;
    const { quantity } = (await pms.get('/api/v1/positions/alpha/AAPL')).body as { quantity: number };
    expect(open.reduce((total, lot) => total + lot.quantity, 0)).toBe(quantity);
    expect(closed.length).toBeGreaterThan(0);
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

  test('a profile that says another initial cash is refused', async () => {
    await pms.stop();
    const other = { ...engine, accounts: engine.accounts.map((one) => ({ ...one, initialCash: 1 })) };
    await expect(start('data', 'rings', other)).rejects.toThrow('NAUT_BOOKS_CHANGED');
    pms = await start();
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

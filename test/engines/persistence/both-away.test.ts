/** PostgreSQL and Redis away at once, for long, under load, while the order system and the position keeper are killed wherever they are. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Side } from '@nautilus/core/domain';
import { replayJournal } from '@nautilus/core/journal';
import { executionView, orderView } from '../../../engines/oms/api/views';
import { Directory } from '../../../engines/oms/directory';
import { isLive } from '../../../engines/oms/life-cycle';
import { OrderState } from '../../../engines/oms/order-state';
import { rowOf } from '../../../engines/oms/order-store';
import { JournalRecord, RecordKind } from '../../../engines/oms/records';
import { JOURNAL_NAME } from '../../../engines/oms/replay';
import { seededDraw } from '../../support/engine-twins';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess } from '../engine-process';
import { CacheServer, cacheInstalled } from '../oms/cache-server';
import { Database } from '../oms/database';
import { expectDatabaseIsJournal } from '../oms/database-and-journal';
import { ExecutionDesk } from '../oms/execution-desk';
import { Platform } from '../oms/platform';
import { settings } from '../oms/surroundings';
import {
  booksOf,
  expectActionsAndCallsAreJournal,
  expectBreaksAreJournal,
  expectLedgerIsJournal,
  expectPositionsAreJournal,
} from '../pms/database-and-journal';

/** NAUTILUS_SOAK=30: three minutes away, three times. */
const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);
const OUTAGES = 3;
const OUTAGE_MS = 6000 * SOAK;
const ORDERS_A_SECOND = 200;
const SHARES = 6;
const SEED = 20_121_621;
const keep = { orders: 400, positions: 100, trades: 300, tradeSeconds: 86_400 };

jest.setTimeout(240_000 + OUTAGES * OUTAGE_MS * 4);
if (!cacheInstalled) process.stdout.write('both databases away at once is not tested: redis-server is not installed\n');

/** A client that goes on whoever is dead: what was not answered is sent again under its id. */
class Client {
  next = 1;
  private again: number[] = [];
  private counted = 0;
  private told = 0;
  private shares = 0;
  private readonly answered = new Set<number>();
  private readonly began = Date.now();
  private entering = true;
  private running: Promise<void> | undefined;
  private readonly desk: ExecutionDesk;

  constructor(private readonly platform: Platform) {
    this.desk = new ExecutionDesk(platform.around);
    this.desk.restart();
  }

  start(): void {
    this.running = this.run();
  }

  /** The order system was killed: it may have read what it never wrote down. */
  ask(): void {
    this.again = [];
    for (let id = 1; id < this.next; id++) if (!this.answered.has(id)) this.again.push(id);
  }

  /** Enters no more, and waits until all is filled and told. */
  async finish(): Promise<void> {
    this.entering = false;
    await this.running;
  }

  private async run(): Promise<void> {
    const { around } = this.platform;
    for (;;) {
      around.allow({});
      const due = Math.floor(((Date.now() - this.began) / 1000) * ORDERS_A_SECOND);
      while (this.again.length > 0 && this.enter(this.again[0]!)) this.again.shift();
      while (this.entering && this.next <= due && this.enter(this.next)) this.next++;
      around.listen(this.desk.obey);
      this.desk.trade(50);
      for (; this.counted < around.acks.length; this.counted++)
        this.answered.add(around.acks[this.counted]!.clientOrderId);
      for (; this.told < around.executions.length; this.told++) this.shares += around.executions[this.told]!.quantity;
      if (!this.entering && this.shares === (this.next - 1) * SHARES) return;
      await delay(2);
    }
  }

  private enter(id: number): boolean {
    const side = id % 3 === 0 ? Side.sell : Side.buy;
    const limitPrice = side === Side.sell ? 5_850_000 : 5_860_000;
    return this.platform.around.enter({ clientOrderId: id, quantity: SHARES, side, limitPrice, strategy: id % 5 });
  }
}

/** The orders by the journal, and their numbers in the order in which they ended. */
function ordersOf(dataDirectory: string) {
  const state = new OrderState();
  const record = new JournalRecord();
  const ended = new Set<number>();
  replayJournal(
    { directory: dataDirectory, name: JOURNAL_NAME },
    {
      restore: () => expect('a journal with its past').toBe('one without'),
      apply: (sequence, data) => {
        record.load(data, sequence);
        state.apply(record, sequence);
        const { orderId } = record.report;
        if (record.kind !== RecordKind.report || orderId === 0) return;
        if (!isLive(state.orders.chunkOf(orderId - 1).status[rowOf(orderId - 1)] as number)) ended.add(orderId);
      },
    },
  );
  return { state, ended: [...ended] };
}

(cacheInstalled ? describe : describe.skip)('both databases away at once', () => {
  const draw = seededDraw(SEED);
  let database: Database;
  let cache: CacheServer;
  let platform: Platform;
  let pms: EngineProcess;
  let client: Client;
  let booksPort: number;
  let booksProgram: string;
  let kills = 0;

  const bookData = () => path.join(platform.scratch.path, 'books');
  const startBooks = async () => {
    const configuration = {
      ...{ service: 'pms', port: booksPort, profile: 'test', poll: 'yield', dataDirectory: bookData() },
      sharedMemory: platform.shared.path,
      postgres: database.access,
      redis: { host: '127.0.0.1', port: cache.port, passwordFile: cache.passwordFile, keep },
      engine: {
        session: '2012-06-21',
        accounts: settings.accounts.map((account) => ({ ...account, initialCash: 1e9, currency: 'USD' })),
        instruments: settings.instruments,
      },
    };
    pms = await new EngineProcess(booksProgram, configuration, platform.scratch.path).answers('/health');
  };
  const killOrders = async () => {
    await platform.kill();
    await delay(draw(200));
    await platform.start();
    client.ask();
  };
  const killBooks = async () => {
    pms.signal('SIGKILL');
    await pms.ended;
    await delay(draw(200));
    await startBooks();
  };
  const killSomebody = async () => {
    const whom = draw(3);
    kills++;
    if (whom === 0) await killOrders();
    else if (whom === 1) await killBooks();
    else await Promise.all([killOrders(), killBooks()]);
  };
  const lags = async () =>
    (await Promise.all([platform.oms, pms].map((engine) => engine.get('/metrics')))).flatMap(({ body }) =>
      [...String(body).matchAll(/^nautilus_write_behind_lag_records\{.*\} (\S+)$/gm)].map(([, value]) => Number(value)),
    );
  const durable = async () => ((await platform.oms.get('/api/v1/state')).body as { durable: number }).durable;
  /** Records that a database lacks, and fills that are not booked. */
  const missing = async () => {
    const { sequence } = (await pms.get('/api/v1/state')).body as { sequence: number };
    const unbooked = platform.around.executions.length - sequence;
    return (await lags()).reduce((sum, lag) => sum + lag, unbooked);
  };
  const killUntil = async (end: number) => {
    while (Date.now() < end) {
      await delay(200 + draw(1800));
      await killSomebody();
    }
  };

  beforeAll(async () => {
    database = await Database.create();
    cache = await CacheServer.started();
    platform = new Platform({
      postgres: database.access,
      redis: { host: '127.0.0.1', port: cache.port, passwordFile: cache.passwordFile, keep },
    });
    booksPort = await freePort();
    booksProgram = bundle('engines/pms/main.ts', platform.scratch.path);
    await Promise.all([database.start(), platform.start()]);
    client = new Client(platform);
  });
  afterAll(async () => {
    pms.signal('SIGKILL');
    await platform.remove();
    await cache.remove();
    await database.remove();
  });

  test('trading goes on, and the databases get all of it when they are back', async () => {
    await startBooks();
    client.start();
    const away: number[] = [];
    for (let outage = 0; outage < OUTAGES; outage++) {
      await delay(draw(1000));
      const before = await durable();
      await Promise.all([database.stop(), cache.stop(outage % 2 === 0 ? 'SIGKILL' : 'SIGTERM')]);
      await killUntil(Date.now() + OUTAGE_MS);
      away.push((await durable()) - before);
      cache.start();
      await database.start();
      // And while they catch up.
      await killUntil(Date.now() + 1000);
    }
    await client.finish();
    // However much there is, it becomes less all the time.
    for (let left = Number.POSITIVE_INFINITY; left > 0; ) {
      const before = left;
      await platform.around.until(
        `the databases have more than all but ${before}`,
        async () => (left = await missing()) === 0 || left < before,
      );
    }
    process.stdout.write(
      `${client.next - 1} orders, ${platform.around.executions.length} fills, ${kills} kills; ${away.join(', ')} records of orders while both were away\n`,
    );
    expect(Math.min(...away)).toBeGreaterThan(ORDERS_A_SECOND);
    await Promise.all([platform.stop(), pms.stop()]);
  });

  test('every order, change and fill is in PostgreSQL as in the journal, once', async () => {
    const counted = await expectDatabaseIsJournal(database, platform.dataDirectory);
    expect(counted).toMatchObject({ orders: client.next - 1, executions: platform.around.executions.length });
    expect(await database.rows('SELECT * FROM trading.gaps')).toEqual([]);
  });

  test('every line, position and break is in PostgreSQL as in the books, and all fills are booked', async () => {
    const books = booksOf(bookData());
    expect(books.executions.last).toBe(platform.around.executions.length);
    expect(books.ledger.imbalance()).toBe(0);
    await expectLedgerIsJournal(database, bookData());
    await expectPositionsAreJournal(database, books);
    await expectBreaksAreJournal(database, books);
    await expectActionsAndCallsAreJournal(database, books);
  });

  test('Redis has the orders that ended last, the newest trades, and every position', async () => {
    const { state, ended } = ordersOf(platform.dataDirectory);
    const directory = new Directory(settings);
    const kept = ended.slice(-keep.orders).sort((a, b) => a - b);
    expect(await cache.numbers(0, 'orders')).toEqual(kept);
    for (const orderId of kept) {
      const { status, filledQuantity, averagePrice } = orderView(state, directory, orderId - 1);
      const expected = { status, filledQuantity: String(filledQuantity), averagePrice: String(averagePrice) };
      expect(await cache.hash(0, `orders:${orderId}`)).toMatchObject(expected);
    }
    const { count } = state.executions;
    const newest = Array.from({ length: keep.trades }, (_, step) => count - keep.trades + 1 + step);
    expect(await cache.numbers(2, 'trades')).toEqual(newest);
    for (const number of newest) {
      const { orderId, price, quantity } = executionView(state, directory, number - 1);
      const expected = { orderId: String(orderId), price: String(price), quantity: String(quantity) };
      expect(await cache.hash(2, `trades:${number}`)).toMatchObject(expected);
    }
    const { positions } = booksOf(bookData());
    for (let row = 0; row < positions.table.count; row++) {
      const { strategy, quantity } = positions.table.row(row);
      expect(await cache.hash(1, `positions:main:${strategy}:1`)).toMatchObject({ quantity: String(quantity) });
    }
    expect((await cache.ask(1, (redis) => redis.keys('positions:*'))).length).toBe(positions.table.count);
  });
});

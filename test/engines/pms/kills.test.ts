import path from 'node:path';
import { Side, tables, topics } from '@nautilus/core/domain';
import { readJournal, replayJournal } from '@nautilus/core/journal';
import { openHub } from '@nautilus/core/transport';
import { Books } from '../../../engines/pms/books/books';
import { nextBusinessDay } from '../../../engines/pms/books/calendar';
import { Holding } from '../../../engines/pms/books/columns';
import type { BooksEvent } from '../../../engines/pms/books/events';
import { replayInto } from '../../../engines/pms/books/journal';
import { BooksRecord, JOURNAL_NAME } from '../../../engines/pms/books/records';
import { type Draw, seededDraw } from '../../support/engine-twins';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

jest.setTimeout(180_000);

const EXECUTIONS = 30_000;
/** What the clerk has done when it is over. */
const WORKS = 300;
const KILLS = 10;
/** Executions that are told at once. */
const BURST = 50;
const ACCOUNTS = ['alpha', 'beta', 'gamma'];
const SYMBOLS = ['S1', 'S2', 'S3', 'S4'];
/** Splits are of S1, dividends of S2: of the others the books hold what was filled and nothing else. */
const [SPLITS, DIVIDENDS] = ['S1', 'S2'];

const engine = {
  session: '2012-06-21',
  accounts: ACCOUNTS.map((name, row) => ({
    ...{ id: row + 1, name, initialCash: 1_000_000, currency: 'USD' },
    ...{ costMethod: row === 1 ? 'fifo' : 'average', settlement: row === 2 ? 'T+0' : 'T+1' },
  })),
  instruments: SYMBOLS.map((symbol, row) => ({ id: row + 1, symbol, currency: 'USD', tickSize: 100 })),
  journal: { snapshot: { records: 3_000 }, segmentBytes: 256 << 10, preallocateBytes: 0 },
};

const executionsOf = (draw: Draw) =>
  Array.from({ length: EXECUTIONS }, (_, index) => ({
    sequence: index + 1,
    sentAt: 0,
    timeNs: 0,
    childId: index + 1,
    maker: 0,
    fee: draw(500) - 100,
    strategy: draw(3),
    venue: 0,
    orderId: 1 + (index >> 2),
    account: 1 + draw(ACCOUNTS.length),
    instrument: 1 + draw(SYMBOLS.length),
    price: 500_000 + draw(5_000) * 100,
    quantity: 1 + draw(200),
    side: draw(2) === 0 ? Side.buy : Side.sell,
  }));

interface State {
  readonly day: string;
  readonly sequence: number;
  readonly record: number;
  readonly stateHash: string;
  readonly refusal: unknown;
}

/** The process, killed and started while others talk to it. */
class Killed {
  private running: Promise<EngineProcess>;
  kills = 0;
  private stopped = false;

  constructor(private readonly begin: () => EngineProcess) {
    this.running = begin().answers('/health');
  }

  /** Now and then again while it starts. */
  async kill(draw: Draw): Promise<void> {
    const process = await this.running;
    this.running = (async () => {
      process.signal('SIGKILL');
      await process.ended;
      this.kills++;
      while (draw(3) === 0) {
        const starting = this.begin();
        await new Promise((resolve) => setTimeout(resolve, draw(600)));
        starting.signal('SIGKILL');
        await starting.ended;
        this.kills++;
      }
      return this.begin().answers('/health');
    })();
    await this.running;
  }

  /** As a client does that is not answered: the same again, until it is. */
  async request(method: string, route: string, body?: unknown) {
    for (;;) {
      const process = await this.running;
      const answer = await process.request(method, route, body).catch(() => undefined);
      if (answer !== undefined) return answer;
      if (this.stopped) throw new Error(`nobody answers ${method} ${route} any more`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async state(): Promise<State> {
    return (await this.request('GET', '/api/v1/state')).body as State;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await (await this.running).stop();
  }
}

/** Moves money, announces actions, sends files and closes days, one after the other. Returns the ids that were answered. */
class Clerk {
  readonly answered: string[] = [];
  private number = 0;
  private day = engine.session;

  constructor(
    private readonly pms: Killed,
    private readonly draw: Draw,
  ) {}

  async work(): Promise<void> {
    const at = this.draw(10);
    if (at < 6) await this.transfer();
    else if (at < 8) await this.announce();
    else if (at === 8) await this.compare();
    else await this.close();
  }

  private async post(route: string, body: object): Promise<void> {
    const id = `clerk ${++this.number}`;
    const { status, body: reply } = await this.pms.request('POST', route, { id, ...body });
    if (status !== 200 && status !== 201) throw new Error(`${route} ${id}: ${status} ${JSON.stringify(reply)}`);
    this.answered.push(id);
  }

  private async transfer(): Promise<void> {
    const amount = (1 + this.draw(1_000_000)) / 100;
    const from = this.draw(ACCOUNTS.length);
    const to = (from + 1) % ACCOUNTS.length;
    const half = (row: number, movement: string) => ({ account: ACCOUNTS[row], currency: 'USD', movement, amount });
    await this.post('/api/v1/cash', half(from, 'withdrawal'));
    await this.post('/api/v1/cash', half(to, 'deposit'));
  }

  private async announce(): Promise<void> {
    const exDate = nextBusinessDay(this.day, new Set());
    const terms =
      this.draw(4) === 0
        ? { type: 'split', symbol: SPLITS, over: 3, under: 2, price: 60.5 }
        : { type: 'cash-dividend', symbol: DIVIDENDS, amount: 0.12345678, payDate: nextBusinessDay(exDate, new Set()) };
    await this.post('/api/v1/corporate-actions', { exDate, ...terms });
  }

  private async compare(): Promise<void> {
    const content = `account,symbol,currency,quantity,as_of,settled\nalpha,S3,USD,${this.draw(1000)},${this.day},no\n`;
    await this.post('/api/v1/reconciliation/statements', { custodian: 'bank', content });
  }

  private async close(): Promise<void> {
    const { status, body } = await this.pms.request('POST', '/api/v1/day/roll', { closes: this.day });
    if (status !== 200) throw new Error(`the day was not closed: ${status} ${JSON.stringify(body)}`);
    const { day } = body as { day: string };
    expect(day).toBe(nextBusinessDay(this.day, new Set()));
    this.day = day;
  }
}

/** Shares and cash in the plainest way, in the order of the journal: no lots, no ledger, no settlement. */
class PlainBooks {
  readonly shares = new Map<string, bigint>();
  readonly cash = new Map<string, bigint>();
  readonly executions: object[] = [];
  readonly ids: string[] = [];
  readonly days: string[] = [];
  private readonly waiting: Extract<BooksEvent, { kind: 'corporate-action' }>[] = [];

  execution(execution: ReturnType<typeof executionsOf>[number]): void {
    this.executions.push(execution);
    const { account, instrument, side, quantity, price, fee } = execution;
    const signed = BigInt(side === Side.buy ? quantity : -quantity);
    this.hold(ACCOUNTS[account - 1]!, SYMBOLS[instrument - 1]!, signed);
    this.pay(ACCOUNTS[account - 1]!, -signed * BigInt(price) - BigInt(fee));
  }

  event(event: BooksEvent): void {
    if ('id' in event) this.ids.push(event.id);
    if (event.kind === 'define')
      for (const { name, initialCash } of event.accounts) this.pay(name, BigInt(initialCash));
    if (event.kind === 'cash')
      this.pay(event.account, BigInt(event.movement === 'deposit' ? event.amount : -event.amount));
    if (event.kind === 'corporate-action') this.waiting.push(event);
    if (event.kind !== 'roll') return;
    this.days.push(event.day);
    for (const action of this.waiting.splice(0)) this.act(action);
  }

  private act(action: Extract<BooksEvent, { kind: 'corporate-action' }>): void {
    for (const account of ACCOUNTS) {
      const held = this.shares.get(`${account} ${action.symbol}`) ?? 0n;
      if (action.type === 'cash-dividend') this.pay(account, rounded(held * BigInt(action.amount), 10_000n));
      if (action.type !== 'split') continue;
      // What is left of a share is paid for.
      const whole = (held * BigInt(action.over)) / BigInt(action.under);
      const rest = held * BigInt(action.over) - whole * BigInt(action.under);
      this.hold(account, action.symbol, whole - held);
      this.pay(account, rounded(rest * BigInt(action.price), BigInt(action.under)));
    }
  }

  private hold(account: string, symbol: string, more: bigint): void {
    const key = `${account} ${symbol}`;
    this.shares.set(key, (this.shares.get(key) ?? 0n) + more);
  }

  private pay(account: string, more: bigint): void {
    this.cash.set(account, (this.cash.get(account) ?? 0n) + more);
  }
}

/** To the nearest, halves to even. */
function rounded(over: bigint, under: bigint): bigint {
  const sign = over < 0n ? -1n : 1n;
  const down = (sign * over) / under;
  const twice = 2n * (sign * over - down * under);
  return sign * (twice > under || (twice === under && down % 2n === 1n) ? down + 1n : down);
}

test.each([
  20_120_621,
  Number(process.env.NAUTILUS_SEED ?? 7),
])('killed at random under fills, transfers, actions and ends of days (seed %i): the books are the fold of their journal, and it has everything once', async (seed) => {
  const draw = seededDraw(seed);
  const scratch = scratchDirectory('pms-kills');
  const rings = path.join(scratch.path, 'rings');
  const dataDirectory = path.join(scratch.path, 'data');
  const program = bundle('engines/pms/main.ts', scratch.path);
  const configuration = {
    ...{ service: 'pms', profile: 'test', host: '127.0.0.1', port: await freePort(), poll: 'yield' },
    ...{ sharedMemory: rings, dataDirectory, peers: {}, engine },
  };
  const hub = openHub({ directory: rings });
  const quotes = hub.table(tables.quotes);
  const publication = hub.publish(topics.executions);
  const told = executionsOf(draw);
  const pms = new Killed(() => new EngineProcess(program, configuration, scratch.path));
  const clerk = new Clerk(pms, seededDraw(seed + 1));
  try {
    let next = 0;
    let works = 0;
    const work = async () => {
      for (; works < WORKS; works++) await clerk.work();
    };
    const kill = async () => {
      for (let kill = 1; kill <= KILLS; kill++) {
        while (works < (kill * WORKS) / (KILLS + 1)) await new Promise((resolve) => setTimeout(resolve, 1 + draw(20)));
        await pms.kill(draw);
      }
    };
    const tell = async () => {
      while (next < EXECUTIONS) {
        const most = Math.min(next + BURST, (EXECUTIONS * (works + 1)) / WORKS, EXECUTIONS);
        while (next < most) {
          const message = publication.claim();
          if (message === undefined) break;
          message.assign(told[next++]!);
        }
        publication.commit();
        for (let row = 1; row <= SYMBOLS.length; row++)
          quotes.write(row, (quote) => {
            quote.assign({ timeNs: next, publishedAt: next, eventSequence: next, last: 0 });
            quote.assign({ bid: 500_000 + next, bidQuantity: 100, ask: 500_100 + next, askQuantity: 100 });
          });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    // A reliable reader is waited for from its first start on.
    await pms.state();
    await Promise.all([work(), kill(), tell()]);
    for (const until = Date.now() + 30_000; (await pms.state()).sequence < EXECUTIONS && Date.now() < until; )
      await new Promise((resolve) => setTimeout(resolve, 10));
    const state = await pms.state();
    expect(state).toMatchObject({ sequence: EXECUTIONS, refusal: null });
    await pms.stop();
    expect(pms.kills).toBeGreaterThanOrEqual(KILLS);

    const place = { directory: dataDirectory, name: JOURNAL_NAME };
    const books = new Books();
    expect(replayJournal(place, replayInto(books))).toEqual({ snapshot: undefined, tornBytes: 0 });
    expect(books.hash()).toBe(state.stateHash);
    expect(books.ledger.imbalance()).toBe(0);

    const plain = new PlainBooks();
    const record = new BooksRecord();
    readJournal(place, (_, data) => {
      const event = record.read(data);
      if (event) plain.event(event);
      else plain.execution(record.execution.copy() as ReturnType<typeof executionsOf>[number]);
    });
    expect(plain.executions).toEqual(told);
    expect(plain.ids).toEqual(clerk.answered);
    expect(new Set(plain.days).size).toBe(plain.days.length);
    expect(plain.days.length).toBeGreaterThan(3);
    expect(books.calls.all.length).toBeGreaterThan(0);

    const { holdings } = books.positions;
    for (const [row, account] of ACCOUNTS.entries()) {
      expect(BigInt(books.ledger.cash(books.ledger.findPurse(row, 0)!))).toBe(plain.cash.get(account));
      for (const [column, symbol] of SYMBOLS.entries()) {
        const held = holdings.get(books.positions.findHolding(row, column), Holding.quantity);
        expect([account, symbol, BigInt(held)]).toEqual([account, symbol, plain.shares.get(`${account} ${symbol}`)]);
        if (symbol === SPLITS) continue;
        const own = told.filter((one) => one.account === row + 1 && one.instrument === column + 1);
        const filled = own.reduce((sum, { side, quantity }) => sum + (side === Side.buy ? quantity : -quantity), 0);
        expect([account, symbol, held]).toEqual([account, symbol, filled]);
      }
    }
    const actions = hub.subscribe(topics.corporateActions, { name: 'test', from: 'oldest' });
    const said: number[] = [];
    actions.poll((message) => void said.push(message.sequence), 10_000);
    expect(said).toEqual(books.effective.map((_, index) => index + 1));
    expect(said.length).toBeGreaterThan(3);
  } finally {
    await pms.stop();
    hub.close();
    scratch.remove();
  }
});

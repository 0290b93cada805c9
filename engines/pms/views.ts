import { averagePrice, PRICE_UNITS } from '@nautilus/core/domain';
import { EngineError } from '@nautilus/core/kernel';
import type { Books } from './books/books';
import { dayText } from './books/calendar';
import { Holding, Position } from './books/columns';
import { Book, bookNames } from './books/ledger';
import type {
  AccountReply,
  CashList,
  EntryList,
  EntryQuery,
  LedgerReply,
  LotList,
  LotQuery,
  PositionReply,
} from './replies';
import type { Mark, Valuation } from './valuation';

/** To 0.0001: sums of converted amounts are no integers. */
const rounded = (amount: number): number => Math.round(amount * PRICE_UNITS) / PRICE_UNITS;
const money = (units: number): number => units / PRICE_UNITS;

/** What of positions is added up, in 1e-4 of the currency. */
interface Sums {
  readonly quantity: number;
  readonly unsettled: number;
  readonly fees: number;
  readonly income: number;
  readonly averageCost: number;
  readonly averageRealised: number;
  readonly fifoCost: number;
  readonly fifoRealised: number;
}

const sumNames = [
  'quantity',
  'unsettled',
  'fees',
  'income',
  'averageCost',
  'averageRealised',
  'fifoCost',
  'fifoRealised',
] as const satisfies readonly (keyof Sums)[];

/** Books as the API shows them. Amounts are in units of the currency. */
export class Views {
  constructor(
    private readonly books: Books,
    private readonly valuation: Valuation,
  ) {}

  /** Holdings that are open or have earned or lost something; by strategy when asked. */
  positions(query: {
    account?: string;
    symbol?: string;
    strategy?: number;
    by: 'holding' | 'strategy';
  }): PositionReply[] {
    const account = query.account === undefined ? -1 : this.account(query.account);
    const instrument = query.symbol === undefined ? -1 : this.instrument(query.symbol);
    const { holdings, table } = this.books.positions;
    const replies: PositionReply[] = [];
    for (const holding of this.holdingsInOrder()) {
      if (account >= 0 && holdings.get(holding, Holding.account) !== account) continue;
      if (instrument >= 0 && holdings.get(holding, Holding.instrument) !== instrument) continue;
      const rows = [...this.books.positions.positionsOf(holding)].reverse();
      const own =
        query.strategy === undefined
          ? rows
          : rows.filter((row) => table.get(row, Position.strategy) === query.strategy);
      const groups = query.by === 'strategy' || query.strategy !== undefined ? own.map((row) => [row]) : [own];
      for (const group of groups) {
        const sums = this.sumsOf(group);
        if (sumNames.some((name) => sums[name] !== 0))
          replies.push(
            this.positionReply(holding, sums, groups.length === 1 && group === rows ? null : this.strategyOf(group)),
          );
      }
    }
    return replies;
  }

  /** One holding, of nothing when the account never had it. @throws EngineError NAUT_ACCOUNT_UNKNOWN, NAUT_SYMBOL_UNKNOWN */
  position(accountName: string, symbol: string): PositionReply {
    const account = this.account(accountName);
    const instrument = this.instrument(symbol);
    const holding = this.books.positions.findHolding(account, instrument);
    const rows = holding < 0 ? [] : [...this.books.positions.positionsOf(holding)];
    return this.reply(account, instrument, this.sumsOf(rows), null);
  }

  cash(): CashList {
    const { ledger, definitions } = this.books;
    return {
      cash: definitions.accounts.flatMap(({ name, currency: own, initialCash }, account) =>
        ledger
          .pursesOf(account)
          .map((purse) => {
            const currency = this.currencyOf(purse);
            return {
              account: name,
              currency,
              balance: money(ledger.cash(purse)),
              settled: money(ledger.balance(purse, Book.cash)),
              due: ledger.due(purse).map(({ day, amount }) => ({ day: dayText(day), amount: money(amount) })),
              initial: currency === own ? money(initialCash) : 0,
            };
          })
          .filter(({ currency, balance, due }) => currency === own || balance !== 0 || due.length > 0)
          .sort((a, b) => Number(b.currency === own) - Number(a.currency === own)),
      ),
    };
  }

  accounts(): AccountReply[] {
    return this.books.definitions.accounts.map((_, account) => this.accountReply(account));
  }

  ledger(): LedgerReply {
    const { books } = this;
    const balances = [];
    for (let purse = 0; purse < books.ledger.count; purse++)
      for (const book of bookNames) {
        const balance = books.ledger.balance(purse, Book[book]);
        if (balance === 0) continue;
        balances.push({
          account: this.accountOf(purse),
          currency: this.currencyOf(purse),
          book,
          balance: money(balance),
        });
      }
    return { day: books.day, imbalance: money(books.ledger.imbalance()), balances };
  }

  entries({ account, before, limit }: EntryQuery): EntryList {
    const { log } = this.books.ledger;
    const wanted = account === undefined ? -1 : this.account(account);
    const lines: EntryList['lines'] = [];
    let line = Math.min(before ?? log.count, log.count) - 1;
    for (; line >= log.oldest && lines.length < limit; line--) {
      const { record, purse, book, amount, instrument, due, day } = log.row(line);
      if (wanted >= 0 && this.books.ledger.owner(purse).account !== wanted) continue;
      lines.push({
        line,
        record,
        day: dayText(day),
        account: this.accountOf(purse),
        currency: this.currencyOf(purse),
        book: bookNames[book] as string,
        amount: money(amount),
        symbol: instrument < 0 ? null : this.books.definitions.instruments[instrument]!.symbol,
        due: due === 0 ? null : dayText(due),
      });
    }
    return { lines, oldest: log.oldest, next: line >= log.oldest ? line + 1 : null };
  }

  lots({ account, symbol, limit }: LotQuery): LotList {
    const { positions } = this.books;
    const { table, lots } = positions;
    const wantedAccount = account === undefined ? -1 : this.account(account);
    const wantedInstrument = symbol === undefined ? -1 : this.instrument(symbol);
    const isWanted = (row: number) =>
      (wantedAccount < 0 || table.get(row, Position.account) === wantedAccount) &&
      (wantedInstrument < 0 || table.get(row, Position.instrument) === wantedInstrument);
    const open: LotList['open'] = [];
    for (let row = 0; row < table.count && open.length < limit; row++) {
      if (!isWanted(row)) continue;
      for (const lot of lots.of(row)) {
        if (open.length === limit) break;
        const { quantity, cost, day, record } = lots.table.row(lot);
        open.push({ ...this.nameOf(row), quantity, cost: money(cost), opened: dayText(day), record });
      }
    }
    const closed: LotList['closed'] = [];
    for (let number = lots.closed.count - 1; number >= lots.closed.oldest && closed.length < limit; number--) {
      const lot = lots.closed.row(number);
      if (!isWanted(lot.position)) continue;
      closed.push({
        ...this.nameOf(lot.position),
        quantity: lot.quantity,
        cost: money(lot.cost),
        proceeds: money(lot.proceeds),
        realised: money(lot.proceeds - lot.cost),
        opened: dayText(lot.openedDay),
        closed: dayText(lot.closedDay),
        record: lot.closed,
      });
    }
    return { open, closed };
  }

  /** @throws EngineError NAUT_ACCOUNT_UNKNOWN */
  account(name: string): number {
    const { accounts } = this.books.definitions;
    const row = this.books.definitions.accountNamed(name);
    if (row < 0)
      throw unknown(
        'NAUT_ACCOUNT_UNKNOWN',
        'account',
        name,
        accounts.map((account) => account.name),
      );
    return row;
  }

  /** @throws EngineError NAUT_SYMBOL_UNKNOWN */
  instrument(symbol: string): number {
    const { instruments } = this.books.definitions;
    const row = this.books.definitions.symbol(symbol);
    if (row < 0)
      throw unknown(
        'NAUT_SYMBOL_UNKNOWN',
        'symbol',
        symbol,
        instruments.map((one) => one.symbol),
      );
    return row;
  }

  private accountReply(account: number): AccountReply {
    const { books, valuation } = this;
    const { name, currency: base, costMethod, settlementDays } = books.definitions.accounts[account]!;
    const totals: Record<'cash' | 'value' | 'realised' | 'cost' | 'income' | 'fees', number | null> = {
      cash: 0,
      value: 0,
      realised: 0,
      cost: 0,
      income: 0,
      fees: 0,
    };
    const rates: AccountReply['rates'] = [];
    const add = (to: keyof typeof totals, amount: number | null, rate: number | null) => {
      const sum = totals[to];
      // Nothing is worth nothing at any rate.
      if (amount === 0 || sum === null) return;
      totals[to] = amount === null || rate === null ? null : rounded(sum + amount * rate);
    };
    for (const purse of books.ledger.pursesOf(account)) {
      const currency = this.currencyOf(purse);
      const rate = valuation.rate(currency, base);
      if (currency !== base) rates.push({ currency, rate });
      const balance = (book: number) => money(books.ledger.balance(purse, book));
      add('cash', money(books.ledger.cash(purse)), rate);
      add('realised', -balance(Book.realised), rate);
      add('cost', balance(Book.securities), rate);
      add('income', -balance(Book.dividends) - balance(Book.interest), rate);
      add('fees', balance(Book.fees), rate);
    }
    const { holdings } = books.positions;
    for (
      let next = books.positions.firstOfAccount(account);
      next > 0;
      next = holdings.get(next - 1, Holding.nextOfAccount)
    ) {
      const { instrument, quantity } = holdings.row(next - 1);
      const mark = valuation.mark(instrument);
      const rate = valuation.rate(books.definitions.instruments[instrument]!.currency, base);
      add('value', quantity === 0 ? 0 : mark ? money((quantity * mark.halves) / 2) : null, rate);
    }
    const { cash, value, realised, cost, income, fees } = totals;
    return {
      account: name,
      currency: base,
      costMethod,
      settlement: settlementDays === 0 ? 'T+0' : 'T+1',
      cash,
      value,
      equity: cash === null || value === null ? null : rounded(cash + value),
      realised,
      unrealised: value === null || cost === null ? null : rounded(value - cost),
      income,
      fees,
      rates,
    };
  }

  /** By account, then instrument, as the profile has them. */
  private holdingsInOrder(): number[] {
    const { holdings } = this.books.positions;
    const order = (holding: number) =>
      holdings.get(holding, Holding.account) * 2 ** 20 + holdings.get(holding, Holding.instrument);
    return Array.from({ length: holdings.count }, (_, holding) => holding).sort((a, b) => order(a) - order(b));
  }

  private positionReply(holding: number, sums: Sums, strategy: number | null): PositionReply {
    const { account, instrument } = this.books.positions.holdings.row(holding);
    return this.reply(account, instrument, sums, strategy);
  }

  private reply(account: number, instrument: number, sums: Sums, strategy: number | null): PositionReply {
    const { name, costMethod } = this.books.definitions.accounts[account]!;
    const { symbol, currency } = this.books.definitions.instruments[instrument]!;
    const mark = this.valuation.mark(instrument);
    const { quantity } = sums;
    const average = method(quantity, sums.averageCost, sums.averageRealised, mark);
    const fifo = method(quantity, sums.fifoCost, sums.fifoRealised, mark);
    const own = costMethod === 'fifo' ? fifo : average;
    const cost = costMethod === 'fifo' ? sums.fifoCost : sums.averageCost;
    return {
      account: name,
      strategy,
      symbol,
      currency,
      quantity,
      settled: quantity - sums.unsettled,
      averagePrice: quantity === 0 ? null : averagePrice(Math.abs(cost), Math.abs(quantity)),
      realised: own.realised,
      unrealised: own.unrealised,
      fees: money(sums.fees),
      income: money(sums.income),
      average,
      fifo,
      mark: mark ? { price: mark.halves / 2 / PRICE_UNITS, from: mark.from } : null,
      value: quantity === 0 ? 0 : mark ? (quantity * mark.halves) / 2 / PRICE_UNITS : null,
    };
  }

  private sumsOf(rows: readonly number[]): Sums {
    const { table } = this.books.positions;
    return Object.fromEntries(
      sumNames.map((name) => [name, rows.reduce((sum, row) => sum + table.get(row, Position[name]), 0)]),
    ) as unknown as Sums;
  }

  private strategyOf([row]: readonly number[]): number | null {
    return row === undefined ? null : this.books.positions.table.get(row, Position.strategy);
  }

  private nameOf(position: number) {
    const { definitions, positions } = this.books;
    const { account, strategy, instrument } = positions.table.row(position);
    return {
      account: definitions.accounts[account]!.name,
      strategy,
      symbol: definitions.instruments[instrument]!.symbol,
    };
  }

  private accountOf(purse: number): string {
    return this.books.definitions.accounts[this.books.ledger.owner(purse).account]!.name;
  }

  private currencyOf(purse: number): string {
    return this.books.definitions.currencies[this.books.ledger.owner(purse).currency]!;
  }
}

function method(quantity: number, cost: number, realised: number, mark: Mark | undefined) {
  const unrealised = quantity === 0 ? 0 : mark ? (quantity * mark.halves - 2 * cost) / 2 / PRICE_UNITS : null;
  return { cost: money(cost), realised: money(realised), unrealised };
}

const unknown = (code: `NAUT_${string}`, what: string, value: string, allowed: readonly string[]): EngineError =>
  new EngineError({ status: 404, code, message: `there is no ${what} ${value}`, value, allowed });

import { CodedError } from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { StateHash } from '@nautilus/core/matching';
import { exact } from './arithmetic';
import { Line } from './columns';
import { Ring } from './ring';
import { addNumber, widened } from './table';

/** The accounts of the ledger that each purse has. Balances are debit positive: what is owned and spent above zero, what is owed and earned below. */
export const Book = {
  /** Settled. */
  cash: 0,
  /** Due on a later day: a receivable above zero, a payable below it. */
  unsettled: 1,
  /** What the open positions cost; a short position is below zero. */
  securities: 2,
  /** Initial cash, and what was paid in and out. */
  equity: 3,
  realised: 4,
  fees: 5,
  dividends: 6,
  interest: 7,
  /** The other side of a conversion between currencies. */
  exchange: 8,
  /** The other side of a correction by hand. */
  suspense: 9,
} as const;
export type BookName = keyof typeof Book;
export const bookNames = Object.freeze(Object.keys(Book) as BookName[]);
export const BOOKS = bookNames.length;

/** Most lines of one entry. */
const LINES = 8;

/** Amounts of all purses that are due on one day. */
interface Due {
  readonly day: number;
  amounts: Float64Array;
}

/** Lines that are kept. Older ones are in the journal and, where there is one, in the database. */
const KEPT_LINES = 1 << 16;

interface LedgerListener {
  /** A line was posted: its number in `Ledger.log`, and the purse. */
  posted(line: number, purse: number): unknown;
}

/**
 * Double-entry books, in exact integers of 1e-4 of the currency. A purse is one account's money in one currency and has
 * every `Book` once. An entry is within one purse, and its lines add up to nothing: so do the books of each purse, always.
 *
 * `begin`, `add` …, `post`: an entry that does not add up or leaves exact arithmetic throws and changes nothing. A line costs no object.
 */
export class Ledger {
  readonly log = new Ring(Line, KEPT_LINES);
  private purses = 0;
  /** Purse of each account row × 64 + currency row. */
  private readonly index = new Map<number, number>();
  private readonly owners: { readonly account: number; readonly currency: number }[] = [];
  private readonly byAccount: number[][] = [];
  private balances: Float64Array = new Float64Array(64 * BOOKS);
  private readonly dues: Due[] = [];

  /** Purse of the entry that is being made. */
  private current = 0;
  private instrument = -1;
  private lines = 0;
  private sum = 0;
  private readonly lineBook = new Int32Array(LINES);
  private readonly lineAmount = new Float64Array(LINES);
  private readonly lineDue = new Float64Array(LINES);

  constructor(private readonly listener?: LedgerListener) {}

  get count(): number {
    return this.purses;
  }

  /** Undefined when the account never had the currency. */
  findPurse(account: number, currency: number): number | undefined {
    return this.index.get(account * 64 + currency);
  }

  /** Purse of an account in a currency, opened when it is first asked for. */
  purse(account: number, currency: number): number {
    const key = account * 64 + currency;
    const found = this.index.get(key);
    if (found !== undefined) return found;
    const purse = this.purses++;
    this.balances = widened(this.balances, this.purses * BOOKS);
    this.index.set(key, purse);
    this.owners.push({ account, currency });
    this.byAccount[account] ??= [];
    this.byAccount[account].push(purse);
    return purse;
  }

  /** Rows of the account and of the currency of a purse. */
  owner(purse: number): { readonly account: number; readonly currency: number } {
    return this.owners[purse] as { account: number; currency: number };
  }

  /** Purses of an account. */
  pursesOf(account: number): readonly number[] {
    return this.byAccount[account] ?? [];
  }

  balance(purse: number, book: number): number {
    return this.balances[purse * BOOKS + book] as number;
  }

  /** Settled and not. */
  cash(purse: number): number {
    return this.balance(purse, Book.cash) + this.balance(purse, Book.unsettled);
  }

  /** What is due in a purse, by day, soonest first. */
  due(purse: number): { readonly day: number; readonly amount: number }[] {
    return this.dues
      .map(({ day, amounts }) => ({ day, amount: amounts[purse] ?? 0 }))
      .filter(({ amount }) => amount !== 0);
  }

  dueAmount(purse: number, day: number): number {
    return this.dues.find((due) => due.day === day)?.amounts[purse] ?? 0;
  }

  /** Days on which anything is due, up to one. */
  dueDays(upTo: number): readonly number[] {
    return this.dues.filter(({ day }) => day <= upTo).map(({ day }) => day);
  }

  /** Takes away a day on which nothing is due any more. */
  forget(day: number): void {
    const at = this.dues.findIndex((due) => due.day === day);
    if (at >= 0 && this.dues[at]!.amounts.every((amount) => amount === 0)) this.dues.splice(at, 1);
  }

  begin(purse: number, instrument = -1): void {
    this.current = purse;
    this.instrument = instrument;
    this.lines = 0;
    this.sum = 0;
  }

  /** A line of the entry; one of nothing is left out. `due`: the day, of unsettled amounts. */
  add(book: number, amount: number, due = 0): void {
    if (amount === 0) return;
    const line = this.lines++;
    this.lineBook[line] = book;
    this.lineAmount[line] = amount;
    this.lineDue[line] = due;
    this.sum += amount;
  }

  /** @throws CodedError NAUT_POSITION_OVERFLOW, NAUT_LEDGER_UNBALANCED: nothing was posted */
  post(record: number, day: number): void {
    const { lines, balances } = this;
    if (this.sum !== 0) throw unbalanced(this.sum);
    const base = this.current * BOOKS;
    for (let line = 0; line < lines; line++) {
      const cell = base + (this.lineBook[line] as number);
      const balance = (balances[cell] as number) + (this.lineAmount[line] as number);
      if (!Number.isSafeInteger(balance)) {
        while (--line >= 0) balances[base + (this.lineBook[line] as number)]! -= this.lineAmount[line] as number;
        exact(balance, 'a balance of the ledger');
      }
      balances[cell] = balance;
    }
    for (let line = 0; line < lines; line++) {
      const due = this.lineDue[line] as number;
      const amount = this.lineAmount[line] as number;
      if (due !== 0) this.dueOn(due)[this.current]! += amount;
      const at = this.log.next();
      const { cells } = this.log;
      cells[at + Line.record] = record;
      cells[at + Line.purse] = this.current;
      cells[at + Line.book] = this.lineBook[line] as number;
      cells[at + Line.amount] = amount;
      cells[at + Line.instrument] = this.instrument;
      cells[at + Line.due] = due;
      cells[at + Line.day] = day;
      this.listener?.posted(this.log.count - 1, this.current);
    }
  }

  /** Of all books of all purses: nothing, or the ledger is wrong. */
  imbalance(): number {
    let worst = 0;
    for (let purse = 0; purse < this.purses; purse++) {
      let sum = 0;
      for (let book = 0; book < BOOKS; book++) sum += this.balances[purse * BOOKS + book] as number;
      if (Math.abs(sum) > Math.abs(worst)) worst = sum;
    }
    return worst;
  }

  /** A copy of the balances, `BOOKS` a purse. */
  copy(): Float64Array {
    return this.balances.slice(0, this.purses * BOOKS);
  }

  save(state: StateWriter): void {
    state.value({ purses: this.owners, dues: this.dues.map(({ day }) => day) });
    state.column(this.balances.subarray(0, this.purses * BOOKS));
    for (const { amounts } of this.dues) state.column(widened(amounts, this.purses).subarray(0, this.purses));
    this.log.save(state);
  }

  restore(state: StateReader): void {
    const { purses, dues } = state.value() as { purses: { account: number; currency: number }[]; dues: number[] };
    for (const { account, currency } of purses) this.purse(account, currency);
    state.column(this.balances.subarray(0, this.purses * BOOKS));
    for (const day of dues) {
      const amounts = new Float64Array(this.purses);
      state.column(amounts);
      this.dues.push({ day, amounts });
    }
    this.log.restore(state);
  }

  addTo(hash: StateHash): void {
    const balances = this.balances.subarray(0, this.purses * BOOKS);
    for (const balance of balances) addNumber(hash, balance);
    for (const { day, amounts } of this.dues) {
      hash.add(day);
      for (let purse = 0; purse < this.purses; purse++) addNumber(hash, amounts[purse] ?? 0);
    }
  }

  private dueOn(day: number): Float64Array {
    let at = 0;
    while (at < this.dues.length && this.dues[at]!.day < day) at++;
    if (this.dues[at]?.day !== day) this.dues.splice(at, 0, { day, amounts: new Float64Array(this.purses) });
    const due = this.dues[at] as Due;
    due.amounts = widened(due.amounts, this.purses);
    return due.amounts;
  }
}

const unbalanced = (sum: number): CodedError =>
  new CodedError({
    code: 'NAUT_LEDGER_UNBALANCED',
    message: `the debits of an entry exceed its credits by ${sum}; allowed: nothing`,
    fix: 'a mistake in the program: report it with the journal',
  });

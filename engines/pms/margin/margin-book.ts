import type { Books } from '../books/books';
import { Holding } from '../books/columns';
import { Table, widened } from '../books/table';
import { initialOf, type MarginRule, maintenanceOf, portfolioRequirement } from './rules';

/** Sums of a purse, 1e-4 of its currency. `unknown`: its holdings that have no mark. */
const Sums = { value: 0, initial: 1, maintenance: 2, unknown: 3 } as const;
/** Net value of an account in one underlying. */
const Class = { value: 0, requirement: 1 } as const;
/** What a holding has put into the sums; row of its class + 1. */
const Part = { value: 0, initial: 1, maintenance: 2, unknown: 3, class: 4 } as const;

/** What an account has and what is required of it, in its base currency. */
export interface Margin {
  readonly equity: number;
  readonly initial: number;
  readonly maintenance: number;
  /** Equity less maintenance: below zero it is a call. */
  readonly excess: number;
}

export interface MarginSettings {
  /** By row of the account. */
  rule(account: number): MarginRule;
  /** Row of the instrument whose price an instrument follows: itself, or another one. */
  underlying(instrument: number): number;
  /** Worth of a unit of a currency in an account's base currency; null when it is not known. */
  rate(currency: number, account: number): number | null;
}

/**
 * Margin of all accounts at the newest marks, kept up step by step: a tick costs what the accounts that hold the symbol cost, and one
 * account's change costs its holding. Sums are of integers, so any order of steps gives what a reckoning from nothing gives.
 *
 * It follows from books and marks alone and is not journaled; what is decided by it, a call, is.
 */
export class MarginBook {
  private readonly purses = new Table(Sums);
  private readonly classes = new Table(Class);
  private readonly classRows = new Map<number, number>();
  /** By row of the holding. */
  private readonly parts = new Table(Part);
  /** By row of the instrument: price units, 0 while there is none. */
  private marks: Float64Array = new Float64Array(64);

  constructor(
    private readonly books: Books,
    private readonly settings: MarginSettings,
  ) {}

  /** A new price of an instrument. Calls `touched` for each account that holds it. */
  tick(instrument: number, mark: number, touched: (account: number) => void): void {
    this.marks = widened(this.marks, instrument + 1);
    if (this.marks[instrument] === mark) return;
    this.marks[instrument] = mark;
    const { holdings } = this.books.positions;
    for (let next = this.books.positions.firstOfInstrument(instrument); next > 0; ) {
      const holding = next - 1;
      next = holdings.get(holding, Holding.nextOfInstrument);
      if (holdings.get(holding, Holding.quantity) === 0) continue;
      this.revalue(holding);
      touched(holdings.get(holding, Holding.account));
    }
  }

  /** All from nothing. */
  revalueAll(): void {
    const { count } = this.books.positions.holdings;
    for (let holding = 0; holding < count; holding++) this.revalue(holding);
  }

  /** A holding whose quantity or price has changed. */
  revalue(holding: number): void {
    const { parts, purses } = this;
    const { holdings } = this.books.positions;
    const { cells } = holdings;
    const row = holding * holdings.width;
    const account = cells[row + Holding.account] as number;
    const instrument = cells[row + Holding.instrument] as number;
    const quantity = cells[row + Holding.quantity] as number;
    const purse = cells[row + Holding.purse] as number;
    if (holding >= parts.count || purse >= purses.count) this.widen(holding, purse);
    const mark = this.marks[instrument] ?? 0;
    const value = quantity * mark;
    const unknown = quantity !== 0 && mark === 0 ? 1 : 0;
    const rule = this.settings.rule(account);
    const { cells: part } = parts;
    const { cells: sums } = purses;
    const at = holding * parts.width;
    const sum = purse * purses.width;
    const moved = value - (part[at + Part.value] as number);
    sums[sum + Sums.value]! += moved;
    sums[sum + Sums.unknown]! += unknown - (part[at + Part.unknown] as number);
    part[at + Part.value] = value;
    part[at + Part.unknown] = unknown;
    if (rule === 'reg-t') {
      const initial = initialOf(value);
      const maintenance = maintenanceOf(quantity, mark);
      sums[sum + Sums.initial]! += initial - (part[at + Part.initial] as number);
      sums[sum + Sums.maintenance]! += maintenance - (part[at + Part.maintenance] as number);
      part[at + Part.initial] = initial;
      part[at + Part.maintenance] = maintenance;
    } else if (rule === 'portfolio' && moved !== 0) {
      const { classes } = this;
      const row = this.classRow(holding, account, instrument);
      classes.increase(row, Class.value, moved);
      const requirement = portfolioRequirement(classes.get(row, Class.value));
      const more = requirement - classes.get(row, Class.requirement);
      classes.set(row, Class.requirement, requirement);
      sums[sum + Sums.initial]! += more;
      sums[sum + Sums.maintenance]! += more;
    }
  }

  /** Null while a mark or a rate that it takes is not known. */
  of(account: number): Margin | null {
    const { ledger } = this.books;
    const { cells: sums, width, count } = this.purses;
    let equity = 0;
    let initial = 0;
    let maintenance = 0;
    for (const purse of ledger.pursesOf(account)) {
      const cash = ledger.cash(purse);
      const at = purse < count ? purse * width : -1;
      if (at >= 0 && (sums[at + Sums.unknown] as number) > 0) return null;
      const value = at >= 0 ? (sums[at + Sums.value] as number) : 0;
      const required = at >= 0 ? (sums[at + Sums.maintenance] as number) : 0;
      if (cash === 0 && value === 0 && required === 0) continue;
      const rate = this.settings.rate(ledger.owner(purse).currency, account);
      if (rate === null) return null;
      equity += (cash + value) * rate;
      initial += (at >= 0 ? (sums[at + Sums.initial] as number) : 0) * rate;
      maintenance += required * rate;
    }
    return { equity, initial, maintenance, excess: equity - maintenance };
  }

  private classRow(holding: number, account: number, instrument: number): number {
    const known = this.parts.get(holding, Part.class);
    if (known > 0) return known - 1;
    const key = account * 2 ** 20 + this.settings.underlying(instrument);
    let row = this.classRows.get(key);
    if (row === undefined) {
      row = this.classes.add();
      this.classRows.set(key, row);
    }
    this.parts.set(holding, Part.class, row + 1);
    return row;
  }

  private widen(holding: number, purse: number): void {
    while (this.parts.count <= holding) this.parts.add();
    while (this.purses.count <= purse) this.purses.add();
  }
}

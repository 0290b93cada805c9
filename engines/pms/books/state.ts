import { type SnapshotSink, StateReader, StateWriter } from '@nautilus/core/journal';
import { StateHash } from '@nautilus/core/matching';
import type { AdjustedMark, KnownAction } from '../corporate-actions/actions';
import { type MarginCall, MarginCalls } from '../margin/calls';
import { type Break, Breaks } from '../reconciliation/breaks';
import { dayNumber } from './calendar';
import { type AccountDefinition, Definitions, type InstrumentDefinition } from './definitions';
import { Executions } from './executions';
import { Ledger } from './ledger';
import { Positions } from './positions';
import { addNumber, addText } from './table';

/** To be counted up when what is saved changes. */
const LAYOUT = 'the books, layout 3';

/** Told of what a record changed, for who writes rows of it. */
export interface BooksListener {
  /** Row of a position. */
  position?(row: number): unknown;
  /** Number of a line in `ledger.log`, and its purse. */
  posted?(line: number, purse: number): unknown;
  /** Id of a corporate action. */
  action?(id: string): unknown;
  /** Id of a break. */
  broken?(id: string): void;
  /** A margin call as it is now. */
  called?(call: MarginCall): void;
}

/** All that is booked: what `Books` folds its records into. */
export class BooksState {
  readonly definitions = new Definitions();
  readonly positions = new Positions();
  readonly executions = new Executions();
  readonly breaks = new Breaks();
  readonly calls = new MarginCalls();
  /** Corporate actions by id, in the order in which they were announced. */
  readonly actions = new Map<string, KnownAction>();
  /** Ids of those that are effective, in their order. */
  readonly effective: string[] = [];
  readonly ledger: Ledger;
  /** The business day, and the next one; empty before the first roll. */
  day = '';
  next = '';
  /** Closing prices of the day before, by row of the instrument, in half price units; 0: none. */
  closing: Float64Array = new Float64Array(0);
  /** Marks that corporate actions have changed and no quote since, by row of the instrument. */
  readonly adjusted = new Map<number, AdjustedMark>();
  /** Balances of the ledger at the end of the newest days, the newest last. */
  readonly closings: { readonly day: string; readonly balances: Float64Array }[] = [];
  /** Worth of one unit, by `from/to`. */
  readonly rates = new Map<string, number>();
  /** What came under an id already, as it was written. */
  protected readonly seen = new Map<string, string>();
  /** The same as numbers, see `dayNumber`. */
  dayNumber = 0;
  nextNumber = 0;

  constructor(readonly listener: BooksListener = {}) {
    this.ledger = new Ledger(listener.posted && { posted: listener.posted.bind(listener) });
  }

  /** What was booked under an id, as JSON; undefined when it is new. */
  known(id: string): string | undefined {
    return this.seen.get(id);
  }

  save(sink: SnapshotSink): void {
    const state = new StateWriter(sink, LAYOUT);
    const { definitions } = this;
    state.value({
      accounts: definitions.accounts,
      instruments: definitions.instruments,
      currencies: definitions.currencies,
      day: this.day,
      next: this.next,
      closing: [...this.closing],
      adjusted: [...this.adjusted],
      rates: [...this.rates],
      seen: [...this.seen],
      closings: this.closings.map(({ day, balances }) => [day, balances.length]),
      breaks: this.breaks.all,
      calls: this.calls.all,
      actions: [...this.actions.values()],
    });
    for (const { balances } of this.closings) state.column(balances);
    this.executions.save(state);
    this.ledger.save(state);
    this.positions.save(state);
  }

  /** Into books that have booked nothing. @throws JournalError NAUT_JOURNAL_STATE */
  restore(bytes: Uint8Array): void {
    const state = new StateReader(bytes, LAYOUT);
    const saved = state.value() as Saved;
    for (const account of saved.accounts) this.definitions.account(account);
    for (const instrument of saved.instruments) this.definitions.instrument(instrument);
    for (const currency of saved.currencies) this.definitions.currency(currency);
    this.setDay(saved.day, saved.next);
    this.closing = Float64Array.from(saved.closing);
    for (const [instrument, mark] of saved.adjusted) this.adjusted.set(instrument, mark);
    for (const [pair, rate] of saved.rates) this.rates.set(pair, rate);
    for (const [id, text] of saved.seen) this.seen.set(id, text);
    this.breaks.restore(saved.breaks);
    this.calls.restore(saved.calls);
    for (const known of saved.actions) {
      this.actions.set(known.action.id, known);
      if (known.sequence > 0) this.effective[known.sequence - 1] = known.action.id;
    }
    for (const [day, length] of saved.closings) {
      const balances = new Float64Array(length);
      state.column(balances);
      this.closings.push({ day, balances });
    }
    this.executions.restore(state);
    this.ledger.restore(state);
    this.positions.restore(state);
  }

  /** Fingerprint of all that is booked. */
  hash(): string {
    const hash = new StateHash();
    hash.add(this.dayNumber);
    hash.add(this.executions.last);
    hash.add(this.seen.size);
    addText(hash, JSON.stringify([this.breaks.all, this.calls.all, ...this.actions.values()]));
    for (const { balances } of this.closings) for (const balance of balances) addNumber(hash, balance);
    for (const mark of this.closing) addNumber(hash, mark);
    addText(hash, JSON.stringify([...this.adjusted]));
    this.ledger.addTo(hash);
    this.positions.addTo(hash);
    return hash.hex();
  }

  setDay(day: string, next: string): void {
    this.day = day;
    this.next = next;
    this.dayNumber = day === '' ? 0 : dayNumber(day);
    this.nextNumber = next === '' ? 0 : dayNumber(next);
  }
}

interface Saved {
  readonly accounts: AccountDefinition[];
  readonly instruments: InstrumentDefinition[];
  readonly currencies: string[];
  readonly day: string;
  readonly next: string;
  readonly closing: number[];
  readonly adjusted: [instrument: number, mark: AdjustedMark][];
  readonly rates: [string, number][];
  readonly seen: [string, string][];
  readonly closings: [day: string, length: number][];
  readonly breaks: Break[];
  readonly calls: MarginCall[];
  readonly actions: KnownAction[];
}

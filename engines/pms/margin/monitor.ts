import type { Books } from '../books/books';
import { Position } from '../books/columns';
import type { MarginList } from '../replies';
import type { Valuation } from '../valuation';
import type { MarginCallEvent } from './calls';
import { MarginBook, type MarginSettings } from './margin-book';
import { marginReplies } from './view';

/** Quotes that one pass looks at: its cost does not depend on how many symbols there are. */
const QUOTES_A_PASS = 16;

/** What has touched an account since it was looked at. */
const Touched = { not: 0, byPrice: 1, byBooks: 2 } as const;

/** Follows books and quotes, and finds the accounts whose margin call begins or is met. */
export class MarginMonitor {
  readonly margins: MarginBook;
  private readonly dirty: number[] = [];
  private touched = new Uint8Array(64);
  private readonly accounts: number[] = [];
  private cursor = 0;

  constructor(
    private readonly books: Books,
    private readonly settings: MarginSettings,
    private readonly marks: Pick<Valuation, 'halves'>,
  ) {
    this.margins = new MarginBook(books, settings);
    this.lookAtAll();
  }

  replies(): MarginList['margin'] {
    return marginReplies(this.books, this.margins, this.settings.rule);
  }

  /** A position has changed. */
  moved(row: number): void {
    if (this.dirty.at(-1) !== row) this.dirty.push(row);
  }

  /** Money of an account has moved. */
  readonly paid = (account: number): void => this.touch(account, Touched.byBooks);

  /** The mark of an instrument may be another one. */
  reprice(instrument: number): void {
    if (this.books.positions.firstOfInstrument(instrument) === 0) return;
    const halves = this.marks.halves(instrument);
    // What was known stays until something newer is.
    if (halves > 0) this.margins.tick(instrument, Math.floor(halves / 2), this.priced);
  }

  /** Everything may have changed. */
  lookAtAll(): void {
    this.margins.revalueAll();
    for (let account = 0; account < this.books.definitions.accounts.length; account++)
      this.touch(account, Touched.byBooks);
  }

  /** One pass: new positions, some quotes, and the accounts that they touch. Returns what is to be journaled. */
  poll(callDay: () => string): MarginCallEvent[] {
    this.revalueMoved();
    this.readQuotes();
    return this.accounts.length === 0 ? [] : this.decide(callDay);
  }

  private revalueMoved(): void {
    const { dirty } = this;
    const { table } = this.books.positions;
    for (let i = 0; i < dirty.length; i++) {
      const row = dirty[i] as number;
      this.margins.revalue(table.get(row, Position.holding));
      this.touch(table.get(row, Position.account), Touched.byBooks);
    }
    dirty.length = 0;
  }

  private readQuotes(): void {
    const { instruments } = this.books.definitions;
    const looks = Math.min(QUOTES_A_PASS, instruments.length);
    for (let i = 0; i < looks; i++) {
      this.cursor = (this.cursor + 1) % instruments.length;
      this.reprice(this.cursor);
    }
  }

  private readonly priced = (account: number): void => this.touch(account, Touched.byPrice);

  private touch(account: number, by: number): void {
    if (account >= this.touched.length) {
      const wider = new Uint8Array(Math.max(account + 1, this.touched.length * 2));
      wider.set(this.touched);
      this.touched = wider;
    }
    if (this.touched[account] === Touched.not) this.accounts.push(account);
    if ((this.touched[account] as number) < by) this.touched[account] = by;
  }

  private decide(callDay: () => string): MarginCallEvent[] {
    const events: MarginCallEvent[] = [];
    for (const account of this.accounts) {
      const by = this.touched[account] as number;
      this.touched[account] = Touched.not;
      const rule = this.settings.rule(account);
      const margin = rule === 'none' ? null : this.margins.of(account);
      if (margin === null) continue;
      const { name } = this.books.definitions.accounts[account] as { name: string };
      const unmet = this.books.calls.unmet(name);
      const { equity, maintenance, excess } = margin;
      const call = { kind: 'margin-call', account: name, rule, equity, maintenance } as const;
      if (!unmet && excess < 0) events.push({ ...call, state: 'open', due: callDay() });
      else if (unmet && excess >= 0 && by === Touched.byBooks) events.push({ ...call, state: 'met', due: unmet.due });
    }
    this.accounts.length = 0;
    return events;
  }
}

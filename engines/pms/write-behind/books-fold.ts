import type { Replay } from '@nautilus/core/journal';
import { Books } from '../books/books';
import { Holding } from '../books/columns';
import { replayInto } from '../books/journal';
import type { MarginCall } from '../margin/calls';

/** The journal of the books, folded a second time, so that what is written behind them is never ahead of the disk. */
export class BooksFold {
  /** Rows of positions, ids of breaks and corporate actions, and margin calls by id, that changed since they were taken. */
  readonly positions = new Set<number>();
  readonly breaks = new Set<string>();
  readonly actions = new Set<string>();
  /** As they are: the books forget old ones. */
  readonly calls = new Map<string, MarginCall>();
  books: Books;
  private replay: Replay;

  /** @param posted told of each line of the ledger, once it is posted */
  constructor(private readonly posted: (line: number) => void = () => undefined) {
    this.books = this.empty();
    this.replay = replayInto(this.books);
  }

  apply(number: number, data: Uint8Array): void {
    this.replay.apply(number, data);
  }

  /** Everything has changed. */
  restore(bytes: Uint8Array, record: number): void {
    this.books = this.empty();
    this.replay = replayInto(this.books);
    this.replay.restore(bytes, record);
    for (let row = 0; row < this.books.positions.table.count; row++) this.positions.add(row);
    for (const { id } of this.books.breaks.all) this.breaks.add(id);
    for (const id of this.books.actions.keys()) this.actions.add(id);
    for (const call of this.books.calls.all) this.calls.set(call.id, call);
  }

  /** What changed needs not be told. */
  forget(): void {
    for (const changed of [this.positions, this.breaks, this.actions, this.calls]) changed.clear();
  }

  private empty(): Books {
    return new Books({
      position: (row) => this.positions.add(row),
      posted: (line) => this.posted(line),
      broken: (id) => this.breaks.add(id),
      called: (call) => this.calls.set(call.id, call),
      action: (id) => {
        this.actions.add(id);
        this.renamed(id);
      },
    });
  }

  /** A corporate action may give an instrument another symbol: all its positions carry it. */
  private renamed(action: string): void {
    const { actions, positions } = this.books;
    const instrument = actions.get(action)?.instrument;
    if (instrument === undefined) return;
    let next = positions.firstOfInstrument(instrument);
    for (; next > 0; next = positions.holdings.get(next - 1, Holding.nextOfInstrument))
      for (const row of positions.positionsOf(next - 1)) this.positions.add(row);
  }
}

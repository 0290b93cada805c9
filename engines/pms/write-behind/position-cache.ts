import { cacheDatabases } from '@nautilus/config/catalog';
import { PRICE_UNITS } from '@nautilus/core/domain';
import type { Projection, RedisWriter } from '@nautilus/core/persistence';
import { Position } from '../books/columns';
import { BooksFold } from './books-fold';
import { KeptPositions } from './kept-positions';

/** Rows of one batch after a restore. */
const MOST_ROWS = 5000;

export interface PositionRows {
  readonly positions: readonly { readonly key: string; readonly fields: Readonly<Record<string, string | number>> }[];
  readonly removed: readonly string[];
}

export const positionKeys: RedisWriter<PositionRows>['keys'] = [
  { database: cacheDatabases.positions, prefix: 'positions' },
];

/** Positions as hashes `positions:<account>:<strategy>:<instrument>`; they have no end. */
export const toRedis: RedisWriter<PositionRows>['write'] = (transaction, { positions, removed }) => {
  transaction.select(cacheDatabases.positions);
  for (const { key, fields } of positions) transaction.hset(key, fields);
  for (const key of removed) transaction.unlink(key);
};

/** The books as the cache shows them: positions, bounded. It follows from the records alone. */
export class PositionCache implements Projection<PositionRows> {
  private readonly fold = new BooksFold();
  private readonly kept: KeptPositions;

  constructor(most: number) {
    this.kept = new KeptPositions(most);
  }

  apply(number: number, data: Uint8Array): void {
    this.fold.apply(number, data);
    // Which flat ones go depends on the order in which they became so: each record is looked at by itself.
    for (const row of this.fold.positions) this.note(row);
  }

  get waiting(): boolean {
    return this.changed.size > 0;
  }

  take(): PositionRows {
    const positions: PositionRows['positions'][number][] = [];
    for (const row of this.changed) {
      if (positions.length === MOST_ROWS) break;
      this.changed.delete(row);
      if (this.kept.has(row)) positions.push({ key: this.keyOf(row), fields: this.fieldsOf(row) });
    }
    const removed = [...this.removed].map((row) => this.keyOf(row));
    this.removed.clear();
    return { positions, removed };
  }

  /** Of a cache that is empty. */
  restore(bytes: Uint8Array, record: number): void {
    this.fold.restore(bytes, record);
    for (const row of this.fold.positions) this.note(row);
    this.removed.clear();
  }

  private readonly changed = new Set<number>();
  private readonly removed = new Set<number>();

  private note(row: number): void {
    this.fold.positions.delete(row);
    this.changed.add(row);
    this.removed.delete(row);
    const isOpen = this.fold.books.positions.table.get(row, Position.quantity) !== 0;
    for (const gone of this.kept.note(row, isOpen)) this.removed.add(gone);
  }

  private keyOf(row: number): string {
    const { definitions, positions } = this.fold.books;
    const { account, strategy, instrument } = positions.table.row(row);
    return `positions:${definitions.accounts[account]!.name}:${strategy}:${definitions.instruments[instrument]!.id}`;
  }

  private fieldsOf(row: number): Record<string, string | number> {
    const { definitions, positions } = this.fold.books;
    const at = positions.table.row(row);
    const account = definitions.accounts[at.account]!;
    const { symbol, currency } = definitions.instruments[at.instrument]!;
    const fifo = account.costMethod === 'fifo';
    return {
      account: account.name,
      strategy: at.strategy,
      symbol,
      currency,
      quantity: at.quantity,
      unsettled: at.unsettled,
      cost: (fifo ? at.fifoCost : at.averageCost) / PRICE_UNITS,
      realised: (fifo ? at.fifoRealised : at.averageRealised) / PRICE_UNITS,
      fees: at.fees / PRICE_UNITS,
    };
  }
}

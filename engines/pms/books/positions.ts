import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { StateHash } from '@nautilus/core/matching';
import { Holding, Position } from './columns';
import { Lots } from './lots';
import { Table, widened } from './table';

/**
 * Positions by account, strategy and instrument, and holdings by account and instrument, which are their sums. There is a row for
 * what was traded once, whatever could be. By rows of `Definitions`.
 */
export class Positions {
  readonly table = new Table(Position);
  readonly holdings = new Table(Holding);
  readonly lots = new Lots(this.table);
  private index: Int32Array = new Int32Array(1 << 8);
  private holdingIndex: Int32Array = new Int32Array(1 << 8);
  private accountHeads: Float64Array = new Float64Array(16);
  private instrumentHeads: Float64Array = new Float64Array(16);

  /** Row of a position, -1 when there was never one. */
  find(account: number, strategy: number, instrument: number): number {
    const { index } = this;
    const { cells, width } = this.table;
    const hash = mix(account, strategy, instrument);
    const mask = index.length - 1;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const row = (index[slot] as number) - 1;
      if (row < 0) return -1;
      // Another one's row is not touched for it.
      if (index[slot + 1] !== hash) continue;
      const at = row * width;
      if (
        cells[at + Position.account] === account &&
        cells[at + Position.strategy] === strategy &&
        cells[at + Position.instrument] === instrument
      )
        return row;
    }
  }

  /** A new position of nothing. */
  open(account: number, strategy: number, instrument: number, purse: number): number {
    let holding = this.findHolding(account, instrument);
    if (holding < 0) holding = this.openHolding(account, instrument, purse);
    const { table, holdings } = this;
    const row = table.add();
    table.set(row, Position.account, account);
    table.set(row, Position.strategy, strategy);
    table.set(row, Position.instrument, instrument);
    table.set(row, Position.purse, purse);
    table.set(row, Position.holding, holding);
    table.set(row, Position.nextOfHolding, holdings.get(holding, Holding.firstPosition));
    holdings.set(holding, Holding.firstPosition, row + 1);
    this.index = this.indexed(row);
    return row;
  }

  findHolding(account: number, instrument: number): number {
    const { holdingIndex: index, holdings } = this;
    const hash = mix(account, 0, instrument);
    const mask = index.length - 1;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const row = (index[slot] as number) - 1;
      if (row < 0) return -1;
      if (
        index[slot + 1] === hash &&
        holdings.get(row, Holding.account) === account &&
        holdings.get(row, Holding.instrument) === instrument
      )
        return row;
    }
  }

  *positionsOf(holding: number): Generator<number> {
    let next = this.holdings.get(holding, Holding.firstPosition);
    for (; next > 0; next = this.table.get(next - 1, Position.nextOfHolding)) yield next - 1;
  }

  /** First holding of an instrument, as row + 1; the next one is in `nextOfInstrument`. */
  firstOfInstrument(instrument: number): number {
    return this.instrumentHeads[instrument] ?? 0;
  }

  /** Likewise, and `nextOfAccount`. */
  firstOfAccount(account: number): number {
    return this.accountHeads[account] ?? 0;
  }

  save(state: StateWriter): void {
    this.table.save(state);
    this.holdings.save(state);
    this.lots.table.save(state);
    this.lots.closed.save(state);
    state.value({
      free: this.lots.firstFree,
      accounts: this.accountHeads.length,
      instruments: this.instrumentHeads.length,
    });
    state.column(this.accountHeads);
    state.column(this.instrumentHeads);
  }

  restore(state: StateReader): void {
    this.table.restore(state);
    this.holdings.restore(state);
    this.lots.table.restore(state);
    this.lots.closed.restore(state);
    const { free, accounts, instruments } = state.value() as Record<'free' | 'accounts' | 'instruments', number>;
    this.lots.restoreFree(free);
    this.accountHeads = new Float64Array(accounts);
    this.instrumentHeads = new Float64Array(instruments);
    state.column(this.accountHeads);
    state.column(this.instrumentHeads);
    for (let row = 0; row < this.table.count; row++) this.index = this.indexed(row);
    for (let row = 0; row < this.holdings.count; row++) this.holdingIndex = this.indexedHolding(row);
  }

  addTo(hash: StateHash): void {
    this.table.addTo(hash);
    this.lots.table.addTo(hash);
    hash.add(this.lots.closed.count);
  }

  private openHolding(account: number, instrument: number, purse: number): number {
    const { holdings } = this;
    const row = holdings.add();
    this.accountHeads = widened(this.accountHeads, account + 1);
    this.instrumentHeads = widened(this.instrumentHeads, instrument + 1);
    holdings.set(row, Holding.account, account);
    holdings.set(row, Holding.instrument, instrument);
    holdings.set(row, Holding.purse, purse);
    holdings.set(row, Holding.nextOfAccount, this.accountHeads[account] as number);
    holdings.set(row, Holding.nextOfInstrument, this.instrumentHeads[instrument] as number);
    this.accountHeads[account] = row + 1;
    this.instrumentHeads[instrument] = row + 1;
    this.holdingIndex = this.indexedHolding(row);
    return row;
  }

  private indexed(row: number): Int32Array {
    const { table } = this;
    const hash = mix(
      table.get(row, Position.account),
      table.get(row, Position.strategy),
      table.get(row, Position.instrument),
    );
    return entered(this.index, row, hash);
  }

  private indexedHolding(row: number): Int32Array {
    const { holdings } = this;
    return entered(
      this.holdingIndex,
      row,
      mix(holdings.get(row, Holding.account), 0, holdings.get(row, Holding.instrument)),
    );
  }
}

/** The finaliser of MurmurHash3 over three numbers. */
function mix(account: number, strategy: number, instrument: number): number {
  let hash = Math.imul(account, 0x9e3779b1) ^ Math.imul(strategy, 0x85ebca6b) ^ Math.imul(instrument, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * Enters row `row`, the newest, under its hash. A place is row + 1 and the hash of its key, beside each other: whose row it is is known
 * without a look at it, and half of the places at most are taken.
 */
function entered(index: Int32Array, row: number, hash: number): Int32Array {
  if ((row + 1) * 4 <= index.length) {
    place(index, row + 1, hash);
    return index;
  }
  const wider = new Int32Array(index.length * 2);
  for (let slot = 0; slot < index.length; slot += 2)
    if (index[slot] !== 0) place(wider, index[slot] as number, index[slot + 1] as number);
  place(wider, row + 1, hash);
  return wider;
}

function place(index: Int32Array, taken: number, hash: number): void {
  const mask = index.length - 1;
  let slot = (hash << 1) & mask;
  while (index[slot] !== 0) slot = (slot + 2) & mask;
  index[slot] = taken;
  index[slot + 1] = hash;
}

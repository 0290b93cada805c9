import { CodedError, PRICE_UNITS, Side } from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import { StateHash } from '@nautilus/core/matching';
import { exact, proportion } from './arithmetic';
import type { PositionConfig } from './config';

/** The fields of an execution that positions are made from. */
export interface Fill {
  readonly account: number;
  readonly instrument: number;
  /** Price units. */
  readonly price: number;
  /** Shares, positive. */
  readonly quantity: number;
  /** Side. */
  readonly side: number;
}

const WORD = 2 ** 32;

/** What was saved, by the ids of the configuration: it may have other rows when it is restored. */
type SavedPosition = [account: number, instrument: number, quantity: number, cost: number, realised: number];
/** Cash that was moved, whatever there was at the beginning. */
type SavedCash = [account: number, currency: string, moved: number];

/**
 * Positions and cash of all accounts, in exact integers: money is in price units (1e-4 of the currency) × shares.
 *
 * Average-cost rule. A position carries its cost, signed as the position is. A fill that enlarges it adds price ×
 * quantity to the cost. A fill of r shares that reduces a position of q shares takes out cost × r / q, to the nearest
 * unit, and realises its proceeds less that; a fill that closes the position takes out all of it, so nothing is left by rounding.
 * A fill through zero is a closing fill and an opening one at the same price.
 *
 * Whatever the rounding, cash + Σ quantity × mark − initial cash = realised + unrealised, exactly: what the division
 * leaves stays in the cost.
 *
 * One row an account × instrument and one an account × currency, in typed arrays: a fill allocates nothing.
 */
export class Ledger {
  readonly currencies: readonly string[];
  private readonly quantities: Float64Array;
  private readonly costs: Float64Array;
  private readonly realised: Float64Array;
  private readonly balances: Float64Array;
  private readonly accountRows = new Map<number, number>();
  private readonly instrumentRows = new Map<number, number>();
  /** Column of the currency that each instrument is paid in. */
  private readonly currencyOf: Int32Array;

  constructor(private readonly config: Pick<PositionConfig, 'accounts' | 'instruments'>) {
    const { accounts, instruments } = config;
    const currencies = new Set([...accounts, ...instruments].map(({ currency }) => currency));
    this.currencies = Object.freeze([...currencies].sort());
    this.quantities = new Float64Array(accounts.length * instruments.length);
    this.costs = new Float64Array(this.quantities.length);
    this.realised = new Float64Array(this.quantities.length);
    this.balances = new Float64Array(accounts.length * this.currencies.length);
    this.currencyOf = Int32Array.from(instruments, ({ currency }) => this.currencies.indexOf(currency));
    instruments.forEach(({ id }, row) => void this.instrumentRows.set(id, row));
    accounts.forEach(({ id, currency, initialCash }, row) => {
      this.accountRows.set(id, row);
      this.balances[this.cashRow(row, this.currencies.indexOf(currency))] = Math.round(initialCash * PRICE_UNITS);
    });
  }

  /**
   * Books one fill; an error leaves everything as it was.
   *
   * @throws CodedError NAUT_UNKNOWN_ACCOUNT, NAUT_UNKNOWN_INSTRUMENT, NAUT_BAD_EXECUTION, NAUT_POSITION_OVERFLOW
   */
  apply(fill: Fill): void {
    const { price, quantity, side } = fill;
    const account = rowOf(this.accountRows, fill.account, 'account', 'NAUT_UNKNOWN_ACCOUNT');
    const instrument = rowOf(this.instrumentRows, fill.instrument, 'instrument', 'NAUT_UNKNOWN_INSTRUMENT');
    if (quantity < 1 || (side !== Side.buy && side !== Side.sell)) throw badExecution(fill);
    const row = account * this.config.instruments.length + instrument;
    const cash = this.cashRow(account, this.currencyOf[instrument]!);
    const signed = side === Side.buy ? quantity : -quantity;
    const held = this.quantities[row]!;
    const cost = this.costs[row]!;
    const value = exact(price * signed, 'the value of the execution');
    const balance = exact(this.balances[cash]! - value, 'the cash balance');

    if (held === 0 || held > 0 === signed > 0) {
      const enlarged = exact(cost + value, 'the cost of the position');
      this.quantities[row] = exact(held + signed, 'the position');
      this.costs[row] = enlarged;
    } else {
      const size = Math.abs(held);
      const closed = Math.min(quantity, size);
      const released = closed === size ? cost : Math.sign(cost) * proportion(Math.abs(cost), closed, size);
      const proceeds = price * (signed > 0 ? -closed : closed);
      this.realised[row] = exact(this.realised[row]! + proceeds - released, 'the realised profit');
      this.quantities[row] = held + signed;
      this.costs[row] = closed === size ? value + proceeds : cost - released;
    }
    this.balances[cash] = balance;
  }

  /** Signed shares, by the place of account and instrument in the configuration. */
  quantity(account: number, instrument: number): number {
    return this.quantities[account * this.config.instruments.length + instrument]!;
  }

  /** Cost of the open position, signed as it is: price units × shares. */
  cost(account: number, instrument: number): number {
    return this.costs[account * this.config.instruments.length + instrument]!;
  }

  /** Profit realised so far, price units × shares. */
  realisedProfit(account: number, instrument: number): number {
    return this.realised[account * this.config.instruments.length + instrument]!;
  }

  /** Cash in 1e-4 of the currency; `currency` is its place in `currencies`. */
  cash(account: number, currency: number): number {
    return this.balances[this.cashRow(account, currency)]!;
  }

  save(state: StateWriter): void {
    const { accounts, instruments } = this.config;
    const initial = new Ledger(this.config);
    const positions = accounts.flatMap(({ id }, account) =>
      instruments.map((instrument, column): SavedPosition => {
        const row = account * instruments.length + column;
        return [id, instrument.id, this.quantities[row]!, this.costs[row]!, this.realised[row]!];
      }),
    );
    const cash = accounts.flatMap(({ id }, account) =>
      this.currencies.map((name, currency): SavedCash => {
        const row = this.cashRow(account, currency);
        return [id, name, this.balances[row]! - initial.balances[row]!];
      }),
    );
    state.value(positions.filter(([, , quantity, , realised]) => quantity !== 0 || realised !== 0));
    state.value(cash.filter(([, , moved]) => moved !== 0));
  }

  /** Into a ledger that has booked nothing. @throws CodedError NAUT_UNKNOWN_ACCOUNT, NAUT_UNKNOWN_INSTRUMENT, NAUT_UNKNOWN_CURRENCY */
  restore(state: StateReader): void {
    for (const [account, instrument, quantity, cost, realised] of state.value() as SavedPosition[]) {
      const row =
        rowOf(this.accountRows, account, 'account', 'NAUT_UNKNOWN_ACCOUNT') * this.config.instruments.length +
        rowOf(this.instrumentRows, instrument, 'instrument', 'NAUT_UNKNOWN_INSTRUMENT');
      this.quantities[row] = quantity;
      this.costs[row] = cost;
      this.realised[row] = realised;
    }
    for (const [account, currency, moved] of state.value() as SavedCash[]) {
      const column = this.currencies.indexOf(currency);
      if (column < 0) throw unknownCurrency(currency, this.currencies);
      this.balances[this.cashRow(rowOf(this.accountRows, account, 'account', 'NAUT_UNKNOWN_ACCOUNT'), column)]! +=
        moved;
    }
  }

  /** Fingerprint of all positions and balances. */
  hash(): string {
    const hash = new StateHash();
    for (const column of [this.quantities, this.costs, this.realised, this.balances])
      for (const value of column) {
        hash.add(Math.floor(value / WORD));
        hash.add(value % WORD);
      }
    return hash.hex();
  }

  private cashRow(account: number, currency: number): number {
    return account * this.currencies.length + currency;
  }
}

function rowOf(rows: ReadonlyMap<number, number>, id: number, what: string, code: string): number {
  const row = rows.get(id);
  if (row !== undefined) return row;
  throw new CodedError({
    code,
    message: `an execution names ${what} ${id}; the configuration has ${[...rows.keys()].join(', ')}`,
    fix: `give oms and pms the same ${what}s in the profile`,
  });
}

const unknownCurrency = (currency: string, known: readonly string[]): CodedError =>
  new CodedError({
    code: 'NAUT_UNKNOWN_CURRENCY',
    message: `the snapshot of the positions has cash in ${currency}; the configuration has ${known.join(', ')}`,
    fix: 'give pms the accounts and instruments that it had',
  });

const badExecution = ({ quantity, side }: Fill): CodedError =>
  new CodedError({
    code: 'NAUT_BAD_EXECUTION',
    message: `an execution has quantity ${quantity} and side ${side}; allowed: a quantity from 1, side 0 (buy) or 1 (sell)`,
    fix: 'the ring oms.executions is damaged or was written by another version: stop the platform and start it again',
  });

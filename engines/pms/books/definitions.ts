import { CodedError } from '@nautilus/core/domain';

/** Which lots a reducing fill takes: that of the average, or the oldest. */
type CostMethod = 'average' | 'fifo';

/** What the books know of an account. A definition is journaled: the same records give the same books under any profile. */
export interface AccountDefinition {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
  /** 1e-4 of the currency. */
  readonly initialCash: number;
  /** Says which profit the ledger realises; the other one is kept beside it. */
  readonly costMethod: CostMethod;
  /** Business days from trade to settlement. */
  readonly settlementDays: 0 | 1;
}

export interface InstrumentDefinition {
  readonly id: number;
  readonly symbol: string;
  readonly currency: string;
}

/** The accounts, instruments and currencies of the books, each under a row of its own: the order in which they were defined. */
export class Definitions {
  readonly accounts: AccountDefinition[] = [];
  readonly instruments: InstrumentDefinition[] = [];
  readonly currencies: string[] = [];
  /** By id: a place in an array is found sooner than one in a map. */
  private readonly accountRows: number[] = [];
  private readonly instrumentRows: number[] = [];

  /** Row of an account; one that is there already only takes another cost method or settlement from now on. */
  account(definition: AccountDefinition): number {
    return put(this.accounts, this.accountRows, definition);
  }

  instrument(definition: InstrumentDefinition): number {
    return put(this.instruments, this.instrumentRows, definition);
  }

  currency(name: string): number {
    const row = this.currencies.indexOf(name);
    return row < 0 ? this.currencies.push(name) - 1 : row;
  }

  /** @throws CodedError NAUT_UNKNOWN_ACCOUNT */
  accountRow(id: number): number {
    const row = this.accountRows[id];
    return row === undefined ? unknown('account', 'NAUT_UNKNOWN_ACCOUNT', id, this.accountRows) : row;
  }

  /** @throws CodedError NAUT_UNKNOWN_INSTRUMENT */
  instrumentRow(id: number): number {
    const row = this.instrumentRows[id];
    return row === undefined ? unknown('instrument', 'NAUT_UNKNOWN_INSTRUMENT', id, this.instrumentRows) : row;
  }

  /** -1 when there is none. */
  accountNamed(name: string): number {
    return this.accounts.findIndex((account) => account.name === name);
  }

  /** -1 when there is none. */
  symbol(symbol: string): number {
    return this.instruments.findIndex((instrument) => instrument.symbol === symbol);
  }

  rename(instrument: number, symbol: string): void {
    this.instruments[instrument] = { ...(this.instruments[instrument] as InstrumentDefinition), symbol };
  }
}

function put<T extends { readonly id: number }>(list: T[], rows: number[], definition: T): number {
  const row = rows[definition.id] ?? list.length;
  rows[definition.id] = row;
  list[row] = definition;
  return row;
}

function unknown(what: string, code: string, id: number, rows: readonly number[]): never {
  throw new CodedError({
    code,
    message: `an execution names ${what} ${id}; the configuration has ${Object.keys(rows).join(', ')}`,
    fix: `give oms and pms the same ${what}s in the profile`,
  });
}

import type { Instrument } from '@nautilus/core/domain';
import type { OmsConfig } from './config';

/** The configured accounts and instruments, by number for the order path and by name for the API. */
export class Directory {
  /** Tick size by instrument number; 0: no such instrument. */
  readonly tickSizes = new Int32Array(1024);
  /** 1 by account number. */
  readonly knownAccounts = new Uint8Array(1024);
  private readonly accountIds = new Map<string, number>();
  private readonly accountNames = new Map<number, string>();
  private readonly bySymbol = new Map<string, Instrument>();
  private readonly byId = new Map<number, Instrument>();

  constructor(config: Pick<OmsConfig, 'accounts' | 'instruments'>) {
    for (const { id, name } of config.accounts) {
      this.knownAccounts[id] = 1;
      this.accountIds.set(name, id);
      this.accountNames.set(id, name);
    }
    for (const instrument of config.instruments) {
      this.tickSizes[instrument.id] = instrument.tickSize;
      this.bySymbol.set(instrument.symbol, instrument);
      this.byId.set(instrument.id, instrument);
    }
  }

  get accounts(): readonly number[] {
    return [...this.accountNames.keys()];
  }

  get instruments(): readonly number[] {
    return [...this.byId.keys()];
  }

  /** -1 when there is none of this name. */
  accountOf(name: string): number {
    return this.accountIds.get(name) ?? -1;
  }

  instrumentOf(symbol: string): number {
    return this.bySymbol.get(symbol)?.id ?? -1;
  }

  /** Names of what the journal knows; the number where the configuration has forgotten it. */
  accountName(id: number): string {
    return this.accountNames.get(id) ?? `#${id}`;
  }

  symbol(id: number): string {
    return this.byId.get(id)?.symbol ?? `#${id}`;
  }

  get accountNameList(): readonly string[] {
    return [...this.accountIds.keys()];
  }

  get symbolList(): readonly string[] {
    return [...this.bySymbol.keys()];
  }
}

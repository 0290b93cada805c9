import type { Directory } from './directory';
import type { OrderState } from './order-state';
import type { JournalRecord } from './records';
import type { Sweep, SweepScope } from './sweeps';

/** What the ways into the journal need of the order system. Each record is begun, filled and appended in one turn. */
export interface Recorder {
  readonly state: OrderState;
  readonly directory: Directory;
  readonly checks: {
    isKilled(account: number): boolean;
    lastTrade(instrument: number): number;
    marketTimeNs(): number;
  };
  /** @throws EngineError NAUT_ORDER_JOURNAL_UNAVAILABLE */
  begin(kind: number): JournalRecord;
  draft(source: number): JournalRecord;
  append(): number;
  decide(index: number): number;
  refuse(reason: number, value?: number, allowed?: number): number;
  sweep(scope: SweepScope, entry?: { readonly clientOrderId: number; readonly sequence: number }): Sweep;
}

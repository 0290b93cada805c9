/** Corporate actions as the position engine tells them, each made into a record once. */
import type { CorporateAction, FieldsOf, ViewOf } from '@nautilus/core/domain';
import type { Subscription } from '@nautilus/core/transport';
import type { Recorder } from './recorder';
import { RecordKind } from './records';

/** Passes between two looks, a power of two: actions come a few a year. */
const PASSES = 64;

export class ActionDesk {
  private passes = 0;
  /** What is to be acknowledged once a record is durable. */
  private taken: { readonly record: number; readonly position: number } | undefined;

  constructor(
    private readonly system: Recorder,
    private readonly actions: Subscription<FieldsOf<typeof CorporateAction>>,
  ) {}

  /** Returns how many there were. @throws EngineError NAUT_ORDER_JOURNAL_UNAVAILABLE */
  poll(): number {
    if ((++this.passes & (PASSES - 1)) !== 0) return 0;
    const done = this.actions.poll(this.onAction);
    if (done > 0) this.taken = { record: this.system.state.record, position: this.actions.position };
    return done;
  }

  acknowledge(durable: number): void {
    if (this.taken === undefined || this.taken.record > durable) return;
    this.actions.acknowledge(this.taken.position);
    this.taken = undefined;
  }

  private readonly onAction = (message: ViewOf<typeof CorporateAction>): void => {
    const { system } = this;
    const { sequence, instrument } = message;
    if (sequence <= system.state.actions.sequence) return;
    const tickSize = system.directory.tickSizes[instrument] ?? 0;
    const { action } = system.begin(RecordKind.action);
    action.at = Date.now();
    action.sequence = sequence;
    action.amount = message.amount;
    action.instrument = instrument;
    action.into = message.into;
    action.over = message.over;
    action.under = message.under;
    action.exDay = message.exDay;
    action.lastTrade = system.checks.lastTrade(instrument);
    action.tickSize = Math.max(1, tickSize);
    action.action = message.kind;
    system.append();
  };
}

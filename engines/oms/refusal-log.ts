import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { JournalRecord } from './records';

/** How many refusals can be asked for. */
const KEPT = 1024;

/** A refusal as the API shows it, in the units of the record. */
export interface Refusal {
  readonly number: number;
  readonly at: number;
  readonly clientOrderId: string | number;
  readonly account: number;
  readonly instrument: number;
  readonly command: number;
  readonly orderId: number;
  readonly reason: number;
  readonly value: number;
  readonly allowed: number;
}

/** Counts every refusal and keeps the last ones, in columns. */
export class RefusalLog {
  private readonly at = new Float64Array(KEPT);
  private readonly numericIds = new Float64Array(KEPT);
  private readonly texts: (string | undefined)[] = new Array(KEPT).fill(undefined);
  private readonly orderIds = new Float64Array(KEPT);
  private readonly values = new Float64Array(KEPT);
  private readonly bounds = new Float64Array(KEPT);
  private readonly accounts = new Int32Array(KEPT);
  private readonly instruments = new Int32Array(KEPT);
  private readonly reasons = new Int32Array(KEPT);
  private readonly commands = new Uint8Array(KEPT);
  private total = 0;

  /** Refusals since the journal began. */
  get count(): number {
    return this.total;
  }

  add(record: JournalRecord): void {
    const { order } = record;
    const row = this.total++ % KEPT;
    this.at[row] = order.at;
    this.numericIds[row] = order.clientOrderId;
    this.texts[row] = order.textLength > 0 ? record.text : undefined;
    this.orderIds[row] = order.orderId;
    this.values[row] = order.value;
    this.bounds[row] = order.allowed;
    this.accounts[row] = order.account;
    this.instruments[row] = order.instrument;
    this.reasons[row] = order.reason;
    this.commands[row] = order.command;
  }

  /** The last refusals, newest first. */
  newest(limit: number): Refusal[] {
    const length = Math.min(limit, this.total, KEPT);
    return Array.from({ length }, (_, back) => this.read(this.total - 1 - back));
  }

  save(state: StateWriter): void {
    state.value([this.total, this.texts]);
    this.forEachColumn(state.column);
  }

  restore(state: StateReader): void {
    const [total, texts] = state.value() as [number, (string | null)[]];
    this.total = total;
    for (const [row, text] of texts.entries()) this.texts[row] = text ?? undefined;
    this.forEachColumn(state.column);
  }

  private forEachColumn(visit: (column: Float64Array | Int32Array | Uint8Array) => void): void {
    for (const column of Object.values(this)) if (ArrayBuffer.isView(column)) visit(column as Float64Array);
  }

  private read(number: number): Refusal {
    const row = number % KEPT;
    return {
      number: number + 1,
      at: this.at[row] as number,
      clientOrderId: this.texts[row] ?? (this.numericIds[row] as number),
      account: this.accounts[row] as number,
      instrument: this.instruments[row] as number,
      command: this.commands[row] as number,
      orderId: this.orderIds[row] as number,
      reason: this.reasons[row] as number,
      value: this.values[row] as number,
      allowed: this.bounds[row] as number,
    };
  }
}

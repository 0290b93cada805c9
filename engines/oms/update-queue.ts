import { type FieldsOf, monotonicNs, type OrderUpdate } from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { Publication } from '@nautilus/core/transport';
import type { OrderState } from './order-state';
import { rowOf } from './order-store';

/** What of a change is kept until it is told; the rest of the message is read from the order then. */
class Columns {
  readonly record: Float64Array;
  readonly at: Float64Array;
  readonly index: Int32Array;
  readonly quantity: Int32Array;
  readonly filled: Int32Array;
  readonly reason: Int32Array;
  /** Number of the execution that the change is; 0 of another. */
  readonly execution: Int32Array;
  readonly event: Uint8Array;
  readonly status: Uint8Array;

  constructor(readonly size: number) {
    this.record = new Float64Array(size);
    this.at = new Float64Array(size);
    this.index = new Int32Array(size);
    this.quantity = new Int32Array(size);
    this.filled = new Int32Array(size);
    this.reason = new Int32Array(size);
    this.execution = new Int32Array(size);
    this.event = new Uint8Array(size);
    this.status = new Uint8Array(size);
  }

  all(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return Object.values(this).filter((column) => typeof column !== 'number');
  }
}

/**
 * Changes of orders that wait for the journal, to be told as drop copies after all that somebody waits for. Written on the order path,
 * so only what will have changed by then is kept.
 */
export class UpdateQueue {
  private columns = new Columns(1 << 10);
  /** Counted, not wrapped: a slot is the count's low bits. */
  private head = 0;
  private tail = 0;
  /** Number of the last update that was told, in this life or an earlier one. */
  told: number;

  constructor(
    private readonly state: () => OrderState,
    private readonly publication: Pick<Publication<FieldsOf<typeof OrderUpdate>>, 'claim' | 'commit'>,
    told: number,
  ) {
    this.told = told;
  }

  /** The next update: their numbers follow each other without a gap. */
  add(event: number, index: number): void {
    if (this.tail - this.head === this.columns.size) this.double();
    const state = this.state();
    const chunk = state.orders.chunkOf(index);
    const row = rowOf(index);
    const { columns } = this;
    const slot = this.tail++ & (columns.size - 1);
    columns.record[slot] = state.record;
    columns.at[slot] = state.moves.at;
    columns.index[slot] = index;
    columns.quantity[slot] = chunk.quantity[row] as number;
    columns.filled[slot] = chunk.filled[row] as number;
    columns.reason[slot] = chunk.reason[row] as number;
    columns.execution[slot] = this.executionOf(state, index);
    columns.event[slot] = event;
    columns.status[slot] = chunk.status[row] as number;
  }

  /** Tells what records up to `released` imply, as far as the ring has room. Returns how many. */
  publish(released: number): number {
    const from = this.head;
    const { columns } = this;
    let sentAt = 0;
    while (this.head < this.tail) {
      const slot = this.head & (columns.size - 1);
      if ((columns.record[slot] as number) > released) break;
      const update = this.publication.claim();
      if (update === undefined) break;
      this.head++;
      update.sequence = ++this.told;
      // One look at the clock for all that is told together.
      if (sentAt === 0) sentAt = monotonicNs();
      update.sentAt = sentAt;
      this.write(update, slot);
    }
    const count = this.head - from;
    if (count > 0) this.publication.commit();
    return count;
  }

  save(writer: StateWriter): void {
    const count = this.tail - this.head;
    writer.value(count);
    const waiting = new Columns(count);
    for (let i = 0; i < count; i++) this.copy(this.head + i, waiting, i);
    for (const column of waiting.all()) writer.column(column);
  }

  /** Takes those of the saved changes that were not told; the last of them has the number `last`. */
  restore(reader: StateReader, last: number): void {
    const count = reader.value() as number;
    const saved = new Columns(count);
    for (const column of saved.all()) reader.column(column);
    for (let i = Math.max(0, count - Math.max(0, last - this.told)); i < count; i++) {
      if (this.tail === this.columns.size) this.double();
      this.columns.all().forEach((column, n) => {
        column[this.tail] = saved.all()[n]?.[i] as number;
      });
      this.tail++;
    }
  }

  private write(update: NonNullable<ReturnType<typeof this.publication.claim>>, slot: number): void {
    const { columns } = this;
    const { orders, executions } = this.state();
    const index = columns.index[slot] as number;
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    const execution = columns.execution[slot] as number;
    update.at = columns.at[slot] as number;
    update.orderId = index + 1;
    update.clientOrderId = chunk.clientOrderId[row] as number;
    update.parent = chunk.parent[row] as number;
    update.group = chunk.group[row] as number;
    update.notional = chunk.notional[row] as number;
    update.executionId = execution;
    update.account = chunk.account[row] as number;
    update.instrument = chunk.instrument[row] as number;
    update.quantity = columns.quantity[slot] as number;
    update.filled = columns.filled[slot] as number;
    update.limitPrice = chunk.limitPrice[row] as number;
    update.stopPrice = chunk.stopPrice[row] as number;
    update.reason = columns.reason[slot] as number;
    update.strategy = chunk.strategy[row] as number;
    update.session = chunk.session[row] as number;
    update.event = columns.event[slot] as number;
    update.status = columns.status[slot] as number;
    update.side = chunk.side[row] as number;
    update.type = chunk.type[row] as number;
    update.timeInForce = chunk.timeInForce[row] as number;
    update.algorithm = chunk.algorithm[row] as number;
    update.contingency = chunk.contingency[row] as number;
    const fills = execution > 0 ? executions.chunkOf(execution - 1) : undefined;
    const at = rowOf(execution - 1);
    update.lastPrice = fills === undefined ? 0 : (fills.price[at] as number);
    update.lastQuantity = fills === undefined ? 0 : (fills.quantity[at] as number);
    update.venue = fills === undefined ? 0 : (fills.venue[at] as number);
  }

  /** The last execution, when the record that is being applied has added it to this order. */
  private executionOf({ executions, record }: OrderState, index: number): number {
    const { count } = executions;
    if (count === 0) return 0;
    const fills = executions.chunkOf(count - 1);
    const row = rowOf(count - 1);
    return fills.record[row] === record && fills.orderId[row] === index + 1 ? count : 0;
  }

  private copy(from: number, into: Columns, to: number): void {
    const slot = from & (this.columns.size - 1);
    const source = this.columns.all();
    into.all().forEach((column, n) => {
      column[to] = source[n]?.[slot] as number;
    });
  }

  private double(): void {
    const larger = new Columns(this.columns.size * 2);
    const count = this.tail - this.head;
    for (let i = 0; i < count; i++) this.copy(this.head + i, larger, i);
    this.columns = larger;
    this.head = 0;
    this.tail = count;
  }
}

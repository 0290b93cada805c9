/** What an order journal knows of one order: each record that touched it, with the order before and after. */
import { codec, rejections } from '@nautilus/core/domain';
import { replayJournal as fold, type JournalPlace, readKeyFile } from '@nautilus/core/journal';
import { OrderEvent, OrderStatus } from './life-cycle';
import { OrderState } from './order-state';
import { Hold, rowOf } from './order-store';
import { JournalRecord, type RecordDescription, RecordKind } from './records';
import { restoreSnapshot } from './snapshot';

const events = codec(OrderEvent);
const statuses = codec(OrderStatus);

/** Prices in price units. */
export interface OrderMoment {
  readonly status: string;
  readonly quantity: number;
  readonly filled: number;
  readonly limitPrice: number;
  readonly stopPrice: number;
  /** What it waits for while it is suspended. */
  readonly held: readonly string[];
  readonly reason: string | null;
}

export interface Touch {
  readonly record: number;
  /** Events of the order that the record led to; none of a refused change. */
  readonly events: readonly string[];
  /** Null before the order was there. */
  readonly before: OrderMoment | null;
  readonly after: OrderMoment;
  /** The record: of another order where what happened to that moved this one. */
  readonly by: RecordDescription;
}

function momentOf({ orders }: OrderState, index: number): OrderMoment | null {
  if (index >= orders.count) return null;
  const chunk = orders.chunkOf(index);
  const row = rowOf(index);
  const hold = chunk.hold[row] as number;
  const reason = chunk.reason[row] as number;
  return {
    status: statuses.name(chunk.status[row] as number),
    quantity: chunk.quantity[row] as number,
    filled: chunk.filled[row] as number,
    limitPrice: chunk.limitPrice[row] as number,
    stopPrice: chunk.stopPrice[row] as number,
    held: Object.keys(Hold).filter((why) => (hold & Hold[why as keyof typeof Hold]) !== 0),
    reason: reason === 0 ? null : rejections.name(reason),
  };
}

/**
 * Folds a stopped order system's journal and tells what touched order `orderId`, oldest first. Where retention has removed the first
 * records it begins with the oldest snapshot. Returns whether there is such an order.
 * @throws JournalError
 */
export function orderHistory(
  place: JournalPlace,
  orderId: number,
  tell: (touch: Touch) => void,
  keyFile?: string,
): boolean {
  const index = orderId - 1;
  const happened: string[] = [];
  const state = new OrderState({
    command: () => undefined,
    ack: () => undefined,
    update: (_, event, changed) => {
      if (changed === index) happened.push(events.name(event));
    },
  });
  const record = new JournalRecord();
  fold(
    place,
    {
      restore: (bytes) => restoreSnapshot(bytes, state),
      apply: (number, data) => {
        record.load(data, number);
        happened.length = 0;
        const before = momentOf(state, index);
        state.apply(record, number);
        const refused = record.kind === RecordKind.refusal && record.order.orderId === orderId;
        const late = record.kind === RecordKind.report && record.report.orderId === orderId;
        if (happened.length === 0 && !refused && !late) return;
        const after = momentOf(state, index);
        if (after !== null) tell({ record: number, events: [...happened], before, after, by: record.describe() });
      },
    },
    keyFile === undefined ? undefined : readKeyFile(keyFile),
  );
  return index < state.orders.count;
}

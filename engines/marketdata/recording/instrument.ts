import { closeSync, openSync, readSync } from 'node:fs';
import { BookEventKind } from '@nautilus/core/domain';
import type { FeedEvent } from '../feeds/feed';
import { MAGIC, recordingError } from './format';
import { RecordingReader } from './reader';

/** One instrument of a recording, its venues as one book. */
export interface RecordedInstrument {
  readonly events: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly tickSize: number;
  /** Most orders that rest at a time. */
  readonly mostOrders: number;
  /** A new walk from the first event. */
  recording(): Walk;
}

/** Does a file begin as recordings do? What cannot be read does not. */
export function isRecording(file: string): boolean {
  const head = Buffer.alloc(MAGIC.length);
  try {
    const descriptor = openSync(file, 'r');
    readSync(descriptor, head, 0, head.length, 0);
    closeSync(descriptor);
  } catch {
    return false;
  }
  return head.toString('latin1') === MAGIC;
}

/** Takes one instrument of a recording into memory, to be walked again and again. @throws FeedError it cannot be read, or has none of it */
export function loadRecordedInstrument(file: string, symbol: string): RecordedInstrument {
  const reader = new RecordingReader(file);
  try {
    const known = reader.header.instruments.find((one) => one.symbol === symbol);
    const columns = new Columns();
    while (known !== undefined && reader.nextTimeNs < Number.POSITIVE_INFINITY) {
      reader.next();
      if (reader.instrument === known.id) columns.add(reader);
    }
    const events = columns.timeNs.length;
    if (known === undefined || events === 0) {
      const symbols = reader.header.instruments.map((one) => one.symbol).join(', ');
      const message = `it has no event of ${symbol}`;
      throw recordingError(
        'NAUT_FEED_RECORDING_UNKNOWN',
        file,
        message,
        symbol,
        symbols,
        'give a recording of the instrument',
      );
    }
    return {
      events,
      recording: () => new Walk(columns),
      startNs: columns.timeNs[0]!,
      endNs: columns.timeNs[events - 1]!,
      tickSize: known.tickSize,
      mostOrders: columns.mostOrders,
    };
  } finally {
    reader.close();
  }
}

/** One instrument's events in memory: it is walked hundreds of times. */
class Columns {
  readonly kind: number[] = [];
  readonly timeNs: number[] = [];
  readonly orderId: number[] = [];
  readonly side: number[] = [];
  readonly price: number[] = [];
  readonly quantity: number[] = [];
  mostOrders = 0;
  private readonly resting = new Map<number, number>();

  /** All venues are one book here: numbers of orders differ between venues, the place of the venue makes them differ. */
  add({ kind, timeNs, side, price, quantity, venue, orderId }: RecordingReader): void {
    const id = orderId * 256 + venue;
    this.kind.push(kind);
    this.timeNs.push(timeNs);
    this.orderId.push(id);
    this.side.push(side);
    this.price.push(price);
    this.quantity.push(quantity);
    if (kind === BookEventKind.add) this.resting.set(id, quantity);
    else if (kind === BookEventKind.remove) this.resting.delete(id);
    else if (kind === BookEventKind.reduce || kind === BookEventKind.execute) {
      const left = (this.resting.get(id) ?? 0) - quantity;
      if (left > 0) this.resting.set(id, left);
      else this.resting.delete(id);
    }
    this.mostOrders = Math.max(this.mostOrders, this.resting.size);
  }
}

class Walk implements FeedEvent {
  readonly instrument = 1;
  readonly venue = 0;
  kind = 0;
  timeNs = 0;
  orderId = 0;
  side = 0;
  price = 0;
  quantity = 0;
  private next = 0;

  constructor(private readonly columns: Columns) {}

  get nextTimeNs(): number {
    const { timeNs } = this.columns;
    return this.next < timeNs.length ? timeNs[this.next]! : Number.POSITIVE_INFINITY;
  }

  take(): void {
    const { columns, next } = this;
    this.kind = columns.kind[next]!;
    this.timeNs = columns.timeNs[next]!;
    this.orderId = columns.orderId[next]!;
    this.side = columns.side[next]!;
    this.price = columns.price[next]!;
    this.quantity = columns.quantity[next]!;
    this.next++;
  }
}

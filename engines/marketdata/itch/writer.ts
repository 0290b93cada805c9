import { Side } from '@nautilus/core/domain';
import type { ItchKind } from './messages';
import { type ItchValues, type ItchView, itchLengths, itchView } from './view';

const FLUSH_AT = 1 << 20;
/** Bytes of the largest message, with its length. */
const MOST = 64;

/** Writes ITCH 5.0 messages in BinaryFILE framing, in large pieces. */
export class ItchWriter {
  /** Messages written. */
  count = 0;
  private readonly buffer = new Uint8Array(FLUSH_AT + MOST);
  private used = 0;
  private readonly views = new Map<ItchKind, ItchView<ItchKind>>();

  /** @param write takes a piece, whose memory is used again after it */
  constructor(private readonly write: (piece: Uint8Array) => void) {}

  /** Any message, all its fields. */
  message<K extends ItchKind>(kind: K, values: ItchValues<K>): void {
    Object.assign(this.begin(kind), values);
  }

  /** An order, without an object: of the messages of a flow these are most. */
  add(
    locate: number,
    timeNs: number,
    reference: number,
    side: number,
    shares: number,
    stock: string,
    price: number,
  ): void {
    const view = this.begin('A') as ItchView<'A'>;
    this.header(view, locate, timeNs);
    view.reference = reference;
    view.side = side === Side.buy ? 'B' : 'S';
    view.shares = shares;
    view.stock = stock;
    view.price = price;
  }

  executed(locate: number, timeNs: number, reference: number, shares: number, match: number): void {
    const view = this.begin('E') as ItchView<'E'>;
    this.header(view, locate, timeNs);
    view.reference = reference;
    view.shares = shares;
    view.match = match;
  }

  cancel(locate: number, timeNs: number, reference: number, shares: number): void {
    const view = this.begin('X') as ItchView<'X'>;
    this.header(view, locate, timeNs);
    view.reference = reference;
    view.shares = shares;
  }

  delete(locate: number, timeNs: number, reference: number): void {
    const view = this.begin('D') as ItchView<'D'>;
    this.header(view, locate, timeNs);
    view.reference = reference;
  }

  /** After the last message; the file's end is marked with a length of 0. */
  finish(): void {
    this.buffer[this.used] = 0;
    this.buffer[this.used + 1] = 0;
    this.write(this.buffer.subarray(0, this.used + 2));
    this.used = 0;
  }

  private header(view: { locate: number; tracking: number; timeNs: number }, locate: number, timeNs: number): void {
    view.locate = locate;
    view.tracking = 0;
    view.timeNs = timeNs;
  }

  private begin(kind: ItchKind): ItchView<ItchKind> {
    if (this.used >= FLUSH_AT) {
      this.write(this.buffer.subarray(0, this.used));
      this.used = 0;
    }
    let view = this.views.get(kind);
    if (view === undefined) {
      view = itchView(kind);
      view.on(this.buffer);
      this.views.set(kind, view);
    }
    const type = kind.charCodeAt(0);
    const length = itchLengths[type]!;
    this.buffer[this.used] = 0;
    this.buffer[this.used + 1] = length;
    this.buffer[this.used + 2] = type;
    view.at = this.used + 2;
    this.used += 2 + length;
    this.count++;
    return view;
  }
}

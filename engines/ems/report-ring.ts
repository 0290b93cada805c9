import { ExecutionReport, type FieldsOf, monotonicNs, ReportKind, type View } from '@nautilus/core/domain';
import type { Publication } from '@nautilus/core/transport';
import type { ReportSink } from './desk/desk';

type Fields = FieldsOf<typeof ExecutionReport>;

/** Reports that find the ring full wait here, in order; slots of the same layout as the ring's. */
const FIRST_CAPACITY = 256;

/**
 * Reports to the order system, numbered by (epoch, sequence).
 *
 * When the ring is full, reports wait in an outbox and the engine stops taking inputs until it is empty again: so it never
 * holds more than what one poll of the inputs caused, and nothing is lost.
 */
export class ReportRing implements ReportSink {
  private memory = new ArrayBuffer(FIRST_CAPACITY * ExecutionReport.size);
  private waitingView = ExecutionReport.view(this.memory);
  private head = 0;
  private tail = 0;
  private sequence: number;
  private uncommitted = 0;
  /** When the reports of one commit are told: one look at the clock for all of them. */
  private sentAt = 0;

  constructor(
    private readonly publication: Publication<Fields>,
    private epoch: number,
  ) {
    this.sequence = publication.last()?.sequence ?? 0;
  }

  /** Reports that wait for room. */
  get waiting(): number {
    return this.tail - this.head;
  }

  /** Reports in the ring since it exists. */
  get position(): number {
    return this.publication.position;
  }

  /** How many of them the order system's journal has for good; 0 while it is away. */
  get journaled(): number {
    const { position, topic } = this.publication;
    return this.publication.hasReader('oms') ? position - topic.capacity + this.publication.free() : 0;
  }

  /** Number of the last report. */
  get lastSequence(): number {
    return this.sequence;
  }

  /** The first report of a session: whoever reads it knows that no order is known here. */
  sessionStarted(epoch: number, timeNs: number): void {
    this.epoch = epoch;
    this.report(ReportKind.sessionStarted, timeNs, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    this.commit();
  }

  report(
    kind: number,
    timeNs: number,
    orderId: number,
    childId: number,
    instrument: number,
    side: number,
    price: number,
    quantity: number,
    maker: number,
    reason: number,
    fee: number,
    venue: number,
    cumulative = 0,
  ): void {
    const message = (this.waiting === 0 ? this.publication.claim() : undefined) ?? this.wait();
    if (this.uncommitted++ === 0) this.sentAt = monotonicNs();
    message.sequence = ++this.sequence;
    message.epoch = this.epoch;
    message.sentAt = this.sentAt;
    message.timeNs = timeNs;
    message.orderId = orderId;
    message.childId = childId;
    message.cumulative = cumulative;
    message.instrument = instrument;
    message.price = price;
    message.quantity = quantity;
    message.reason = reason;
    message.kind = kind;
    message.side = side;
    message.maker = maker;
    message.fee = fee;
    message.venue = venue;
  }

  /** Moves what waits into the ring as far as there is room and shows it to the order system. */
  commit(): number {
    while (this.head < this.tail) {
      const message = this.publication.claim();
      if (message === undefined) break;
      this.moveTo(message);
    }
    if (this.head === this.tail) this.head = this.tail = 0;
    const done = this.uncommitted;
    if (done > 0) this.publication.commit();
    this.uncommitted = this.waiting;
    return done - this.uncommitted;
  }

  private wait(): View<Fields> {
    const { size } = ExecutionReport;
    if ((this.tail + 1) * size > this.memory.byteLength) {
      const larger = new ArrayBuffer(this.memory.byteLength * 2);
      new Uint8Array(larger).set(new Uint8Array(this.memory));
      this.memory = larger;
      this.waitingView = ExecutionReport.view(larger);
    }
    this.waitingView.offset = this.tail++ * size;
    return this.waitingView;
  }

  private moveTo(message: View<Fields>): void {
    const from = this.waitingView;
    from.offset = this.head++ * ExecutionReport.size;
    message.sequence = from.sequence;
    message.epoch = from.epoch;
    message.sentAt = monotonicNs();
    message.timeNs = from.timeNs;
    message.orderId = from.orderId;
    message.childId = from.childId;
    message.cumulative = from.cumulative;
    message.instrument = from.instrument;
    message.price = from.price;
    message.quantity = from.quantity;
    message.reason = from.reason;
    message.kind = from.kind;
    message.side = from.side;
    message.maker = from.maker;
    message.fee = from.fee;
    message.venue = from.venue;
  }
}

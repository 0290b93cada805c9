/** Where messages that did not come are asked for. */
export interface Retransmission {
  /** Gives the messages from `from` up to and without `to`, in their order, as far as it has them; returns how many. */
  request(from: number, to: number, take: (message: Uint8Array) => void): number;
  close(): void;
}

export interface SequencerOptions {
  /** Messages that wait for an earlier one before it is missing. @default 1024 */
  readonly window?: number;
  /** And how long they wait, of arrival time. @default 100 ms */
  readonly patienceNs?: number;
  /** @default what is missing is lost */
  readonly retransmission?: Retransmission;
}

/**
 * Brings numbered messages into their order: what came already is dropped, what comes early is held, and what does not come within a
 * window or a time is asked for again. 1 is the first.
 */
export class Sequencer {
  duplicates = 0;
  reordered = 0;
  gaps = 0;
  recovered = 0;
  /** First and number of the messages that nobody has; the first of them is never given. */
  lost: { readonly from: number; readonly count: number } | undefined;
  /** Number of the message that `take` gives next. */
  private expected = 1;
  private readonly held = new Map<number, Uint8Array>();
  /** Arrival of the first message that is held, NaN when none is. */
  private heldSince = Number.NaN;
  /** What is known to have been sent: numbers below it. */
  private sent = 1;
  private readonly window: number;
  private readonly patienceNs: number;

  constructor(private readonly options: SequencerOptions = {}) {
    this.window = options.window ?? 1024;
    this.patienceNs = options.patienceNs ?? 100e6;
  }

  /** Whether a message is missing that was sent before one that came. */
  get open(): boolean {
    return this.sent > this.expected && !this.held.has(this.expected);
  }

  /** A message came; its memory must stay as it is. */
  offer(number: number, message: Uint8Array, arrivedNs: number): void {
    if (number < this.expected || this.held.has(number)) {
      this.duplicates++;
      return;
    }
    if (number < this.sent - 1) this.reordered++;
    this.announce(number + 1, arrivedNs);
    this.held.set(number, message);
  }

  /** It was said that all numbers below `next` have been sent. */
  announce(next: number, arrivedNs: number): void {
    if (next > this.sent) this.sent = next;
    if (this.sent > this.expected && Number.isNaN(this.heldSince)) this.heldSince = arrivedNs;
  }

  /** The next message in order, when it is there. */
  take(): Uint8Array | undefined {
    const message = this.held.get(this.expected);
    if (message === undefined) return undefined;
    this.held.delete(this.expected++);
    this.heldSince = Number.NaN;
    return message;
  }

  /** Asks for what is missing when it has been waited for long enough. */
  wait(arrivedNs: number): void {
    if (!this.open) return;
    if (Number.isNaN(this.heldSince)) this.heldSince = arrivedNs;
    if (this.held.size >= this.window || arrivedNs - this.heldSince >= this.patienceNs) this.recover();
  }

  /** Asks for everything up to the first message that is held, or that was sent. */
  recover(): void {
    if (!this.open || this.lost !== undefined) return;
    this.gaps++;
    const to = this.held.size > 0 ? Math.min(...this.held.keys()) : this.sent;
    let number = this.expected;
    this.options.retransmission?.request(this.expected, to, (message) => {
      this.held.set(number++, message.slice());
      this.recovered++;
    });
    this.heldSince = Number.NaN;
    if (number < to) this.lost = { from: number, count: to - number };
  }

  /** Goes on behind what is lost. */
  passOver(): void {
    if (this.lost === undefined) return;
    this.expected = this.lost.from + this.lost.count;
    this.lost = undefined;
  }
}

import { encodeBody } from './encode';
import { Tag } from './fields';
import type { MessageStore, SentMessage } from './message-store';
import { MsgType } from './messages';

/** While so many bytes wait for the counterparty, no more are sent again. */
const MOST_BACKLOG = 256 << 10;
const AT_ONCE = 500;

/** Sends a range of numbers again: application messages as they were, a gap fill for the session's own between them. */
export class Resend {
  constructor(
    private readonly store: MessageStore,
    private next: number,
    private readonly end: number,
    private readonly write: (message: SentMessage) => void,
  ) {}

  /** Goes on as far as the counterparty reads and the disk has the messages. True when all of them are sent. */
  pump(backlog: () => number): boolean {
    if (!this.store.isDurable(this.end)) return false;
    while (this.next <= this.end && backlog() < MOST_BACKLOG) {
      const to = Math.min(this.end, this.next + AT_ONCE - 1);
      this.send(this.next, to);
      this.next = to + 1;
    }
    return this.next > this.end;
  }

  private send(from: number, to: number): void {
    let gapFrom = from;
    this.store.read(from, to, (message) => {
      if (message.body === '') return;
      if (message.sequence > gapFrom) this.fillGap(gapFrom, message.sequence);
      this.write(message);
      gapFrom = message.sequence + 1;
    });
    if (gapFrom <= to) this.fillGap(gapFrom, to + 1);
  }

  private fillGap(sequence: number, next: number): void {
    const body = encodeBody([
      [Tag.GapFillFlag, 'Y'],
      [Tag.NewSeqNo, next],
    ]);
    this.write({ sequence, type: MsgType.SequenceReset, sendingTime: Date.now(), body, mark: 0 });
  }
}

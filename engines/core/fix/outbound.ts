import { encode } from './encode';
import { timestampOf } from './fields';
import type { MessageStore, SentMessage } from './message-store';
import { isAdmin } from './messages';
import { Resend } from './resend';

/** A connection as its session sees it. */
export interface Link {
  write(bytes: Buffer): void;
  /** Bytes that the other side has not taken yet. */
  readonly backlog: number;
  /** Ends it once what was written is sent. */
  close(reason: string): void;
}

/**
 * What a session sends, in the order of its numbers: a message is written once the store has it, so that no end of the process makes a
 * number mean two things, and after what is being sent again.
 */
export class Outbound {
  link: Link | undefined;
  /** False until the Logon: application messages are stored and not written; who missed them asks for them. */
  open = false;
  lastSentAt = 0;
  private waiting: { readonly sequence: number; readonly record: number; readonly bytes: Buffer }[] = [];
  private resending: Resend | undefined;

  constructor(
    private readonly store: MessageStore,
    private readonly sender: string,
    private readonly target: string,
    private readonly now: () => number,
  ) {}

  attach(link: Link): void {
    this.link = link;
    this.open = false;
    this.lastSentAt = this.now();
  }

  detach(): void {
    this.link = undefined;
    this.waiting = [];
    this.resending = undefined;
  }

  /** Whether all that was to be written is. */
  get idle(): boolean {
    return this.waiting.length === 0 && this.resending === undefined;
  }

  /** @throws JournalError when the store's disk refuses */
  send(type: string, body: string, mark = 0): void {
    const { store, sender, target } = this;
    const sendingTime = this.now();
    const sequence = store.nextOut;
    const record = store.sent(type, sendingTime, isAdmin(type) ? '' : body, mark);
    if (this.link === undefined || !(this.open || isAdmin(type))) return;
    this.waiting.push({ sequence, record, bytes: encode({ type, sender, target, sequence, sendingTime }, body) });
  }

  /** Sends numbers again, `end` 0 for all that were sent; what waits to be written follows by itself. */
  resend(begin: number, end: number): void {
    const last = (this.waiting[0]?.sequence ?? this.store.nextOut) - 1;
    const to = end === 0 ? last : Math.min(end, last);
    if (begin <= to) this.resending = new Resend(this.store, begin, to, this.writeAgain);
  }

  /** Writes what the disk has. Returns the bytes that the counterparty has not taken. */
  flush(): number {
    const { link, store } = this;
    if (link === undefined) return 0;
    if (this.resending?.pump(() => link.backlog) === false) return link.backlog;
    this.resending = undefined;
    let written = 0;
    for (const { record, bytes } of this.waiting) {
      if (record > store.durable) break;
      this.write(bytes);
      written++;
    }
    this.waiting.splice(0, written);
    return link.backlog;
  }

  private readonly writeAgain = ({ sequence, type, sendingTime, body }: SentMessage): void => {
    const { sender, target } = this;
    const origSendingTime = timestampOf(sendingTime);
    this.write(encode({ type, sender, target, sequence, sendingTime: this.now(), origSendingTime }, body));
  };

  private write(bytes: Buffer): void {
    this.lastSentAt = this.now();
    this.link?.write(bytes);
  }
}

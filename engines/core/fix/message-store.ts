import type { Journal } from '../journal';

/** What a session keeps of a message that it sent. */
export interface SentMessage {
  readonly sequence: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly sendingTime: number;
  /** Empty for messages of the session itself: they are never sent again. */
  readonly body: string;
  /** Number that the application gave it, 0 for none. */
  readonly mark: number;
}

const Kind = { sent: 1, received: 2, reset: 3, marked: 4 } as const;

/** Record: kind, sequence, time and mark as float64, then type, SOH and body as Latin-1. */
const PREFIX = 32;
const LAYOUT = 1;

/**
 * A session's numbers and messages in a journal: what was sent can be sent again after any end of the process, and no number
 * is given twice. Numbers of received messages may be behind the truth, never ahead of it.
 */
export class MessageStore {
  /** Of the next message to send, and of the next to receive. */
  nextOut = 1;
  nextIn = 1;
  /** The largest mark. */
  mark = 0;
  /** When the numbers began at 1, milliseconds since 1970; 0: never yet. */
  resetAt = 0;
  /** Journal record of each message since the last reset, by its number less one. */
  private records: number[] = [];
  private keptIn = 1;
  private readonly listeners: (() => void)[] = [];
  private readonly scratch = Buffer.alloc(PREFIX);

  /** @param recovered told of each application message that was sent before, in order, those before a reset included */
  constructor(
    private readonly journal: Journal,
    recovered: (message: SentMessage) => void = () => undefined,
  ) {
    journal.replay({
      restore: () => undefined,
      apply: (record, data) => {
        const message = this.fold(record, data);
        if (message !== undefined && message.body !== '') recovered(message);
      },
    });
    this.keptIn = this.nextIn;
    journal.onDurable = () => {
      for (const listener of this.listeners) listener();
    };
  }

  /** Number of the last record that is durable, of those that `sent` and `reset` return. */
  get durable(): number {
    return this.journal.durable;
  }

  /** Whether the disk has the message of a number. */
  isDurable(sequence: number): boolean {
    return (this.records[sequence - 1] ?? 0) <= this.journal.durable;
  }

  onDurable(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Takes the next number for a message; returns its journal record. @throws JournalError when the disk refuses */
  sent(type: string, sendingTime: number, body: string, mark: number): number {
    const record = this.append(Kind.sent, this.nextOut, sendingTime, mark, `${type}\x01${body}`);
    this.records.push(record);
    this.nextOut++;
    this.mark = Math.max(this.mark, mark);
    return record;
  }

  /** All messages before `nextIn` have had their effect for good. */
  received(nextIn: number): void {
    if (nextIn <= this.keptIn) return;
    this.append(Kind.received, nextIn, 0, 0, '');
    this.keptIn = nextIn;
  }

  /** The application needs to be told nothing before `mark` again. */
  advance(mark: number): void {
    if (mark <= this.mark) return;
    this.append(Kind.marked, 0, 0, mark, '');
    this.mark = mark;
  }

  /** Resolves when the disk has all of it. */
  async flush(): Promise<void> {
    await this.journal.flush();
  }

  async close(): Promise<void> {
    await this.journal.close();
  }

  /** Both numbers begin at 1 again. Returns the journal record. */
  reset(now: number): number {
    const record = this.append(Kind.reset, 1, now, 0, '');
    this.begin(now);
    return record;
  }

  /** The durable messages from one number to another, in order. */
  read(from: number, to: number, handler: (message: SentMessage) => void): void {
    const first = this.records[from - 1];
    const last = this.records[Math.min(to, this.records.length) - 1];
    if (first === undefined || last === undefined || first > last) return;
    this.journal.read(
      first,
      (_, data) => {
        if (data[0] === Kind.sent) handler(decode(data));
      },
      last - first + 1,
    );
  }

  private begin(now: number): void {
    this.nextOut = this.nextIn = this.keptIn = 1;
    this.records = [];
    this.resetAt = now;
  }

  private fold(record: number, data: Uint8Array): SentMessage | undefined {
    if (data[0] === Kind.sent) {
      const message = decode(data);
      this.records.push(record);
      this.nextOut = message.sequence + 1;
      this.mark = Math.max(this.mark, message.mark);
      return message;
    }
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
    if (data[0] === Kind.received) this.nextIn = bytes.readDoubleLE(8);
    else if (data[0] === Kind.marked) this.mark = bytes.readDoubleLE(24);
    else this.begin(bytes.readDoubleLE(16));
    return undefined;
  }

  private append(kind: number, sequence: number, time: number, mark: number, text: string): number {
    const { scratch } = this;
    scratch[0] = kind;
    scratch[1] = LAYOUT;
    scratch.writeDoubleLE(sequence, 8);
    scratch.writeDoubleLE(time, 16);
    scratch.writeDoubleLE(mark, 24);
    return this.journal.append(text === '' ? scratch : Buffer.concat([scratch, Buffer.from(text, 'latin1')]));
  }
}

function decode(data: Uint8Array): SentMessage {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const text = bytes.toString('latin1', PREFIX);
  const end = text.indexOf('\x01');
  return {
    sequence: bytes.readDoubleLE(8),
    sendingTime: bytes.readDoubleLE(16),
    mark: bytes.readDoubleLE(24),
    type: text.slice(0, end),
    body: text.slice(end + 1),
  };
}

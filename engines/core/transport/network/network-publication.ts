import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Subscription as Inbox } from '@nats-io/transport-node';
import type { Fields, Values, View } from '../../domain/layout';
import type { TopicDefinition } from '../../domain/topics';
import { TransportError } from '../errors';
import { closedPublication, type Publication } from '../publication';
import { decodeCursor, encodeBatch } from './batch';
import { type Broker, type LastBatch, readerOf, token } from './broker';

/** Slots in one message of the broker at most. */
const BATCH_SLOTS = 256;
const BATCH_BYTES = 512 * 1024;
/** Messages of the broker that may be on their way unconfirmed. */
const ON_THE_WAY = 64;
const CONFIRM_MS = 5000;
const RETRY_MS = 100;
/** How old the answer of `hasReader` may be. */
const ALIVE_MS = 500;

interface Reader {
  position: number;
  reliable: boolean;
  alive: boolean;
  askedAt: number;
}

/**
 * The writing end of a topic on a broker.
 *
 * Committed slots stay in a ring of this process until the broker has confirmed them. Each message names the number that the broker gave to the one
 * before it, and the broker refuses it when that is not its last one. So nothing is stored twice or out of order, however often it is sent, and of
 * two writers that take each other for dead one is refused at its next message. After a refusal, a timeout or a lost connection this
 * end reads what the broker has and goes on from there.
 */
export class NetworkPublication<F extends Fields> implements Publication<F> {
  readonly fresh: boolean;
  readonly epoch: number;
  refused = 0;
  /** Position after the last committed message. */
  position: number;

  private readonly writer = randomBytes(4).readInt32LE();
  private readonly slots: Uint8Array;
  private readonly view: View<F>;
  private readonly window: number;
  private readonly slotBytes: number;
  private readonly batchSlots: number;
  private readonly waits: boolean;
  private readonly readers = new Map<string, Reader>();
  /** Position of the slowest reader that this writer waits for. */
  private slowest = Number.POSITIVE_INFINITY;
  private next: number;
  private sent: number;
  private confirmed: number;
  /** Number that the broker gives, or will give, to the last message that was sent. */
  private sequence: number;
  private onTheWay = 0;
  /** Grows whenever what was sent is looked at anew: older confirmations and refusals mean nothing then. */
  private attempt = 0;
  private settling = false;
  private scheduled = false;
  private fault: TransportError | undefined;
  /** Position at which this writer began, and the message before it. */
  private readonly startedAt: number;
  private readonly lastBeforeMe: Values<F> | undefined;
  private inboxes: Inbox[] = [];
  private readonly unwatch: () => void;
  private open = true;

  private constructor(
    readonly topic: TopicDefinition<F>,
    private readonly broker: Broker,
    last: (LastBatch & { readonly data: Uint8Array }) | undefined,
  ) {
    this.slotBytes = topic.layout.size;
    this.window = Math.min(topic.capacity, 1 << 14);
    this.slots = new Uint8Array(this.window * this.slotBytes);
    this.view = topic.layout.view(this.slots.buffer);
    this.batchSlots = Math.max(1, Math.min(BATCH_SLOTS, Math.floor(BATCH_BYTES / this.slotBytes), this.window));
    this.waits = topic.backPressure !== 'drop';
    this.fresh = last === undefined;
    this.epoch = (last?.epoch ?? 0) + 1;
    this.position = last ? last.position + last.count : 0;
    this.startedAt = this.next = this.sent = this.confirmed = this.position;
    this.sequence = last?.sequence ?? 0;
    this.lastBeforeMe = last && lastSlot(topic, last.data);
    this.unwatch = broker.onChange({ lost: () => this.settle(), back: () => this.settle() });
  }

  static async open<F extends Fields>(topic: TopicDefinition<F>, broker: Broker): Promise<NetworkPublication<F>> {
    await broker.ensureTopic(topic);
    const role = broker.roleSubject(topic.name);
    if (await broker.isAlive(role)) {
      throw new TransportError({
        code: 'NAUT_TOPIC_BUSY',
        message: `${topic.name} already has a live writer; a topic has one`,
        fix: 'stop the other process; look whether a second platform of the same name uses the same broker',
      });
    }
    const publication = new NetworkPublication(topic, broker, await broker.lastBatch(topic.name));
    await publication.listen(role);
    return publication;
  }

  claim(): View<F> | undefined {
    const { next } = this;
    if (next - this.confirmed >= this.window || next - this.slowest >= this.topic.capacity) {
      this.refused++;
      return undefined;
    }
    this.view.offset = (next % this.window) * this.slotBytes;
    this.next = next + 1;
    return this.view;
  }

  /** @throws TransportError NAUT_TOPIC_BUSY when another writer has taken the topic over */
  commit(): void {
    if (this.fault) throw this.fault;
    if (this.next === this.position) return;
    if (!this.open) throw closedPublication(this.topic);
    this.position = this.next;
    this.schedule();
  }

  last(): Values<F> | undefined {
    if (this.position === this.startedAt) return this.lastBeforeMe;
    const { offset } = this.view;
    this.view.offset = ((this.position - 1) % this.window) * this.slotBytes;
    const values = this.view.copy();
    this.view.offset = offset;
    return values;
  }

  /** As of half a second ago at most, when asked regularly: to ask takes a round trip. */
  hasReader(name: string): boolean {
    const reader = this.readers.get(token(name));
    if (!reader) return false;
    const now = performance.now();
    if (now - reader.askedAt > ALIVE_MS) {
      reader.askedAt = now;
      void this.broker
        .isAlive(this.broker.roleSubject(this.topic.name, name))
        .then((alive) => {
          reader.alive = alive;
        })
        .catch(() => {});
    }
    return reader.alive;
  }

  free(): number {
    if (!this.open) return 0;
    const unread = this.topic.capacity - Math.max(0, this.next - this.slowest);
    return Math.max(0, Math.min(this.window - (this.next - this.confirmed), unread));
  }

  inFlight(): number {
    return this.position - this.confirmed;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.next = this.position;
    this.unwatch();
    for (const inbox of this.inboxes) inbox.unsubscribe();
  }

  /** Waits until the broker has all that was committed, `ms` at most, and not while it is away. */
  async flush(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (this.inFlight() > 0 && this.broker.connected && !this.fault && performance.now() < until) {
      await delay(5);
    }
  }

  /** Answers for the role, hears of readers and their cursors, then asks for those that were there before. */
  private async listen(role: string): Promise<void> {
    const { connection } = this.broker;
    this.inboxes.push(
      connection.subscribe(role, {
        callback: (_error, message) => {
          if (message.data.length > 0) {
            const { name, position } = message.json<{ name: string; position: number }>();
            this.heard(token(name), position, true);
          }
          message.respond();
        },
      }),
      connection.subscribe(this.broker.cursorSubject(this.topic.name), {
        callback: (_error, message) => {
          const cursor = decodeCursor(message.data);
          this.heard(readerOf(message.subject), cursor.position, cursor.reliable);
        },
      }),
    );
    await connection.flush();
    for (const [reader, cursor] of await this.broker.cursors(this.topic.name)) {
      if (!this.readers.has(reader)) this.heard(reader, cursor.position, cursor.reliable);
    }
  }

  private heard(reader: string, position: number, reliable: boolean): void {
    const known = this.readers.get(reader);
    if (known) {
      known.position = position;
      known.reliable = reliable;
    } else this.readers.set(reader, { position, reliable, alive: false, askedAt: Number.NEGATIVE_INFINITY });
    if (!this.waits) return;
    this.slowest = Number.POSITIVE_INFINITY;
    for (const { position, reliable } of this.readers.values()) {
      if (reliable && position < this.slowest) this.slowest = position;
    }
  }

  /** What one turn of the event loop commits goes out together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  private pump(): void {
    while (
      this.broker.connected &&
      !this.settling &&
      !this.fault &&
      this.sent < this.position &&
      this.onTheWay < ON_THE_WAY
    ) {
      const from = this.sent % this.window;
      const count = Math.min(this.position - this.sent, this.batchSlots, this.window - from);
      const slots = this.slots.subarray(from * this.slotBytes, (from + count) * this.slotBytes);
      const { attempt } = this;
      const end = this.sent + count;
      const payload = encodeBatch({ position: this.sent, count, epoch: this.epoch, writer: this.writer }, slots);
      const expect = { lastSequence: this.sequence };
      this.sent = end;
      this.sequence++;
      this.onTheWay++;
      this.broker.streams.publish(this.broker.subject(this.topic.name), payload, { expect, timeout: CONFIRM_MS }).then(
        () => {
          if (attempt !== this.attempt) return;
          this.onTheWay--;
          this.confirmed = end;
          this.pump();
        },
        () => {
          if (attempt === this.attempt) this.settle();
        },
      );
    }
  }

  /** Looks at what the broker has, and goes on after it. */
  private settle(): void {
    this.attempt++;
    if (this.settling) return;
    this.settling = true;
    void this.settleUntilDone();
  }

  private async settleUntilDone(): Promise<void> {
    for (let attempt = -1; attempt !== this.attempt; ) {
      attempt = this.attempt;
      try {
        if (!this.broker.connected) return void (this.settling = false);
        await this.broker.ensureTopic(this.topic);
        this.goOnAfter(await this.broker.lastBatch(this.topic.name));
      } catch {
        if (this.broker.connection.isClosed() || (!this.open && this.inFlight() === 0)) return;
        attempt = -1;
        await delay(RETRY_MS);
      }
    }
    this.settling = false;
    this.pump();
  }

  private goOnAfter(last: LastBatch | undefined): void {
    const end = last ? last.position + last.count : 0;
    if (last && last.writer !== this.writer && end > this.startedAt) {
      this.fault = new TransportError({
        code: 'NAUT_TOPIC_BUSY',
        message: `another writer has taken ${this.topic.name} over: message ${end} is not of this process, which ends here with ${this.inFlight()} unconfirmed`,
        fix: 'stop one of the two processes',
      });
      return;
    }
    // A broker that keeps the topic in memory has lost it when it started again: readers are told the gap.
    this.confirmed = Math.max(this.confirmed, Math.min(end, this.position));
    this.sent = this.confirmed;
    this.sequence = last?.sequence ?? 0;
    this.onTheWay = 0;
  }
}

function lastSlot<F extends Fields>(topic: TopicDefinition<F>, batch: Uint8Array): Values<F> {
  const view = topic.layout.view(new ArrayBuffer(topic.layout.size));
  new Uint8Array(view.words.buffer).set(batch.subarray(batch.length - topic.layout.size));
  return view.copy();
}

import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerMessages } from '@nats-io/jetstream';
import type { Subscription as Inbox } from '@nats-io/transport-node';
import type { Fields, View } from '../../domain/layout';
import type { TopicDefinition } from '../../domain/topics';
import { TransportError } from '../errors';
import type { StartFrom } from '../registration';
import { closedSubscription, nothingToAcknowledge, type Subscription } from '../subscription';
import { BATCH_HEADER_BYTES, decodeBatch, encodeCursor } from './batch';
import type { Broker } from './broker';

const RETRY_MS = 100;
/** Messages of the broker that are asked for at once: with the ring of slots, what this process holds at most. */
const ASKED_AT_ONCE = 64;
/** How old the answer of `writerAlive` may be. */
const ALIVE_MS = 500;

interface NetworkReader {
  readonly name: string;
  readonly reliable: boolean;
  readonly from: StartFrom;
  readonly byHand: boolean;
}

/** Where a reader begins: the position of its first message, and the broker's number from which to ask for it. */
interface Start {
  readonly position: number;
  readonly sequence: number;
}

/**
 * The reading end of a topic on a broker.
 *
 * What arrives is copied to a ring of slots of this process and no more is asked for while that is full: a slow reader leaves messages with the
 * broker. Each batch says at which position it begins: what was there already is passed over, what is missing counts as missed.
 */
export class NetworkSubscription<F extends Fields> implements Subscription<F> {
  missed = 0;
  readonly conflated = 0;
  position: number;

  private readonly memory: Uint8Array;
  private readonly view: View<F>;
  private readonly slots: number;
  private readonly slotBytes: number;
  /** By slot: position of its message, and the broker's number of the batch in which it came. */
  private readonly positions: Float64Array;
  private readonly sequences: Float64Array;
  /** Counts of slots: handed over, arrived. */
  private head = 0;
  private tail = 0;
  /** Position after the last message that arrived. */
  private arrived: number;
  /** Position after the last message that is known to be with the broker. */
  private end: number;
  /** Broker's number of the last batch that arrived whole. */
  private sequence: number;
  /** Batches that were begun and not acknowledged: where each begins, and its number. */
  private readonly unacknowledged: { position: number; sequence: number }[] = [];
  private acknowledged: number;
  private room: (() => void) | undefined;
  private messages: ConsumerMessages | undefined;
  private cursorScheduled = false;
  private writerLives = false;
  private writerAskedAt = Number.NEGATIVE_INFINITY;
  private inbox: Inbox | undefined;
  private readonly unwatch: () => void;
  private open = true;
  private readonly registered: boolean;

  private constructor(
    private readonly topic: TopicDefinition<F>,
    private readonly broker: Broker,
    private readonly reader: NetworkReader,
    start: Start,
    end: number,
  ) {
    this.slotBytes = topic.layout.size;
    this.slots = Math.max(512, Math.min(topic.capacity, 1 << 14));
    this.memory = new Uint8Array(this.slots * this.slotBytes);
    this.view = topic.layout.view(this.memory.buffer);
    this.positions = new Float64Array(this.slots);
    this.sequences = new Float64Array(this.slots);
    this.position = this.arrived = this.acknowledged = start.position;
    this.end = Math.max(start.position, end);
    this.sequence = start.sequence - 1;
    this.registered = reader.reliable || reader.from === 'cursor';
    this.unwatch = broker.onChange({ back: () => this.messages?.stop() });
  }

  static async open<F extends Fields>(
    topic: TopicDefinition<F>,
    broker: Broker,
    reader: NetworkReader,
  ): Promise<NetworkSubscription<F>> {
    await broker.ensureTopic(topic);
    const registers = reader.reliable || reader.from === 'cursor';
    const role = broker.roleSubject(topic.name, reader.name);
    if (registers && (await broker.isAlive(role))) {
      throw new TransportError({
        code: 'NAUT_READER_BUSY',
        message: `${topic.name} already has a live reader "${reader.name}"`,
        fix: 'stop the other process, or read under another name',
      });
    }
    for (;;) {
      const start = await startOf(topic, broker, reader);
      if (registers) await register(topic, broker, reader, start);
      const extent = await broker.extent(topic.name);
      // Between the look and the registration the broker may have let the first messages go; a reader that comes again was waited for.
      if (reader.reliable && extent && extent.first > start.sequence && reader.from !== 'cursor') continue;
      const last = await broker.lastBatch(topic.name);
      const end = last ? last.position + last.count : 0;
      const subscription = new NetworkSubscription(topic, broker, reader, start, end);
      if (registers) {
        subscription.inbox = broker.connection.subscribe(role, {
          callback: (_error, message) => void message.respond(),
        });
        await broker.connection.flush();
      }
      void subscription.receive();
      return subscription;
    }
  }

  poll(handler: (message: View<F>) => void, limit = this.slots): number {
    if (!this.open) throw closedSubscription(this.topic);
    let done = 0;
    try {
      while (done < limit && this.head < this.tail && this.open) {
        const slot = this.head % this.slots;
        const position = this.positions[slot] as number;
        if (position > this.position) {
          this.missed += position - this.position;
          this.position = position;
        }
        this.view.offset = slot * this.slotBytes;
        handler(this.view);
        this.note(position, this.sequences[slot] as number);
        this.position = position + 1;
        this.head++;
        done++;
      }
    } finally {
      if (done > 0 && this.open) {
        this.room?.();
        if (!this.reader.byHand) this.settleAt(this.position);
      }
    }
    return done;
  }

  acknowledge(position: number): void {
    if (!this.reader.reliable) throw nothingToAcknowledge(this.topic);
    if (!this.reader.byHand || position < this.acknowledged || position > this.position) {
      throw new TransportError({
        code: 'NAUT_ACKNOWLEDGE',
        message: this.reader.byHand
          ? `position ${position} of ${this.topic.name} cannot be acknowledged; it must be from ${this.acknowledged} to ${this.position}`
          : `${this.topic.name} acknowledges by itself for this reader`,
        fix: "subscribe with acknowledge: 'manual' and acknowledge positions that poll has passed",
      });
    }
    this.settleAt(position);
  }

  /** What the broker had when this end was opened counts before it has arrived; what came since, when it has. */
  lag(): number {
    return this.end - this.position;
  }

  /** As of half a second ago at most, when asked regularly: to ask takes a round trip. */
  writerAlive(): boolean {
    const now = performance.now();
    if (now - this.writerAskedAt > ALIVE_MS) {
      this.writerAskedAt = now;
      void this.broker
        .isAlive(this.broker.roleSubject(this.topic.name))
        .then((alive) => {
          this.writerLives = alive;
        })
        .catch(() => {});
    }
    return this.writerLives;
  }

  close(): void {
    if (!this.open) return;
    if (this.cursorScheduled) this.storeCursor();
    this.open = false;
    this.unwatch();
    this.inbox?.unsubscribe();
    this.messages?.stop();
    this.room?.();
  }

  /** The first message of a batch that was handed over: from here the broker must send again until it is acknowledged. */
  private note(position: number, sequence: number): void {
    if (!this.registered || this.unacknowledged.at(-1)?.sequence === sequence) return;
    this.unacknowledged.push({ position, sequence });
  }

  private settleAt(position: number): void {
    if (!this.registered) return;
    this.acknowledged = position;
    let passed = 0;
    while (passed + 1 < this.unacknowledged.length && this.unacknowledged[passed + 1]!.position <= position) passed++;
    if (passed > 0) this.unacknowledged.splice(0, passed);
    if (this.cursorScheduled) return;
    // One cursor for all polls of a turn of the event loop.
    this.cursorScheduled = true;
    setImmediate(() => {
      if (this.cursorScheduled && this.open) this.storeCursor();
    });
  }

  private storeCursor(): void {
    this.cursorScheduled = false;
    if (this.broker.connection.isClosed()) return;
    const { reliable } = this.reader;
    const sequence = this.unacknowledged[0]?.sequence ?? this.sequence + 1;
    this.broker.connection.publish(
      this.broker.cursorSubject(this.topic.name, this.reader.name),
      encodeCursor({ position: this.acknowledged, sequence, reliable }),
    );
  }

  /** Asks for messages as long as this end is open; after a lost connection from the last one on. */
  private async receive(): Promise<void> {
    while (this.open && !this.broker.connection.isClosed()) {
      try {
        await this.broker.ensureTopic(this.topic);
        const extent = await this.broker.extent(this.topic.name);
        // The broker kept the topic in memory and has started again: its numbers have, too.
        if (extent && extent.last < this.sequence) this.sequence = 0;
        const consumer = await this.broker.streams.consumers.get(this.broker.stream(this.topic.name), {
          opt_start_seq: this.sequence + 1,
        });
        if (!this.open) return;
        this.messages = await consumer.consume({ max_messages: ASKED_AT_ONCE });
        for await (const { data, seq } of this.messages) {
          const { position, count } = decodeBatch(data);
          for (let first = Math.max(0, this.arrived - position); first < count && this.open; ) {
            const free = this.slots - (this.tail - this.head);
            if (free === 0) {
              await new Promise<void>((resolve) => {
                this.room = resolve;
              });
              this.room = undefined;
              continue;
            }
            const taken = Math.min(free, count - first);
            this.take(data, position, first, taken, seq);
            first += taken;
          }
          this.sequence = seq;
          if (!this.open) return;
        }
      } catch {
        if (this.broker.connection.isClosed()) return;
        await delay(RETRY_MS);
      }
    }
  }

  private take(data: Uint8Array, position: number, first: number, count: number, sequence: number): void {
    for (let i = first; i < first + count; i++) {
      const slot = this.tail % this.slots;
      const from = BATCH_HEADER_BYTES + i * this.slotBytes;
      this.memory.set(data.subarray(from, from + this.slotBytes), slot * this.slotBytes);
      this.positions[slot] = position + i;
      this.sequences[slot] = sequence;
      this.tail++;
    }
    this.arrived = position + first + count;
    if (this.arrived > this.end) this.end = this.arrived;
  }
}

async function startOf<F extends Fields>(
  topic: TopicDefinition<F>,
  broker: Broker,
  reader: NetworkReader,
): Promise<Start> {
  const known = reader.from === 'cursor' ? await broker.cursor(topic.name, reader.name) : undefined;
  if (known) return known;
  const extent = await broker.extent(topic.name);
  if (!extent || extent.last === 0) return { position: 0, sequence: 1 };
  if (reader.from === 'oldest') {
    const first = await broker.batchAt(topic.name, extent.first);
    return { position: first?.position ?? 0, sequence: extent.first };
  }
  const last = await broker.batchAt(topic.name, extent.last);
  return last ? { position: last.position + last.count, sequence: extent.last + 1 } : { position: 0, sequence: 1 };
}

/** Stores the cursor with the broker, then tells the live writer: it waits for this reader from its answer on. */
async function register<F extends Fields>(
  topic: TopicDefinition<F>,
  broker: Broker,
  { name, reliable }: NetworkReader,
  start: Start,
): Promise<void> {
  await broker.streams.publish(broker.cursorSubject(topic.name, name), encodeCursor({ ...start, reliable }));
  if (!reliable) return;
  const question = new TextEncoder().encode(JSON.stringify({ name, position: start.position }));
  await broker.isAlive(broker.roleSubject(topic.name), question);
}

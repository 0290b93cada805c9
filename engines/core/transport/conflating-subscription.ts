import type { Fields, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { conflationRows, generationWord, KEYS_AT, keyOf } from './conflation';
import { fence } from './fence';
import type { RoleProbe } from './lock';
import { headPosition, lowWord, oldestPosition } from './ring-memory';
import type { Rows } from './rows';
import { closedSubscription, nothingToAcknowledge, type Subscription } from './subscription';

/** Keys that are copied before the writer is looked at again. */
const COPIED_AT_ONCE = 64;

/** A reader that gets of each key the newest message, once. */
export class ConflatingSubscription<F extends Fields> implements Subscription<F> {
  readonly missed = 0;
  conflated = 0;
  position: number;
  private readonly words: Int32Array;
  private readonly rows: Rows;
  private readonly view: View<F>;
  private readonly keys: number;
  private readonly mask: number;
  /** By key: version of the row that was handed over last. */
  private readonly seen: Int32Array;
  private readonly copied: Int32Array;
  private generation: number;
  /** While every row is compared: the next one, and the position from which the ring of keys says the rest. -1: not now. */
  private scanAt = -1;
  private scanEnd = 0;
  private first: boolean;
  private open = true;

  /** @param picture start with the newest message of each key, else with the next change. */
  constructor(
    private readonly topic: TopicDefinition<F>,
    buffer: ArrayBuffer,
    picture: boolean,
    private readonly writer: RoleProbe,
  ) {
    this.words = new Int32Array(buffer);
    this.rows = conflationRows(topic, this.words);
    this.view = topic.layout.view(new ArrayBuffer(topic.layout.size));
    this.keys = keyOf(topic).count;
    this.mask = topic.capacity - 1;
    this.seen = new Int32Array(this.keys);
    this.copied = new Int32Array(Math.min(COPIED_AT_ONCE, topic.capacity));
    this.generation = Atomics.load(this.words, generationWord);
    this.position = headPosition(this.words);
    this.first = picture;
    if (picture) this.startScan();
    else for (let key = 0; key < this.keys; key++) this.seen[key] = this.rows.version(key);
  }

  poll(handler: (message: View<F>) => void, limit = this.topic.capacity): number {
    if (!this.open) throw closedSubscription(this.topic);
    let done = 0;
    const generation = Atomics.load(this.words, generationWord);
    if (generation !== this.generation) {
      this.generation = generation;
      this.startScan();
    }
    while (done < limit && this.open) {
      if (this.scanAt >= 0) {
        done += this.scan(handler, limit - done);
        continue;
      }
      const count = Math.min(headPosition(this.words) - this.position, this.copied.length);
      if (count === 0) break;
      for (let i = 0; i < count; i++) {
        this.copied[i] = this.words[KEYS_AT + (lowWord(this.position + i) & this.mask)] as number;
      }
      // The copies are complete before the announcement is read: had a key been overwritten, the announcement of it would be seen.
      fence();
      if (oldestPosition(this.words, this.topic.capacity) > this.position) {
        this.startScan();
        continue;
      }
      for (let i = 0; i < count && done < limit && this.open; i++) {
        if (this.deliver(this.copied[i] as number, handler)) done++;
        this.position++;
      }
    }
    return done;
  }

  acknowledge(): void {
    throw nothingToAcknowledge(this.topic);
  }

  lag(): number {
    return headPosition(this.words) - this.position;
  }

  writerAlive(): boolean {
    return this.writer.held();
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.writer.close();
  }

  private startScan(): void {
    this.scanAt = 0;
    // Before any row is looked at: what changes from here on has a key at or behind this position.
    this.scanEnd = headPosition(this.words);
  }

  private scan(handler: (message: View<F>) => void, limit: number): number {
    let done = 0;
    while (this.scanAt < this.keys && done < limit && this.open) {
      if (this.deliver(this.scanAt, handler)) done++;
      this.scanAt++;
    }
    if (this.scanAt === this.keys) {
      this.scanAt = -1;
      this.position = this.scanEnd;
      this.first = false;
    }
    return done;
  }

  /** Hands over the newest message of the key, unless this reader had it. */
  private deliver(key: number, handler: (message: View<F>) => void): boolean {
    const before = this.seen[key] as number;
    if (this.rows.version(key) === before) return false;
    const version = this.rows.read(key, this.view);
    handler(this.view);
    this.seen[key] = version;
    if (!this.first) this.conflated += ((version - before) | 0) - 1;
    return true;
  }
}

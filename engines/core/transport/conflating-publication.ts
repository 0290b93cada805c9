import type { Fields, Values, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { conflationRows, generationWord, KEYS_AT, type Key, keyOf } from './conflation';
import { TransportError } from './errors';
import { fence } from './fence';
import type { RoleLock } from './lock';
import { closedPublication, type Publication } from './publication';
import { headPosition, isUnused, ringWord } from './ring-memory';
import type { Rows } from './rows';

/** The writing end of a topic that conflates. Claimed messages are drafts in memory of this process until they are committed. */
export class ConflatingPublication<F extends Fields> implements Publication<F> {
  readonly fresh: boolean;
  readonly epoch: number;
  refused = 0;

  private readonly words: Int32Array;
  private readonly rows: Rows;
  private readonly key: Key;
  private readonly drafts: View<F>;
  private readonly mask: number;
  private readonly capacity: number;
  private readonly slotBytes: number;
  /** Drafts since the last commit. */
  private claimed = 0;
  private head: number;
  /** Keys before this position are announced: a reader takes what they overwrite for lost. */
  private reserved: number;
  private readonly block: number;
  private open = true;

  constructor(
    readonly topic: TopicDefinition<F>,
    buffer: ArrayBuffer,
    private readonly lock: RoleLock,
  ) {
    this.words = new Int32Array(buffer);
    this.rows = conflationRows(topic, this.words);
    this.key = keyOf(topic);
    this.capacity = topic.capacity;
    this.mask = topic.capacity - 1;
    this.slotBytes = topic.layout.size;
    this.block = Math.max(1, Math.min(256, topic.capacity >> 2));
    this.drafts = topic.layout.view(new ArrayBuffer(this.capacity * this.slotBytes));
    this.fresh = isUnused(this.words);
    this.head = this.words[ringWord.head] as number;
    const halves = this.words[ringWord.headHalves] as number;
    // An earlier writer may have died between its two stores at a multiple of 2^31; the head decides.
    if ((halves & 1) !== this.head >>> 31) Atomics.store(this.words, ringWord.headHalves, (halves - 1) | 0);
    this.reserved = this.words[ringWord.reserved] as number;
    if (((this.reserved - this.head) | 0) < 0) this.reserved = this.head;
    this.epoch = Atomics.add(this.words, ringWord.epoch, 1) + 1;
    Atomics.store(this.words, ringWord.writerPid, process.pid);
    Atomics.add(this.words, generationWord, 1);
  }

  get position(): number {
    return headPosition(this.words);
  }

  /** Undefined only when as many messages as the topic has slots are claimed and not committed. */
  claim(): View<F> | undefined {
    if (this.claimed === this.capacity) {
      this.refused++;
      return undefined;
    }
    this.drafts.offset = this.claimed++ * this.slotBytes;
    return this.drafts;
  }

  /** @throws TransportError NAUT_TOPIC_KEY when a key is out of range; nothing of the batch is published then, and it is dropped */
  commit(): void {
    const { claimed } = this;
    if (claimed === 0) return;
    if (!this.open) throw closedPublication(this.topic);
    this.claimed = 0;
    this.checkKeys(claimed);
    const end = (this.head + claimed) | 0;
    if (((this.reserved - end) | 0) < 0) {
      this.reserved = (end + this.block) | 0;
      Atomics.store(this.words, ringWord.reserved, this.reserved);
      // The announcement is visible before any key is overwritten.
      fence();
    }
    const from = this.drafts.words;
    const slotWords = this.slotBytes >> 2;
    for (let draft = 0; draft < claimed; draft++) {
      const key = from[draft * slotWords + this.key.word] as number;
      this.rows.write(key, from, draft * slotWords);
      this.words[KEYS_AT + ((this.head + draft) & this.mask)] = key;
    }
    if ((end ^ this.head) < 0) {
      Atomics.store(this.words, ringWord.headHalves, ((this.words[ringWord.headHalves] as number) + 1) | 0);
    }
    this.head = end;
    // Release: whoever loads this head sees the rows and the keys that were written before it.
    Atomics.store(this.words, ringWord.head, end);
  }

  last(): Values<F> | undefined {
    if (isUnused(this.words)) return undefined;
    const copy = this.topic.layout.view(new ArrayBuffer(this.slotBytes));
    this.rows.read(this.words[KEYS_AT + ((this.head - 1) & this.mask)] as number, copy);
    return copy.copy();
  }

  /** Nobody registers with a topic that waits for nobody. */
  hasReader(): boolean {
    return false;
  }

  free(): number {
    return this.open ? this.capacity - this.claimed : 0;
  }

  inFlight(): number {
    return 0;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.claimed = 0;
    this.lock.release();
  }

  private checkKeys(claimed: number): void {
    const { words } = this.drafts;
    for (let draft = 0; draft < claimed; draft++) {
      const key = words[draft * (this.slotBytes >> 2) + this.key.word] as number;
      if (key >= 0 && key < this.key.count) continue;
      throw new TransportError({
        code: 'NAUT_TOPIC_KEY',
        message: `a message of ${this.topic.name} has ${this.topic.key?.field} ${key}; keys are 0 to ${this.key.count - 1}`,
        fix: 'number the keys within the topic, or define it with more of them',
      });
    }
  }
}

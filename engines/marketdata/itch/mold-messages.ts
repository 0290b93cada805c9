import { FeedError } from '../feeds/errors';
import type { Sequencer } from '../feeds/sequencer';
import type { MessageSource } from './framed-messages';
import type { Packets } from './packets';

const HEADER = 20;
const END_OF_SESSION = 0xffff;
/** A line sends a heartbeat every second: after so long without one nothing is known of its market. */
const SILENCE_NS = 5e9;

/**
 * The messages of MoldUDP64 packets (Nasdaq, "MoldUDP64 Protocol Specification" 1.00) in the order of their numbers: each packet has the
 * session, the number of its first message and how many there are; none is a heartbeat.
 */
export class MoldMessages implements MessageSource {
  bytes: Uint8Array = new Uint8Array(0);
  readonly at = 0;
  /** Packets of another session, or that are not what they say. */
  skipped = 0;
  /** When `stale` became true, as `arrivedNs`. */
  staleSinceNs = 0;
  private session: string | undefined;
  private ended = false;
  private silent = false;
  private lastArrivedNs = Number.NaN;
  /** A packet that came after a silence: it is taken once that was told. */
  private waiting = false;
  /** Messages were lost and passed over: the books are wrong for good. */
  private broken = false;

  constructor(
    private readonly packets: Packets,
    private readonly sequencer: Sequencer,
    private readonly file: string,
    /** Go on behind messages that are lost. */
    private readonly skip: boolean,
  ) {}

  get length(): number {
    return this.bytes.length;
  }

  get counts() {
    const { duplicates, reordered, gaps, recovered } = this.sequencer;
    return { skipped: this.skipped, duplicates, reordered, gaps, recovered };
  }

  /** Of no meaning here: messages are known by their packets. */
  get offset(): number {
    return 0;
  }

  /** Nanoseconds after the first packet. */
  get arrivedNs(): number {
    return this.packets.arrivedNs;
  }

  /** Messages are missing, or the line has been silent. */
  get stale(): boolean {
    return this.broken || this.silent || this.sequencer.open;
  }

  next(): 'message' | 'later' | 'end' | 'stale' {
    const { sequencer, packets } = this;
    for (;;) {
      const message = sequencer.take();
      if (message !== undefined) {
        this.bytes = message;
        return 'message';
      }
      if (sequencer.lost !== undefined) this.giveUp();
      else if (this.ended && !sequencer.open) return 'end';
      else {
        const stale = this.stale;
        if (!this.waiting && !this.ended) {
          const found = packets.next();
          if (found === 'later') return 'later';
          if (found === 'end') this.ended = true;
        }
        if (this.ended) sequencer.recover();
        else if (this.arrive()) sequencer.wait(packets.arrivedNs);
        if (this.stale && !stale) return 'stale';
      }
    }
  }

  close(): void {
    this.packets.close();
  }

  /** Takes a packet; false when the silence before it has to be told first. */
  private arrive(): boolean {
    const { payload, arrivedNs } = this.packets;
    if (!this.waiting && arrivedNs - this.lastArrivedNs > SILENCE_NS) {
      this.silent = true;
      this.staleSinceNs = this.lastArrivedNs + SILENCE_NS;
      this.waiting = true;
      return false;
    }
    this.silent = false;
    this.waiting = false;
    this.staleSinceNs = arrivedNs;
    this.lastArrivedNs = arrivedNs;
    this.takePacket(Buffer.from(payload.buffer, payload.byteOffset, payload.length), arrivedNs);
    return true;
  }

  private takePacket(packet: Buffer, arrivedNs: number): void {
    const session = packet.toString('latin1', 0, 10);
    this.session ??= packet.length >= HEADER ? session : undefined;
    if (packet.length < HEADER || session !== this.session) {
      this.skipped++;
      return;
    }
    const first = Number(packet.readBigUInt64BE(10));
    const count = packet.readUInt16BE(18);
    if (count === 0 || count === END_OF_SESSION) {
      this.sequencer.announce(first, arrivedNs);
      return;
    }
    let at = HEADER;
    for (let index = 0; index < count; index++) {
      const length = at + 2 <= packet.length ? packet.readUInt16BE(at) : packet.length;
      if (at + 2 + length > packet.length) {
        // What is cut off is missing: it is asked for.
        this.skipped++;
        this.sequencer.announce(first + count, arrivedNs);
        return;
      }
      this.sequencer.offer(first + index, packet.subarray(at + 2, at + 2 + length), arrivedNs);
      at += 2 + length;
    }
  }

  private giveUp(): void {
    const { from, count } = this.sequencer.lost!;
    this.sequencer.passOver();
    this.broken = true;
    if (this.skip) return;
    throw new FeedError({
      code: 'NAUT_FEED_MESSAGES_LOST',
      message: `${this.file}: messages ${from} to ${from + count - 1} did not come, and no retransmission has them`,
      value: String(from),
      allowed: 'every message of the session',
      fix: 'name a BinaryFILE of the session as `retransmission`, or go on without them with skip: true',
    });
  }
}

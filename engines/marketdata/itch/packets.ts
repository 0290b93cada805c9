import type { Bytes } from '../feeds/byte-source';
import { FeedError } from '../feeds/errors';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 1;
const RAW = [101, 228];
const VLAN = 0x8100;
const IPV4 = 0x0800;
const UDP = 17;

/**
 * What UDP packets of a capture carry, and when they came: pcap of microseconds or nanoseconds, either byte order (the Internet draft
 * draft-ietf-opsawg-pcap), over Ethernet or bare IPv4. Packets of other protocols are passed over.
 */
export class Packets {
  payload: Uint8Array = new Uint8Array(0);
  /** Nanoseconds after the first packet. */
  arrivedNs = 0;
  private buffer = Buffer.alloc(0);
  private little = true;
  private fraction = 1000;
  private link = -1;
  private firstSeconds = Number.NaN;

  constructor(private readonly source: Bytes) {}

  /** Goes to the next packet. @throws FeedError it is no capture, or one of another link, or torn */
  next(): 'packet' | 'later' | 'end' {
    for (;;) {
      const length = this.link < 0 ? this.readHeader() : this.readPacket();
      if (length === 'found') return 'packet';
      if (length === 'more' && !this.more()) {
        if (!this.source.ended) return 'later';
        if (this.buffer.length === 0) return 'end';
        this.buffer = Buffer.alloc(0);
        throw this.unknown('it ends within a packet', 'a torn packet', 'whole packets');
      }
    }
  }

  close(): void {
    this.source.close();
  }

  private more(): boolean {
    const piece = this.source.next();
    if (piece === undefined) return false;
    this.buffer = this.buffer.length === 0 ? Buffer.from(piece) : Buffer.concat([this.buffer, piece]);
    return true;
  }

  private u32(at: number): number {
    return this.little ? this.buffer.readUInt32LE(at) : this.buffer.readUInt32BE(at);
  }

  private readHeader(): 'more' | 'passed' {
    if (this.buffer.length < FILE_HEADER) return 'more';
    const magic = this.buffer.readUInt32BE(0);
    this.little = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1;
    this.fraction = magic === 0x4d3cb2a1 || magic === 0xa1b23c4d ? 1 : 1000;
    if (!this.little && magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d)
      throw this.unknown('it is no capture of packets', `0x${magic.toString(16)}`, 'pcap, not pcapng');
    this.link = this.u32(20) & 0xffff;
    if (this.link !== ETHERNET && !RAW.includes(this.link))
      throw this.unknown('its packets are of another link', String(this.link), 'Ethernet (1), bare IPv4 (101, 228)');
    this.buffer = this.buffer.subarray(FILE_HEADER);
    return 'passed';
  }

  private readPacket(): 'more' | 'passed' | 'found' {
    const { buffer } = this;
    if (buffer.length < RECORD_HEADER) return 'more';
    const length = this.u32(8);
    if (buffer.length < RECORD_HEADER + length) return 'more';
    const seconds = this.u32(0);
    if (Number.isNaN(this.firstSeconds)) this.firstSeconds = seconds;
    this.arrivedNs = (seconds - this.firstSeconds) * 1e9 + this.u32(4) * this.fraction;
    const packet = buffer.subarray(RECORD_HEADER, RECORD_HEADER + length);
    this.buffer = buffer.subarray(RECORD_HEADER + length);
    const payload = udpPayload(packet, this.link === ETHERNET);
    if (payload === undefined) return 'passed';
    this.payload = payload;
    return 'found';
  }

  private unknown(what: string, value: string, allowed: string): FeedError {
    return new FeedError({
      code: 'NAUT_FEED_CAPTURE_UNKNOWN',
      message: `${this.source.file}: ${what}: ${value}`,
      value,
      allowed,
      fix: 'convert it (editcap -F pcap), or copy it again',
    });
  }
}

/** What a UDP packet over IPv4 carries; undefined for others. */
function udpPayload(packet: Buffer, ethernet: boolean): Uint8Array | undefined {
  let at = 0;
  if (ethernet) {
    at = packet.length >= 18 && packet.readUInt16BE(12) === VLAN ? 18 : 14;
    if (packet.length < at || packet.readUInt16BE(at - 2) !== IPV4) return undefined;
  }
  if (packet.length < at + 20 || packet[at]! >> 4 !== 4 || packet[at + 9] !== UDP) return undefined;
  const udp = at + (packet[at]! & 15) * 4;
  if (packet.length < udp + 8) return undefined;
  const end = udp + packet.readUInt16BE(udp + 4);
  return end > packet.length || end < udp + 8 ? undefined : packet.subarray(udp + 8, end);
}

import type { Random } from '@nautilus/core/numerics';

/** The messages of a BinaryFILE. */
export function messagesOf(file: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; file.readUInt16BE(at) !== 0; at += 2 + file.readUInt16BE(at))
    messages.push(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)));
  return messages;
}

export interface Packet {
  readonly arrivedNs: number;
  readonly first: number;
  readonly messages: readonly Buffer[];
  /** Of a heartbeat 0, of the last packet 0xffff. */
  readonly count?: number;
}

export const timeOf = (message: Buffer): number => message.readUIntBE(5, 6);

/** Packets of one to five messages, each sent a millisecond after its last message. */
export function packetsOf(messages: readonly Buffer[], random: Random): Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at < messages.length; ) {
    const some = messages.slice(at, at + 1 + random.below(5));
    packets.push({ first: at + 1, messages: some, arrivedNs: timeOf(some.at(-1)!) + 1e6 });
    at += some.length;
  }
  const end = { first: messages.length + 1, messages: [], count: 0xffff };
  return [...packets, { ...end, arrivedNs: packets.at(-1)!.arrivedNs + 1e6 }];
}

/** A capture of them, with what else is on a line in between. */
export function pcap(packets: readonly Packet[], little = true): Buffer {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (little) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const parts: Buffer[] = [u32(0xa1b23c4d), u32(0x00040002), u32(0), u32(0), u32(65_535), u32(1)];
  const record = (arrivedNs: number, frame: Buffer) =>
    parts.push(
      u32(1e9 + Math.floor(arrivedNs / 1e9)),
      u32(arrivedNs % 1e9),
      u32(frame.length),
      u32(frame.length),
      frame,
    );
  for (const { arrivedNs, first, messages, count = messages.length } of packets) {
    const head = Buffer.alloc(20);
    head.write('SESSION001', 'latin1');
    head.writeBigUInt64BE(BigInt(first), 10);
    head.writeUInt16BE(count, 18);
    const payload: Buffer[] = [head];
    for (const message of messages) payload.push(Buffer.from([message.length >> 8, message.length & 255]), message);
    const data = Buffer.concat(payload);
    const frame = Buffer.alloc(14 + 20 + 8);
    frame.writeUInt16BE(0x0800, 12);
    frame[14] = 0x45;
    frame[23] = 17;
    frame.writeUInt16BE(8 + data.length, 38);
    record(arrivedNs, Buffer.concat([frame, data]));
    const arp = Buffer.alloc(42);
    arp.writeUInt16BE(0x0806, 12);
    record(arrivedNs, arp);
  }
  return Buffer.concat(parts);
}

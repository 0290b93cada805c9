/**
 * Where a message begins and ends in a stream of bytes (FIX 4.4, volume 1, "message format"; volume 2, "garbled message"): BeginString,
 * BodyLength and MsgType come first in this order, and the checksum is right. What is not that is passed over, up to the next BeginString.
 */
export const BEGIN_STRING = 'FIX.4.4';

/** Longest body. A longer one is taken for a wrong BodyLength, which would otherwise swallow what follows. */
export const MAX_BODY = 1 << 16;

const SOH = 1;
const BEGIN = Buffer.from('8=FIX');
const LENGTH = Buffer.from('\x019=');
/** `10=nnn` and its SOH. */
const TRAILER = 7;
/** BeginString is `8=FIXT.1.1` at most, so the body's length stands within this. */
const LONGEST_START = 32;

export interface FrameListener {
  /** A whole frame as Latin-1 text. */
  frame(text: string): void;
  /** Bytes that are no message. */
  garbled(text: string, why: string): void;
}

/** Cuts a stream into messages. */
export class Framer {
  private pending = Buffer.alloc(0);

  constructor(private readonly listener: FrameListener) {}

  push(bytes: Buffer): void {
    const data = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
    let at = 0;
    while (at < data.length) {
      const next = this.take(data, at);
      if (next === at) break;
      at = next;
    }
    // A copy: the socket's buffer is used again.
    this.pending = Buffer.from(data.subarray(at));
  }

  /** Handles what begins at `at` and returns where the rest begins; `at` itself when more bytes are needed. */
  private take(data: Buffer, at: number): number {
    const begin = data.indexOf(BEGIN, at);
    if (begin < 0) return this.dropTail(data, at);
    if (begin > at) {
      this.listener.garbled(data.toString('latin1', at, begin), 'it does not begin with 8=FIX');
      return begin;
    }
    const start = data.subarray(begin, begin + LONGEST_START);
    const length = start.indexOf(LENGTH);
    const digits = length < 0 ? -1 : start.indexOf(SOH, length + LENGTH.length);
    if (digits < 0 && start.length < LONGEST_START) return at;
    if (digits < 0 || !/^8=FIXT?\.[\d.]+$/.test(start.toString('latin1', 0, length)))
      return this.skip(data, begin, 'BodyLength does not follow BeginString');
    const body = start.toString('latin1', length + LENGTH.length, digits);
    if (!/^\d{1,6}$/.test(body) || Number(body) > MAX_BODY)
      return this.skip(data, begin, `BodyLength is ${body}; at most ${MAX_BODY} is read`);
    const trailer = begin + digits + 1 + Number(body);
    const end = trailer + TRAILER;
    if (data.length < end) return at;
    return this.finish(data, begin, begin + digits + 1, trailer, end);
  }

  private finish(data: Buffer, begin: number, body: number, trailer: number, end: number): number {
    const text = data.toString('latin1', begin, end);
    const checksum =
      data[trailer - 1] === SOH ? /^10=(\d{3})$/.exec(data.toString('latin1', trailer, end - 1))?.[1] : undefined;
    if (checksum === undefined || data[end - 1] !== SOH)
      return this.skip(data, begin, 'CheckSum is not where BodyLength says');
    if (data.toString('latin1', body, body + 3) !== '35=')
      return this.skip(data, begin, 'MsgType is not the third field');
    const sum = checksumOf(data, begin, trailer);
    if (Number(checksum) === sum) this.listener.frame(text);
    else this.listener.garbled(text, `CheckSum is ${checksum} instead of ${threeDigits(sum)}`);
    return end;
  }

  /** Passes over what begins like a message and is none. */
  private skip(data: Buffer, begin: number, why: string): number {
    const next = data.indexOf(BEGIN, begin + 1);
    const end = next < 0 ? this.dropFrom(data, begin + 1) : next;
    this.listener.garbled(data.toString('latin1', begin, end), why);
    return end;
  }

  private dropTail(data: Buffer, at: number): number {
    const end = this.dropFrom(data, at);
    if (end > at) this.listener.garbled(data.toString('latin1', at, end), 'it does not begin with 8=FIX');
    return end;
  }

  /** The end of the data, less what may be the first bytes of a BeginString. */
  private dropFrom(data: Buffer, at: number): number {
    for (let length = Math.min(BEGIN.length - 1, data.length - at); length > 0; length--)
      if (data.subarray(data.length - length).equals(BEGIN.subarray(0, length))) return data.length - length;
    return data.length;
  }
}

/** Sum of the bytes from `from` to before `to`, modulo 256. */
export function checksumOf(data: Uint8Array, from = 0, to = data.length): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += data[at] as number;
  return sum & 0xff;
}

export const threeDigits = (sum: number): string => String(sum).padStart(3, '0');

import { once } from 'node:events';
import net from 'node:net';

const SOH = '\x01';

/** A message as it is written in the tests: `35=D|11=a|`. */
export type Spelled = string;

const checksum = (text: string): string =>
  String([...Buffer.from(text, 'latin1')].reduce((sum, byte) => (sum + byte) % 256, 0)).padStart(3, '0');

export const utc = (ms = Date.now()): string =>
  new Date(ms).toISOString().replace(/[-Z]/g, '').replace('T', '-').slice(0, 21);

/** A whole frame of a body, written by hand and not by the encoder that is tested. */
export function frame(body: Spelled, { length = 0, sum = '', begin = 'FIX.4.4' } = {}): Buffer {
  const content = body.replaceAll('|', SOH);
  const text = `8=${begin}${SOH}9=${content.length + length}${SOH}${content}`;
  return Buffer.from(`${text}10=${sum || checksum(text)}${SOH}`, 'latin1');
}

/** A counterparty that does what its script says, right or wrong, over a real socket. */
export class Counterparty {
  /** Number of the next message. */
  next = 1;
  closed = false;
  private text = '';
  private readonly waiting: (() => void)[] = [];

  private constructor(
    private readonly socket: net.Socket,
    private readonly sender: string,
    private readonly target: string,
  ) {
    socket.setNoDelay(true);
    const news = () => {
      for (const wake of this.waiting.splice(0)) wake();
    };
    socket.on('data', (bytes) => {
      this.text += bytes.toString('latin1');
      news();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      news();
    });
  }

  static async connect(port: number, sender = 'CLIENT', target = 'DESK'): Promise<Counterparty> {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Counterparty(socket, sender, target);
  }

  /** A message with the next number: its type, then its body. */
  send(type: string, body: Spelled = '', extra: { sequence?: number; header?: Spelled; time?: string } = {}): void {
    const sequence = extra.sequence ?? this.next++;
    const { header = '', time = utc() } = extra;
    this.raw(frame(`35=${type}|49=${this.sender}|56=${this.target}|34=${sequence}|52=${time}|${header}${body}`));
  }

  logon(body: Spelled = '98=0|108=30|', extra: { sequence?: number; header?: Spelled } = {}): void {
    this.send('A', body, extra);
  }

  raw(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  /** Stops and goes on reading. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** What it said next, as `35=A|34=1|…` without the fields that depend on the clock; 'closed' at the end. */
  async hear(): Promise<string> {
    for (;;) {
      const trailer = this.text.indexOf(`${SOH}10=`);
      if (trailer >= 0 && this.text.length >= trailer + 8) {
        const at = trailer + 8;
        const message = this.text.slice(0, at);
        this.text = this.text.slice(at);
        return simplify(message);
      }
      if (this.closed) return 'closed';
      await new Promise<void>((wake) => this.waiting.push(wake));
    }
  }

  /** Everything until the connection ends. */
  async hearAll(): Promise<string[]> {
    const heard: string[] = [];
    for (let message = await this.hear(); message !== 'closed'; message = await this.hear()) heard.push(message);
    return heard;
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Without BeginString, BodyLength, CompIDs, times and CheckSum. */
export const simplify = (message: string): string =>
  message
    .split(SOH)
    .filter((field) => field !== '' && !/^(8|9|10|49|56|52|122|60)=/.test(field))
    .join('|');

export const get = (message: string, tag: number): string | undefined =>
  message
    .split('|')
    .find((field) => field.startsWith(`${tag}=`))
    ?.slice(String(tag).length + 1);

import { Tag, timestampOf } from './fields';
import { BEGIN_STRING, checksumOf, threeDigits } from './frame';
import { SOH } from './message';

/** Tags and values of a message's body, in order; a value that is undefined is left out. */
export type Body = readonly (readonly [tag: number, value: string | number | undefined])[];

export interface Header {
  readonly type: string;
  readonly sender: string;
  readonly target: string;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly sendingTime: number;
  /** Of a message that is sent again: when it was sent first, as it stood then. */
  readonly origSendingTime?: string;
}

/** Latin-1; a character that is none becomes a question mark, and a SOH in a text a space. */
const clean = (value: string): string => value.replaceAll(SOH, ' ').replace(/[^\u0020-\u00ff]/g, '?');

/** The body as it goes behind the header, and as the store keeps it. */
export function encodeBody(body: Body): string {
  let text = '';
  for (const [tag, value] of body) if (value !== undefined) text += `${tag}=${clean(String(value))}${SOH}`;
  return text;
}

/** A whole message. */
export function encode(header: Header, body: string): Buffer {
  const { type, sender, target, sequence, sendingTime, origSendingTime } = header;
  const resent =
    origSendingTime === undefined ? '' : `${Tag.PossDupFlag}=Y${SOH}${Tag.OrigSendingTime}=${origSendingTime}${SOH}`;
  const content =
    `${Tag.MsgType}=${type}${SOH}${Tag.SenderCompID}=${sender}${SOH}${Tag.TargetCompID}=${target}${SOH}` +
    `${Tag.MsgSeqNum}=${sequence}${SOH}${Tag.SendingTime}=${timestampOf(sendingTime)}${SOH}${resent}${body}`;
  const start = `${Tag.BeginString}=${BEGIN_STRING}${SOH}${Tag.BodyLength}=${content.length}${SOH}${content}`;
  const frame = Buffer.allocUnsafe(start.length + 7);
  frame.write(start, 0, 'latin1');
  frame.write(`${Tag.CheckSum}=${threeDigits(checksumOf(frame, 0, start.length))}${SOH}`, start.length, 'latin1');
  return frame;
}

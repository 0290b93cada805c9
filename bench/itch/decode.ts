import { FramedMessages } from '../../engines/marketdata/itch/framed-messages';
import { itchLengths, itchView } from '../../engines/marketdata/itch/view';
import { FileBytes } from './file-bytes';
import { FieldSums } from './sums';

const code = (type: string) => type.charCodeAt(0);
const [A, E, D] = ['A', 'E', 'D'].map(code) as [number, number, number];
const BUY = code('B');

/** The platform's reading: windows that are moved over the bytes. */
export function decode(file: string): FieldSums {
  const messages = new FramedMessages(new FileBytes(file));
  const add = itchView('A');
  const executed = itchView('E');
  const deleted = itchView('D');
  const sums = new FieldSums();
  let viewed: Uint8Array | undefined;
  while (messages.next() === 'message') {
    const { bytes, at } = messages;
    if (bytes !== viewed) {
      for (const view of [add, executed, deleted]) view.on(bytes);
      viewed = bytes;
    }
    const type = bytes[at]!;
    if (itchLengths[type] !== messages.length)
      throw new Error(`a message of type ${type} has ${messages.length} bytes`);
    deleted.at = at;
    sums.count++;
    sums.locate = (sums.locate + deleted.locate) | 0;
    sums.time = (sums.time + (deleted.timeNs | 0)) | 0;
    if (type === A) {
      add.at = at;
      sums.reference = (sums.reference + (add.reference | 0)) | 0;
      sums.shares = (sums.shares + add.shares) | 0;
      sums.price = (sums.price + add.price) | 0;
      if (bytes[at + 19] === BUY) sums.buys++;
    } else if (type === E) {
      executed.at = at;
      sums.reference = (sums.reference + (executed.reference | 0)) | 0;
      sums.shares = (sums.shares + executed.shares) | 0;
    } else if (type === D) sums.reference = (sums.reference + (deleted.reference | 0)) | 0;
  }
  messages.close();
  return sums;
}

/** A message as one would write it down. */
export type Message =
  | { readonly type: 'state'; readonly locate: number; readonly timeNs: number }
  | { readonly type: 'other'; readonly locate: number; readonly timeNs: number }
  | {
      readonly type: 'add';
      readonly locate: number;
      readonly timeNs: number;
      readonly reference: number;
      readonly buys: boolean;
      readonly shares: number;
      readonly price: number;
    }
  | {
      readonly type: 'executed';
      readonly locate: number;
      readonly timeNs: number;
      readonly reference: number;
      readonly shares: number;
    }
  | { readonly type: 'delete'; readonly locate: number; readonly timeNs: number; readonly reference: number };

/** The obvious reading: a `DataView`, and an object a message. */
export function* naiveMessages(file: string): Generator<readonly Message[]> {
  const source = new FileBytes(file);
  let rest = new Uint8Array(0);
  for (let piece = source.next(); piece !== undefined; piece = source.next()) {
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    const view = new DataView(bytes.buffer);
    const messages: Message[] = [];
    let at = 0;
    for (; at + 2 <= bytes.length; ) {
      const length = view.getUint16(at);
      if (length === 0 || at + 2 + length > bytes.length) break;
      messages.push(naiveMessage(view, at + 2));
      at += 2 + length;
    }
    rest = bytes.subarray(at);
    yield messages;
  }
  source.close();
}

function naiveMessage(view: DataView, at: number): Message {
  const type = String.fromCharCode(view.getUint8(at));
  const locate = view.getUint16(at + 1);
  const timeNs = view.getUint16(at + 5) * 2 ** 32 + view.getUint32(at + 7);
  const reference = () => Number(view.getBigUint64(at + 11));
  switch (type) {
    case 'A': {
      const buys = view.getUint8(at + 19) === BUY;
      const shares = view.getUint32(at + 20);
      return { type: 'add', locate, timeNs, reference: reference(), buys, shares, price: view.getUint32(at + 32) };
    }
    case 'E':
      return { type: 'executed', locate, timeNs, reference: reference(), shares: view.getUint32(at + 19) };
    case 'D':
      return { type: 'delete', locate, timeNs, reference: reference() };
    case 'H':
      return { type: 'state', locate, timeNs };
    default:
      return { type: 'other', locate, timeNs };
  }
}

export function decodeNaively(file: string): FieldSums {
  const sums = new FieldSums();
  for (const messages of naiveMessages(file))
    for (const message of messages) {
      sums.count++;
      sums.locate = (sums.locate + message.locate) | 0;
      sums.time = (sums.time + (message.timeNs | 0)) | 0;
      if (message.type === 'state' || message.type === 'other') continue;
      sums.reference = (sums.reference + (message.reference | 0)) | 0;
      if (message.type === 'delete') continue;
      sums.shares = (sums.shares + message.shares) | 0;
      if (message.type === 'executed') continue;
      sums.price = (sums.price + message.price) | 0;
      if (message.buys) sums.buys++;
    }
  return sums;
}

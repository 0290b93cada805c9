import { fieldOf, MsgType, messages, Tag, timeOf, timestampOf } from '@nautilus/core/fix';
import fc from 'fast-check';
import { encode, encodeBody } from '../../../engines/core/fix/encode';
import { Framer } from '../../../engines/core/fix/frame';
import { parse } from '../../../engines/core/fix/message';
import { frame, utc } from './counterparty';

const header = {
  type: 'D',
  sender: 'DESK',
  target: 'CLIENT',
  sequence: 7,
  sendingTime: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
};

function cut(chunks: readonly Buffer[]): { frames: string[]; garbled: string[] } {
  const frames: string[] = [];
  const garbled: string[] = [];
  const framer = new Framer({ frame: (text) => frames.push(text), garbled: (text) => garbled.push(text) });
  for (const chunk of chunks) framer.push(chunk);
  return { frames, garbled };
}

test('a message that others wrote: length and checksum are where they say', () => {
  // The example of en.wikipedia.org/wiki/Financial_Information_eXchange, BodyLength 178 and CheckSum 128.
  const text =
    '8=FIX.4.2|9=178|35=8|49=PHLX|56=PERS|52=20071123-05:30:00.000|11=ATOMNOCCC9990900|20=3|150=E|39=E|55=MSFT|167=CS|54=1|38=15|' +
    '40=2|44=15|58=PHLX EQUITY TESTING|59=0|47=C|32=0|31=0|151=15|14=0|6=0|10=128|';
  const { frames, garbled } = cut([Buffer.from(text.replaceAll('|', '\x01'))]);
  expect([frames.length, garbled]).toEqual([1, []]);
});

test('what is encoded is read back, byte for byte the frame that is written by hand', () => {
  const body = encodeBody([
    [Tag.ClOrdID, 'a'],
    [Tag.Price, 585.33],
    [Tag.Text, undefined],
  ]);
  const bytes = encode(header, body);
  expect(bytes).toEqual(frame('35=D|49=DESK|56=CLIENT|34=7|52=20260102-03:04:05.006|11=a|44=585.33|'));
  const message = parse(bytes.toString('latin1'));
  expect([message.type, message.sequence, message.sendingTime, message.number(Tag.Price)]).toEqual([
    'D',
    7,
    header.sendingTime,
    585.33,
  ]);
});

test('a text that holds SOH or other alphabets breaks no frame', () => {
  const bytes = encode(header, encodeBody([[Tag.Text, 'a\x01b\n你ü']]));
  expect(cut([bytes]).frames).toHaveLength(1);
  expect(parse(bytes.toString('latin1')).get(Tag.Text)).toBe('a b??ü');
});

test('sound messages come through whatever is between them and however the stream is cut', () => {
  const noise = fc.string({ maxLength: 40 }).map((text) => text.replaceAll('8', 'x'));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(noise, fc.string({ minLength: 1, maxLength: 30 })), { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(200), { maxLength: 30 }),
      (parts, cuts) => {
        const sound = parts.map(([, text]) => encode(header, encodeBody([[Tag.Text, text]])));
        const stream = Buffer.concat(parts.flatMap(([junk], n) => [Buffer.from(junk, 'latin1'), sound[n] as Buffer]));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of cuts) {
          chunks.push(stream.subarray(at, at + size));
          at = Math.min(stream.length, at + size);
        }
        chunks.push(stream.subarray(at));
        expect(cut(chunks).frames).toEqual(sound.map((bytes) => bytes.toString('latin1')));
      },
    ),
  );
});

test('no bytes make it fail', () => {
  const pieces = fc.constantFrom('8=FIX', '.4.4\x01', '9=5\x01', '9=', '35=', '10=000\x01', '\x01', '=', 'abc');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      for (const text of cut([Buffer.from(parts.join(''), 'latin1')]).frames) parse(text).problem();
      parse(parts.join('')).problem();
    }),
  );
});

test('the entries of a group', () => {
  const entry = (id: string, more = '') => `11=${id}|67=1|55=AAPL|54=1|38=1|40=1|60=${utc()}|${more}`;
  const bytes = frame(
    `35=E|49=A|56=B|34=2|52=${utc()}|66=l|394=3|68=2|73=2|${entry('a', '44=1.5|')}${entry('b')}1385=1|`,
  );
  const message = parse(bytes.toString('latin1'));
  expect(message.problem()).toBeUndefined();
  expect(message.entries(Tag.NoOrders).map((one) => [one.get(Tag.ClOrdID), one.get(Tag.Price)])).toEqual([
    ['a', '1.5'],
    ['b', undefined],
  ]);
  expect(message.number(Tag.ContingencyType)).toBe(1);
});

test('the table of messages knows its fields', () => {
  expect([...messages.keys()].sort()).toEqual(Object.values(MsgType).sort());
  for (const { knownTags } of messages.values()) for (const tag of knownTags) expect(fieldOf(tag)).toBeDefined();
});

test('times', () => {
  const ms = Date.UTC(2026, 10, 22, 23, 59, 59, 999);
  expect(timestampOf(ms)).toBe('20261122-23:59:59.999');
  expect(timeOf(timestampOf(ms))).toBe(ms);
  expect(timeOf('20261122-23:59:59')).toBe(ms - 999);
});

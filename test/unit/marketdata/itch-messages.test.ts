import { Random } from '@nautilus/core/numerics';
import { type ItchKind, itchLayout, itchMessages, widthOf } from '../../../engines/marketdata/itch/messages';
import { itchView } from '../../../engines/marketdata/itch/view';
import { ItchWriter } from '../../../engines/marketdata/itch/writer';

/**
 * Offset and length of each field after the header (type 0/1, stock locate 1/2, tracking number 3/2, timestamp 5/6), and the length of the
 * whole: from the tables of Nasdaq's specification "NASDAQ TotalView-ITCH 5.0", sections 4.1 to 4.9.
 */
const specification: Record<ItchKind, { length: number; fields: string }> = {
  S: { length: 12, fields: '11/1' },
  R: { length: 39, fields: '11/8 19/1 20/1 21/4 25/1 26/1 27/2 29/1 30/1 31/1 32/1 33/1 34/4 38/1' },
  H: { length: 25, fields: '11/8 19/1 20/1 21/4' },
  Y: { length: 20, fields: '11/8 19/1' },
  L: { length: 26, fields: '11/4 15/8 23/1 24/1 25/1' },
  V: { length: 35, fields: '11/8 19/8 27/8' },
  W: { length: 12, fields: '11/1' },
  K: { length: 28, fields: '11/8 19/4 23/1 24/4' },
  J: { length: 35, fields: '11/8 19/4 23/4 27/4 31/4' },
  h: { length: 21, fields: '11/8 19/1 20/1' },
  A: { length: 36, fields: '11/8 19/1 20/4 24/8 32/4' },
  F: { length: 40, fields: '11/8 19/1 20/4 24/8 32/4 36/4' },
  E: { length: 31, fields: '11/8 19/4 23/8' },
  C: { length: 36, fields: '11/8 19/4 23/8 31/1 32/4' },
  X: { length: 23, fields: '11/8 19/4' },
  D: { length: 19, fields: '11/8' },
  U: { length: 35, fields: '11/8 19/8 27/4 31/4' },
  P: { length: 44, fields: '11/8 19/1 20/4 24/8 32/4 36/8' },
  Q: { length: 40, fields: '11/8 19/8 27/4 31/8 39/1' },
  B: { length: 19, fields: '11/8' },
  I: { length: 50, fields: '11/8 19/8 27/1 28/8 36/4 40/4 44/4 48/1 49/1' },
  N: { length: 20, fields: '11/8 19/1' },
  O: { length: 48, fields: '11/8 19/1 20/4 24/4 28/4 32/8 40/4 44/4' },
};
const kinds = Object.keys(itchMessages) as ItchKind[];

/** A message's bytes without a view: field by field with Node's own big-endian readers. */
function naive(kind: ItchKind, bytes: Buffer): Record<string, string | number> {
  const { fields } = itchLayout(kind);
  return Object.fromEntries(
    fields.map(({ name, type, offset }) => {
      const width = widthOf(type);
      if (type.startsWith('text')) return [name, bytes.toString('latin1', offset, offset + width).trimEnd()];
      return [name, width === 8 ? Number(bytes.readBigUInt64BE(offset)) : bytes.readUIntBE(offset, width)];
    }),
  );
}

/** A value for a field: any that fits. */
function someValue(type: string, random: Random): string | number {
  if (type.startsWith('text')) {
    const length = Math.ceil(random.uniform() * Number(type.slice(4)));
    return Array.from({ length }, () => String.fromCharCode(65 + random.below(26))).join('');
  }
  const bits = { u16: 16, u32: 32, price4: 32, u48: 48 }[type] ?? 53;
  return random.below(2 ** bits);
}

test.each(kinds)('message %s lies as the specification says', (kind) => {
  const { fields, length } = itchLayout(kind);
  expect(length).toBe(specification[kind].length);
  expect(fields.map(({ name, offset, type }) => [name, offset, widthOf(type)]).slice(0, 3)).toEqual([
    ['locate', 1, 2],
    ['tracking', 3, 2],
    ['timeNs', 5, 6],
  ]);
  const own = fields.slice(3).map(({ offset, type }) => `${offset}/${widthOf(type)}`);
  expect(own.join(' ')).toBe(specification[kind].fields);
});

test.each(kinds)('message %s is read as it was written, and as bytes say', (kind) => {
  const random = new Random(kind.charCodeAt(0));
  for (let round = 0; round < 200; round++) {
    const values = Object.fromEntries(itchLayout(kind).fields.map(({ name, type }) => [name, someValue(type, random)]));
    let written = Buffer.alloc(0);
    const writer = new ItchWriter((piece) => {
      written = Buffer.concat([written, piece]);
    });
    writer.message(kind, values as never);
    writer.finish();
    expect(written.readUInt16BE(0)).toBe(specification[kind].length);
    expect(String.fromCharCode(written[2]!)).toBe(kind);
    expect(naive(kind, written.subarray(2))).toEqual(values);
    const view = itchView(kind) as unknown as Record<string, unknown> & { at: number; on(bytes: Uint8Array): void };
    view.on(written);
    view.at = 2;
    for (const [name, value] of Object.entries(values)) expect([name, view[name]]).toEqual([name, value]);
  }
});

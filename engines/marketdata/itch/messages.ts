/**
 * The messages of NASDAQ TotalView-ITCH 5.0 (Nasdaq, "TotalView-ITCH 5.0" specification, sections 4.1 to 4.9): what is written here once
 * makes the reading and the writing of them and docs/reference/itch.md. Integers are big-endian, texts are padded with blanks on the right.
 */

/** `price4` and `price8` are integers with 4 and 8 implied decimals, `u48` is nanoseconds after midnight. */
export type ItchType = 'u16' | 'u32' | 'u48' | 'u64' | 'price4' | 'price8' | `text${number}`;

export interface ItchMessageDefinition {
  readonly name: string;
  /** In the order of the wire, after the header. */
  readonly fields: Readonly<Record<string, ItchType>>;
}

/** What every message begins with, after its type. */
export const itchHeader = { locate: 'u16', tracking: 'u16', timeNs: 'u48' } as const satisfies Record<string, ItchType>;

const order = { reference: 'u64', side: 'text1', shares: 'u32', stock: 'text8', price: 'price4' } as const;

export const itchMessages = {
  S: { name: 'system event', fields: { event: 'text1' } },
  R: {
    name: 'stock directory',
    fields: {
      stock: 'text8',
      marketCategory: 'text1',
      financialStatus: 'text1',
      roundLotSize: 'u32',
      roundLotsOnly: 'text1',
      classification: 'text1',
      subType: 'text2',
      authenticity: 'text1',
      shortSaleThreshold: 'text1',
      ipo: 'text1',
      luldTier: 'text1',
      etp: 'text1',
      etpLeverage: 'u32',
      inverse: 'text1',
    },
  },
  H: {
    name: 'stock trading action',
    fields: { stock: 'text8', state: 'text1', reserved: 'text1', reason: 'text4' },
  },
  Y: { name: 'Reg SHO restriction', fields: { stock: 'text8', action: 'text1' } },
  L: {
    name: 'market participant position',
    fields: { participant: 'text4', stock: 'text8', primary: 'text1', mode: 'text1', state: 'text1' },
  },
  V: { name: 'market-wide circuit breaker levels', fields: { level1: 'price8', level2: 'price8', level3: 'price8' } },
  W: { name: 'market-wide circuit breaker status', fields: { breached: 'text1' } },
  K: {
    name: 'IPO quoting period',
    fields: { stock: 'text8', releaseTime: 'u32', qualifier: 'text1', price: 'price4' },
  },
  J: {
    name: 'LULD auction collar',
    fields: { stock: 'text8', reference: 'price4', upper: 'price4', lower: 'price4', extension: 'u32' },
  },
  h: { name: 'operational halt', fields: { stock: 'text8', market: 'text1', action: 'text1' } },
  A: { name: 'add order', fields: order },
  F: { name: 'add order with attribution', fields: { ...order, attribution: 'text4' } },
  E: { name: 'order executed', fields: { reference: 'u64', shares: 'u32', match: 'u64' } },
  C: {
    name: 'order executed with price',
    fields: { reference: 'u64', shares: 'u32', match: 'u64', printable: 'text1', price: 'price4' },
  },
  X: { name: 'order cancel', fields: { reference: 'u64', shares: 'u32' } },
  D: { name: 'order delete', fields: { reference: 'u64' } },
  U: { name: 'order replace', fields: { original: 'u64', reference: 'u64', shares: 'u32', price: 'price4' } },
  P: { name: 'trade', fields: { ...order, match: 'u64' } },
  Q: {
    name: 'cross trade',
    fields: { shares: 'u64', stock: 'text8', price: 'price4', match: 'u64', cross: 'text1' },
  },
  B: { name: 'broken trade', fields: { match: 'u64' } },
  I: {
    name: 'net order imbalance',
    fields: {
      paired: 'u64',
      imbalance: 'u64',
      direction: 'text1',
      stock: 'text8',
      far: 'price4',
      near: 'price4',
      reference: 'price4',
      cross: 'text1',
      variation: 'text1',
    },
  },
  N: { name: 'retail price improvement', fields: { stock: 'text8', interest: 'text1' } },
  O: {
    name: 'direct listing with capital raise',
    fields: {
      stock: 'text8',
      eligible: 'text1',
      minimum: 'price4',
      maximum: 'price4',
      near: 'price4',
      nearTime: 'u64',
      lower: 'price4',
      upper: 'price4',
    },
  },
} as const satisfies Record<string, ItchMessageDefinition>;

export type ItchMessages = typeof itchMessages;
export type ItchKind = keyof ItchMessages;

const widths: Readonly<Record<string, number>> = { u16: 2, u32: 4, u48: 6, u64: 8, price4: 4, price8: 8 };
export const widthOf = (type: ItchType): number => widths[type] ?? Number(type.slice('text'.length));

export interface ItchFieldLayout {
  readonly name: string;
  readonly type: ItchType;
  /** From the message's type byte, which is at 0. */
  readonly offset: number;
}

/** The header's fields and the message's own, with where they stand. */
export function itchLayout(kind: ItchKind): { readonly fields: readonly ItchFieldLayout[]; readonly length: number } {
  let length = 1;
  const fields = Object.entries({ ...itchHeader, ...itchMessages[kind].fields }).map(([name, type]) => {
    const offset = length;
    length += widthOf(type);
    return { name, type, offset };
  });
  return { fields, length };
}

import { type ItchFieldLayout, type ItchKind, type ItchMessages, type itchHeader, itchLayout } from './messages';

type ValueOf<T> = T extends `text${number}` ? string : number;
type FieldsOfKind<K extends ItchKind> = typeof itchHeader & ItchMessages[K]['fields'];

/** A window on one message: `at` is where its type stands. 64-bit integers are exact below 2^53. */
export type ItchView<K extends ItchKind> = { -readonly [F in keyof FieldsOfKind<K>]: ValueOf<FieldsOfKind<K>[F]> } & {
  at: number;
  readonly length: number;
  /** Looks at other memory. */
  on(bytes: Uint8Array): void;
};

export type ItchValues<K extends ItchKind> = { readonly [F in keyof FieldsOfKind<K>]: ValueOf<FieldsOfKind<K>[F]> };

const HIGH = 2 ** 32;

function getter({ type, offset }: ItchFieldLayout): string {
  const u32 = (at: number) => `this.data.getUint32(this.at + ${at})`;
  if (type === 'u16') return `this.data.getUint16(this.at + ${offset})`;
  if (type === 'u32' || type === 'price4') return u32(offset);
  if (type === 'u48') return `this.data.getUint16(this.at + ${offset}) * ${HIGH} + ${u32(offset + 2)}`;
  if (type === 'u64' || type === 'price8') return `${u32(offset)} * ${HIGH} + ${u32(offset + 4)}`;
  return `readText(this.bytes, this.at + ${offset}, ${type.slice('text'.length)})`;
}

function setter({ type, offset }: ItchFieldLayout): string {
  const u32 = (at: number, value: string) => `this.data.setUint32(this.at + ${at}, ${value});`;
  const high = `Math.floor(v / ${HIGH})`;
  if (type === 'u16') return `this.data.setUint16(this.at + ${offset}, v);`;
  if (type === 'u32' || type === 'price4') return u32(offset, 'v');
  if (type === 'u48') return `this.data.setUint16(this.at + ${offset}, ${high}); ${u32(offset + 2, 'v')}`;
  if (type === 'u64' || type === 'price8') return `${u32(offset, high)} ${u32(offset + 4, 'v')}`;
  return `writeText(this.bytes, this.at + ${offset}, ${type.slice('text'.length)}, v);`;
}

function readText(bytes: Uint8Array, at: number, length: number): string {
  let end = at + length;
  while (end > at && bytes[end - 1] === 32) end--;
  let text = '';
  for (let index = at; index < end; index++) text += String.fromCharCode(bytes[index]!);
  return text;
}

function writeText(bytes: Uint8Array, at: number, length: number, text: string): void {
  for (let index = 0; index < length; index++) bytes[at + index] = index < text.length ? text.charCodeAt(index) : 32;
}

/** Accessors are generated as source text, so that a field is one read of a `DataView` at a constant distance. */
export function itchView<K extends ItchKind>(kind: K): ItchView<K> {
  const { fields, length } = itchLayout(kind);
  const accessors = fields.map(
    (field) => `get ${field.name}() { return ${getter(field)}; } set ${field.name}(v) { ${setter(field)} }`,
  );
  const View = new Function(
    'readText',
    'writeText',
    `return class {
      constructor() { this.at = 0; this.length = ${length}; this.on(new Uint8Array(${length})); }
      on(bytes) { this.bytes = bytes; this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength); }
      ${accessors.join('\n      ')}
    }`,
  )(readText, writeText) as new () => ItchView<K>;
  return new View();
}

/** Length of a message by the code of its type, 0 where there is no such type. */
export const itchLengths: Uint8Array = (() => {
  const lengths = new Uint8Array(256);
  for (const kind of 'SRHYLVWKJhAFECXDUPQBINO') lengths[kind.charCodeAt(0)] = itchLayout(kind as ItchKind).length;
  return lengths;
})();

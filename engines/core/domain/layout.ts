/**
 * Fixed binary layouts: a message is a few numbers at known offsets of a slot, read and written in place.
 *
 * Fields are placed widest first, so each is naturally aligned; a slot is a multiple of 64 bytes, one cache line, unless its layout says
 * otherwise: in a file each byte costs, and no other core writes beside it.
 */
export type FieldType = 'f64' | 'i32' | 'u8';
export type Fields = Readonly<Record<string, FieldType>>;

const widths: Record<FieldType, number> = { f64: 8, i32: 4, u8: 1 };

/** A window on one slot of a buffer: assign `offset` (bytes, a multiple of 8) and read or write the fields. */
export type View<F extends Fields> = { -readonly [K in keyof F]: number } & {
  /** Byte offset of the slot that the fields are read from. */
  offset: number;
  /** The memory that the view looks at, as 32-bit words: to copy whole slots. */
  readonly words: Int32Array;
  /** A plain copy of the fields. Allocates: not for the order path. */
  copy(): Values<F>;
  /** Writes all given fields. */
  assign(values: Partial<Values<F>>): void;
};

export type Values<F extends Fields> = { [K in keyof F]: number };

export interface Layout<F extends Fields> {
  readonly name: string;
  /** Bytes of a slot, a multiple of 64 unless the layout was defined otherwise. */
  readonly size: number;
  /** Bytes of a slot that fields take. */
  readonly end: number;
  readonly fields: readonly { readonly name: keyof F & string; readonly type: FieldType; readonly offset: number }[];
  /** Differs whenever names, types or offsets differ: two programs that disagree can tell. */
  readonly fingerprint: number;
  view(buffer: ArrayBufferLike): View<F>;
}

/** What a view has besides its fields. */
const reserved = new Set(['offset', 'copy', 'assign', 'f64', 'words', 'u8', 'constructor']);

/** The fields of a layout, a window on them, and their values as a plain object or a view has them. */
export type FieldsOf<L> = L extends Layout<infer F> ? F : never;
export type ViewOf<L> = View<FieldsOf<L>>;
export type ValuesOf<L> = Values<FieldsOf<L>>;

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** Accessors are generated as source text, so that a field is one typed-array access with a constant index. */
function viewClass(
  fields: Layout<Fields>['fields'],
): new (
  f64: Float64Array,
  words: Int32Array,
  u8: Uint8Array,
) => View<Fields> {
  const cell = ({ type, offset }: { type: FieldType; offset: number }) =>
    ({
      f64: `this.f64[(this.offset >> 3) + ${offset >> 3}]`,
      i32: `this.words[(this.offset >> 2) + ${offset >> 2}]`,
      u8: `this.u8[this.offset + ${offset}]`,
    })[type];
  const accessors = fields.map((f) => `get ${f.name}() { return ${cell(f)}; } set ${f.name}(v) { ${cell(f)} = v; }`);
  const copies = fields.map((f) => `${f.name}: ${cell(f)}`);
  const assignments = fields.map((f) => `if (values.${f.name} !== undefined) ${cell(f)} = values.${f.name};`);
  return new Function(`return class {
    constructor(f64, words, u8) { this.f64 = f64; this.words = words; this.u8 = u8; this.offset = 0; }
    ${accessors.join('\n    ')}
    copy() { return { ${copies.join(', ')} }; }
    assign(values) { ${assignments.join(' ')} }
  }`)();
}

const widestFirst = (fields: Fields) => Object.entries(fields).sort((a, b) => widths[b[1]] - widths[a[1]]);

/**
 * Defines the layout of one message, table row or record. Field names must be identifiers.
 * @param slotBytes what a slot is a multiple of, at least 8
 * @param seldom fields that are placed after the others: what is written without its zeros at the end is short while they are 0
 */
export function defineLayout<const F extends Fields, const S extends Fields = Record<never, never>>(
  name: string,
  definition: F,
  slotBytes = 64,
  seldom?: S,
): Layout<F & S> {
  const ordered = [...widestFirst(definition), ...widestFirst(seldom ?? {})];
  let end = 0;
  const fields = ordered.map(([field, type]) => {
    if (!/^[a-z][A-Za-z0-9]*$/.test(field) || reserved.has(field)) {
      throw new TypeError(
        `layout ${name}: "${field}" is not a field name; allowed are letters and digits, except ${[...reserved].join(', ')}`,
      );
    }
    const offset = Math.ceil(end / widths[type]) * widths[type];
    end = offset + widths[type];
    return Object.freeze({ name: field as keyof (F & S) & string, type, offset });
  });
  const size = Math.ceil(end / slotBytes) * slotBytes;
  const ViewClass = viewClass(fields);
  return Object.freeze({
    name,
    size,
    end,
    fields: Object.freeze(fields),
    fingerprint: fnv1a(`${name} ${size} ${fields.map((f) => `${f.name}:${f.type}@${f.offset}`).join(' ')}`),
    view: (buffer: ArrayBufferLike) =>
      new ViewClass(new Float64Array(buffer), new Int32Array(buffer), new Uint8Array(buffer)) as View<F & S>,
  });
}

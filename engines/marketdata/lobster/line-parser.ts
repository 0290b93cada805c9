import { Side } from '@nautilus/core/domain';

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NS_PER_SECOND = 1e9;
const MAX_INT32 = 0x7fffffff;
const MOST_DECIMALS = 15;
const BILLIONTHS = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 10, 1];

/** LOBSTER's codes for what happened. */
export const LobsterType = {
  add: 1,
  reduce: 2,
  remove: 3,
  execute: 4,
  executeHidden: 5,
  cross: 6,
  halt: 7,
} as const;

/** The fields in the order in which they stand on a line, and what may stand there. */
export const lobsterFields = Object.freeze([
  { name: 'time', allowed: 'seconds after midnight, 0 to 172800, with at most 15 decimals' },
  { name: 'type', allowed: '1 to 7' },
  { name: 'order id', allowed: `an integer from 1 to ${MAX_INT32} (0 for types 5 to 7)` },
  { name: 'size', allowed: `an integer from 1 to ${MAX_INT32} (0 for type 7)` },
  { name: 'price', allowed: `an integer from 1 to ${MAX_INT32}, currency × 10000 (-1, 0 or 1 for type 7)` },
  { name: 'direction', allowed: '1 or -1' },
  { name: 'line', allowed: 'six fields separated by commas' },
] as const);

export const Field = { time: 0, type: 1, orderId: 2, size: 3, price: 4, direction: 5, line: 6 } as const;

/**
 * Reads one line of a LOBSTER message file, `time,type,order id,size,price,direction`, straight from its bytes: no
 * string, no object. The fields of the line stand in the parser afterwards.
 */
export class LineParser {
  /** Nanoseconds after midnight, an integer. */
  timeNs = 0;
  /** `LobsterType` */
  type = 0;
  orderId = 0;
  size = 0;
  /** Price units of 1e-4 of the currency. */
  price = 0;
  /** Side of the resting order. */
  side = 0;
  /** After a line that was refused: the `Field`. */
  badField = 0;
  /** Where each field of the line starts. */
  readonly starts = new Int32Array(6);

  private at = 0;

  /** Reads bytes [start, end), without the line's end. False when it is refused; `badField` says where. */
  parse(bytes: Uint8Array, start: number, end: number): boolean {
    this.at = start;
    this.starts[Field.time] = start;
    if (start === end) return this.refuse(Field.line);
    this.timeNs = this.readTime(bytes, end);
    if (!(this.timeNs <= 172_800 * NS_PER_SECOND)) return this.refuse(Field.time);
    if (!this.separator(bytes, end, Field.type)) return false;
    this.type = this.readInteger(bytes, end);
    if (!(this.type >= LobsterType.add && this.type <= LobsterType.halt)) return this.refuse(Field.type);
    const halt = this.type === LobsterType.halt;
    if (!this.separator(bytes, end, Field.orderId)) return false;
    this.orderId = this.readInteger(bytes, end);
    if (!(this.orderId >= (this.type <= LobsterType.execute ? 1 : 0))) return this.refuse(Field.orderId);
    if (!this.separator(bytes, end, Field.size)) return false;
    this.size = this.readInteger(bytes, end);
    if (!(this.size >= (halt ? 0 : 1))) return this.refuse(Field.size);
    if (!this.separator(bytes, end, Field.price)) return false;
    this.price = this.readInteger(bytes, end);
    if (!(this.price >= (halt ? -1 : 1)) || (halt && this.price > 1)) return this.refuse(Field.price);
    if (!this.separator(bytes, end, Field.direction)) return false;
    const direction = this.readInteger(bytes, end);
    if (direction !== 1 && direction !== -1) return this.refuse(Field.direction);
    this.side = direction === 1 ? Side.buy : Side.sell;
    return this.at === end || this.refuse(bytes[this.at] === COMMA ? Field.line : Field.direction);
  }

  private refuse(field: number): boolean {
    this.badField = field;
    return false;
  }

  /** Steps over the comma before `field`. */
  private separator(bytes: Uint8Array, end: number, field: number): boolean {
    if (this.at >= end) return this.refuse(Field.line);
    if (bytes[this.at] !== COMMA) return this.refuse(field - 1);
    this.starts[field] = ++this.at;
    return true;
  }

  /** An integer of at most 32 bits, or NaN. */
  private readInteger(bytes: Uint8Array, end: number): number {
    let at = this.at;
    const negative = at < end && bytes[at] === MINUS;
    if (negative) at++;
    const first = at;
    let value = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.at = at;
    if (at === first || value > MAX_INT32) return Number.NaN;
    return negative ? -value : value;
  }

  /**
   * Nanoseconds, or NaN. Some files were printed from binary floating point, "35821.088778456004": decimals past the
   * ninth are rounded away.
   */
  private readTime(bytes: Uint8Array, end: number): number {
    const start = this.at;
    const seconds = this.readInteger(bytes, end);
    if (bytes[start] === MINUS) return Number.NaN;
    if (this.at >= end || bytes[this.at] !== POINT) return seconds * NS_PER_SECOND;
    const first = this.at + 1;
    let at = first;
    let fraction = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      const decimal = at - first;
      if (decimal < 9) fraction = fraction * 10 + digit;
      else if (decimal === 9 && digit >= 5) fraction++;
    }
    this.at = at;
    const decimals = at - first;
    if (decimals < 1 || decimals > MOST_DECIMALS) return Number.NaN;
    return seconds * NS_PER_SECOND + fraction * BILLIONTHS[Math.min(decimals, 9)]!;
  }
}

/** Exact ratios of whole numbers: what corporate actions do to shares and money. None of it is on the order path. */

/** over / under to the nearest integer, halves to the even one. `under` is positive. */
export function nearest(over: bigint, under: bigint): bigint {
  const down = floorOf(over, under);
  const twice = 2n * (over - down * under);
  return twice > under || (twice === under && down % 2n !== 0n) ? down + 1n : down;
}

function floorOf(over: bigint, under: bigint): bigint {
  const cut = over / under;
  return cut * under > over ? cut - 1n : cut;
}

/** Each part / under as integers whose sum is the sum of the parts, rounded once. */
export function spread(parts: readonly bigint[], under: bigint): bigint[] {
  let sum = 0n;
  let given = 0n;
  return parts.map((part) => {
    sum += part;
    const share = nearest(sum, under) - given;
    given += share;
    return share;
  });
}

/** What a position gets of an action. */
interface Allotment {
  readonly whole: bigint;
  /** New shares that it is owed beyond them, in `under`ths: paid in lieu. Below zero: it got more than its part, and pays. */
  readonly fraction: bigint;
}

/**
 * Whole new shares for positions of one holding, `over` new ones for each `under`. The holding gets the whole part of all it is due, as
 * the custodian gives it; its positions get theirs rounded down, and what is left goes to the largest fractions, the first of equal ones.
 */
export function allot(quantities: readonly bigint[], over: bigint, under: bigint): Allotment[] {
  const total = quantities.reduce((sum, quantity) => sum + quantity * over, 0n);
  const shares = quantities.map((quantity) => {
    const whole = floorOf(quantity * over, under);
    return { whole, rest: quantity * over - whole * under };
  });
  let left = total / under - shares.reduce((sum, { whole }) => sum + whole, 0n);
  const order = shares
    .map(({ rest }, place) => ({ rest, place }))
    .sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest > b.rest ? -1 : 1));
  const more = new Set<number>();
  for (const { place } of order) if (left-- > 0n) more.add(place);
  return shares.map(({ whole, rest }, place) =>
    more.has(place) ? { whole: whole + 1n, fraction: rest - under } : { whole, fraction: rest },
  );
}

/** An open lot, signed as its position is. */
export interface OpenLot {
  readonly quantity: bigint;
  readonly cost: bigint;
  readonly day: number;
  readonly record: number;
}

interface Transformed {
  readonly lots: readonly OpenLot[];
  /** Cost of what was paid in lieu, by first in, first out. */
  readonly released: bigint;
}

/**
 * Lots after `over` new shares for each `under`, of which the position keeps `whole` and is paid `cash` for the fraction. A fraction that
 * is sold comes out of the oldest lots; one that is bought goes into the newest, for what it costs. Between lots shares are rounded so
 * that their sum is right; a lot that is left without a share gives its cost to the next one.
 */
export function transformLots(
  lots: readonly OpenLot[],
  over: bigint,
  under: bigint,
  { whole, fraction }: Allotment,
  cash: bigint,
): Transformed {
  const sign = lots.some(({ quantity }) => quantity < 0n) ? -1n : 1n;
  /** In `under`ths of a new share, without the sign. */
  const parts = lots.map(({ quantity, cost, ...rest }) => ({ ...rest, units: sign * quantity * over, cost }));
  let released = 0n;
  let left = sign * fraction;
  for (const part of parts) {
    if (left <= 0n) break;
    const taken = left < part.units ? left : part.units;
    const cost = part.units === 0n ? 0n : nearest(part.cost * taken, part.units);
    part.cost -= cost;
    part.units -= taken;
    released += cost;
    left -= taken;
  }
  const last = parts.at(-1);
  if (left < 0n && last !== undefined) {
    last.units -= left;
    last.cost -= cash;
  }
  const result: OpenLot[] = [];
  let units = 0n;
  let given = 0n;
  let carried = 0n;
  for (const part of parts) {
    units += part.units;
    const quantity = units / under - given;
    given += quantity;
    carried += part.cost;
    if (quantity === 0n) continue;
    result.push({ quantity: sign * quantity, cost: carried, day: part.day, record: part.record });
    carried = 0n;
  }
  if (given !== sign * whole) throw new RangeError(`lots of ${given} shares for a position of ${whole}`);
  return { lots: result, released };
}

/** Cost that a position under average cost gives up with a fraction that is sold, or takes on with one that is bought. */
export function averageReleased(cost: bigint, quantity: bigint, over: bigint, fraction: bigint): bigint {
  const units = quantity * over;
  if (fraction === 0n || units === 0n || fraction > 0n !== units > 0n) return 0n;
  return units > 0n ? nearest(cost * fraction, units) : nearest(cost * -fraction, -units);
}

const EMPTY = 0;
/** Ids that differ in these lowest bits only are neighbours: 64 entries, eight lines of the processor's cache. */
const NEIGHBOUR_BITS = 6;
const NEIGHBOURS = (1 << NEIGHBOUR_BITS) - 1;
/** A probe goes on 65 entries further: past the neighbours and, as 65 is odd, through the whole table. */
const STEP = 2 * 65;
/** 65 × this is 1 in 32 bits: turns a distance in the table into a number of steps. */
const STEPS = 0xc0fc0fc1 | 0;

/**
 * Order id to an integer: open addressing with linear probing, keys and values beside each other in one typed array.
 *
 * Half of the places at most are taken, and a removal moves later entries back instead of leaving a tombstone, so a
 * probe stays short however many orders have come and gone. Ids are positive 32-bit integers. As they are mostly given
 * out in sequence, groups of 64 stay together and only the groups are scattered: in the table of a large book a new
 * order then finds its line in the cache, and not one line of memory each. A probe leaves the group, so neighbours are
 * not in each other's way.
 */
export class IdTable {
  private readonly cells: Int32Array;
  private readonly mask: number;
  private readonly shift: number;

  /** @param capacity most ids at a time */
  constructor(capacity: number) {
    const bits = Math.max(NEIGHBOUR_BITS, 33 - Math.clz32(capacity - 1));
    this.cells = new Int32Array(2 << bits);
    this.mask = (2 << bits) - 1;
    this.shift = 32 - bits;
  }

  /** Where an id would stand if nobody were in its way: Fibonacci hashing of its group, and a place of the group. */
  private home(id: number): number {
    return ((Math.imul(id >> NEIGHBOUR_BITS, 0x9e3779b1) >>> this.shift) ^ (id & NEIGHBOURS)) << 1;
  }

  /**
   * The place of an id, for `valueAt` and `removeAt`, or the complement (negative) of the place where `insertAt` may put it as
   * long as nothing else is added or removed.
   */
  find(id: number): number {
    const cells = this.cells;
    const mask = this.mask;
    for (let place = this.home(id); ; place = (place + STEP) & mask) {
      const key = cells[place]!;
      if (key === EMPTY) return ~place;
      if (key === id) return place;
    }
  }

  valueAt(place: number): number {
    return this.cells[place | 1]!;
  }

  /** Adds an id that is not there yet at a place that `find` gave. */
  insertAt(place: number, id: number, value: number): void {
    this.cells[place] = id;
    this.cells[place | 1] = value;
  }

  /** Empties a place and closes the gap: an entry moves back when its home is not between the gap and itself. */
  removeAt(place: number): void {
    const cells = this.cells;
    const mask = this.mask;
    let gap = place;
    for (let next = (place + STEP) & mask; cells[next] !== EMPTY; next = (next + STEP) & mask) {
      const fromHome = Math.imul(next - this.home(cells[next]!), STEPS) & mask;
      if (fromHome >= (Math.imul(next - gap, STEPS) & mask)) {
        cells[gap] = cells[next]!;
        cells[gap | 1] = cells[next | 1]!;
        gap = next;
      }
    }
    cells[gap] = EMPTY;
  }
}

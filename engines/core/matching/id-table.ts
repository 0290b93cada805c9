const EMPTY = 0;
/** Ids that differ in these lowest bits only are neighbours: eight entries, one line of the processor's cache. */
const NEIGHBOUR_BITS = 3;
const NEIGHBOURS = (1 << NEIGHBOUR_BITS) - 1;

/**
 * Order id to order slot: open addressing with linear probing, keys and values beside each other in one typed array.
 *
 * Half of the places at most are taken, and a removal moves later entries back instead of leaving a tombstone, so a
 * probe stays short however many orders have come and gone. Ids are positive 32-bit integers. Ids are mostly given out
 * in sequence, so groups of eight stay together and only the groups are scattered: new orders then share a cache line
 * that was touched a moment ago, instead of missing the cache once each in the table of a large book.
 */
export class IdTable {
  private readonly cells: Int32Array;
  private readonly mask: number;
  private readonly shift: number;

  /** @param capacity most ids at a time */
  constructor(capacity: number) {
    const bits = Math.max(4, 33 - Math.clz32(capacity - 1));
    this.cells = new Int32Array(2 << bits);
    this.mask = (2 << bits) - 1;
    this.shift = 32 - bits + NEIGHBOUR_BITS;
  }

  /** Where an id would stand if nobody were in its way: Fibonacci hashing of its group, and its place in the group. */
  private home(id: number): number {
    const group = Math.imul(id >> NEIGHBOUR_BITS, 0x9e3779b1) >>> this.shift;
    return ((group << NEIGHBOUR_BITS) | (id & NEIGHBOURS)) << 1;
  }

  /** The place of an id, to be given to `slotAt` or `removeAt`, or -1. */
  find(id: number): number {
    const cells = this.cells;
    const mask = this.mask;
    for (let place = this.home(id); ; place = (place + 2) & mask) {
      const key = cells[place]!;
      if (key === EMPTY) return -1;
      if (key === id) return place;
    }
  }

  slotAt(place: number): number {
    return this.cells[place + 1]!;
  }

  /** Adds an id that is not there yet. */
  insert(id: number, slot: number): void {
    const cells = this.cells;
    const mask = this.mask;
    let place = this.home(id);
    while (cells[place] !== EMPTY) place = (place + 2) & mask;
    cells[place] = id;
    cells[place + 1] = slot;
  }

  /** Empties a place and closes the gap: an entry moves back when its home is not between the gap and itself. */
  removeAt(place: number): void {
    const cells = this.cells;
    const mask = this.mask;
    let gap = place;
    for (let next = (place + 2) & mask; cells[next] !== EMPTY; next = (next + 2) & mask) {
      const distance = (next - this.home(cells[next]!)) & mask;
      if (distance >= ((next - gap) & mask)) {
        cells[gap] = cells[next]!;
        cells[gap + 1] = cells[next + 1]!;
        gap = next;
      }
    }
    cells[gap] = EMPTY;
  }
}

const EMPTY = 0;

/**
 * Order id to order slot: open addressing with linear probing, keys and values beside each other in one typed array.
 *
 * Half of the places at most are taken, and a removal moves later entries back instead of leaving a tombstone, so a
 * probe stays short however many orders have come and gone. Ids are positive 32-bit integers.
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
    this.shift = 32 - bits;
  }

  /** Where an id would stand if nobody were in its way: Fibonacci hashing. */
  private home(id: number): number {
    return (Math.imul(id, 0x9e3779b1) >>> this.shift) << 1;
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

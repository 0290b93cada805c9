/**
 * Which positions stay in a cache of a given size: every open one, and of the flat ones those that became so last. The same
 * records give the same answer.
 */
export class KeptPositions {
  private readonly open = new Set<number>();
  /** In the order in which they became flat. */
  private readonly flat = new Set<number>();

  /** @param most positions kept; open ones stay also past it. */
  constructor(private readonly most: number) {}

  has(row: number): boolean {
    return this.open.has(row) || this.flat.has(row);
  }

  /** Takes note of a position after a record about it; rows of the positions that have to go now. */
  note(row: number, isOpen: boolean): readonly number[] {
    this.flat.delete(row);
    if (isOpen) this.open.add(row);
    else {
      this.open.delete(row);
      this.flat.add(row);
    }
    const gone: number[] = [];
    for (const oldest of this.flat) {
      if (this.open.size + this.flat.size <= this.most) break;
      this.flat.delete(oldest);
      gone.push(oldest);
    }
    return gone;
  }
}

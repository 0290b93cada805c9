/** What is known of an order's place in the cache. */
const Place = { none: 0, open: 1, ended: 2, removed: 3 } as const;

/**
 * Which orders stay in a cache of a given size: every open one, and of those that have ended the latest. An order counts
 * from its first record on; when there are too many, the one that ended first goes. The same records give the same answer.
 */
export class KeptOrders {
  private places = new Uint8Array(1 << 12);
  /** Indices of ended orders that are still kept, in the order in which they ended, from `first` on. */
  private ended: number[] = [];
  private first = 0;
  private kept = 0;

  /** @param most orders kept; open ones stay also past it. */
  constructor(private readonly most: number) {}

  /** Orders that are kept now. */
  get count(): number {
    return this.kept;
  }

  has(index: number): boolean {
    const place = this.places[index];
    return place === Place.open || place === Place.ended;
  }

  /** Takes note of an order after a record about it; indices of the orders that have to go now. */
  note(index: number, live: boolean): readonly number[] {
    this.makeRoom(index);
    const place = this.places[index];
    if (place === Place.removed) return [];
    if (place === Place.none) this.kept++;
    if (place !== Place.ended) {
      this.places[index] = live ? Place.open : Place.ended;
      if (!live) this.ended.push(index);
    }
    return this.overflow();
  }

  private overflow(): readonly number[] {
    const gone: number[] = [];
    while (this.kept > this.most && this.first < this.ended.length) {
      const index = this.ended[this.first++] as number;
      this.places[index] = Place.removed;
      this.kept--;
      gone.push(index);
    }
    if (this.first > 1024 && this.first * 2 > this.ended.length) {
      this.ended = this.ended.slice(this.first);
      this.first = 0;
    }
    return gone;
  }

  private makeRoom(index: number): void {
    if (index < this.places.length) return;
    const wider = new Uint8Array(Math.max(index + 1, this.places.length * 2));
    wider.set(this.places);
    this.places = wider;
  }
}

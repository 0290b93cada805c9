/** Which parent order is due next: a binary heap of (time, parent) in typed arrays. Equal times come in order of parents. */
export class Timers {
  private times = new Float64Array(64);
  private parents = new Int32Array(64);
  private count = 0;

  /** Time of the next timer, nanoseconds on the market's clock; Infinity when there is none. */
  get nextNs(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.times[0]!;
  }

  /** Parent of the next timer. */
  get nextParent(): number {
    return this.parents[0]!;
  }

  add(timeNs: number, parent: number): void {
    if (this.count === this.times.length) this.grow();
    let place = this.count++;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.before(above, timeNs, parent)) break;
      this.move(above, place);
      place = above;
    }
    this.times[place] = timeNs;
    this.parents[place] = parent;
  }

  /** Takes the next timer off. */
  pop(): void {
    const last = --this.count;
    const timeNs = this.times[last]!;
    const parent = this.parents[last]!;
    let place = 0;
    for (let below = 1; below < last; below = 2 * place + 1) {
      if (below + 1 < last && this.before(below + 1, this.times[below]!, this.parents[below]!)) below++;
      if (!this.before(below, timeNs, parent)) break;
      this.move(below, place);
      place = below;
    }
    this.times[place] = timeNs;
    this.parents[place] = parent;
  }

  private before(place: number, timeNs: number, parent: number): boolean {
    const time = this.times[place]!;
    return time < timeNs || (time === timeNs && this.parents[place]! <= parent);
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from]!;
    this.parents[to] = this.parents[from]!;
  }

  private grow(): void {
    const { times, parents } = this;
    this.times = new Float64Array(times.length * 2);
    this.parents = new Int32Array(parents.length * 2);
    this.times.set(times);
    this.parents.set(parents);
  }
}

export const pressureLevels = ['normal', 'info', 'warning', 'critical', 'emergency'] as const;
export type PressureLevel = (typeof pressureLevels)[number];

/** Share in use at which each level begins; `normal` has none. */
const pressureThresholds: readonly number[] = [0, 0.6, 0.8, 0.9, 0.95];
/** A level ends this far below where it begins, so that a pool at a threshold does not raise and clear it all the time. */
const PRESSURE_HYSTERESIS = 0.05;

/** The level of a pool, told by two comparisons as long as it stays. */
export class Pressure {
  private index = 0;
  private rises: number;
  private falls = -1;

  /** @param capacity bytes */
  constructor(private readonly capacity: number) {
    this.rises = this.risesAt(1);
  }

  get level(): PressureLevel {
    return pressureLevels[this.index]!;
  }

  /** Whether the level is another one for these bytes in use. */
  moved(used: number): boolean {
    return used >= this.rises || used < this.falls;
  }

  /** Goes to the level of these bytes in use. */
  update(used: number): void {
    while (this.index + 1 < pressureThresholds.length && used >= this.risesAt(this.index + 1)) this.index++;
    while (this.index > 0 && used < this.fallsAt(this.index)) this.index--;
    this.rises = this.risesAt(this.index + 1);
    this.falls = this.fallsAt(this.index);
  }

  private risesAt(index: number): number {
    return (pressureThresholds[index] ?? Number.POSITIVE_INFINITY) * this.capacity;
  }

  private fallsAt(index: number): number {
    return index === 0 ? -1 : (pressureThresholds[index]! - PRESSURE_HYSTERESIS) * this.capacity;
  }
}

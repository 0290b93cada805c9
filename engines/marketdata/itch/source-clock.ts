/** How far a source's clock may be from ours before it is not believed. */
const BELIEVED_NS = 1e9;

/**
 * When messages are told that came at known times. A message is told at the time that it says, unless that is more than a second away from
 * what the message before it and their arrivals make likely: then the source's clock jumped. What comes late, since an earlier message was
 * missing, is told when it came: so it would have been seen.
 */
export class SourceClock {
  /** Times that the source's clock went elsewhere than ours. */
  jumps = 0;
  /** Time of the last message as it was told. */
  timeNs = 0;
  private saidNs = 0;
  private arrivedNs = Number.NaN;
  private jumped = false;
  private catchingUp = false;

  /** Time at which a message is told. `late`: an earlier one was missing until now. */
  tell(saidNs: number, arrivedNs: number, late: boolean): number {
    const ours = Number.isNaN(this.arrivedNs) ? saidNs : this.after(arrivedNs);
    const away = saidNs - ours;
    const behind = (late || this.catchingUp) && away < 0 && saidNs >= this.saidNs;
    const jumped = Math.abs(away) > BELIEVED_NS && !behind;
    if (jumped && !this.jumped) this.jumps++;
    this.jumped = jumped;
    this.catchingUp = behind;
    this.saidNs = saidNs;
    return this.at(jumped ? ours : saidNs, behind ? ours : 0, arrivedNs);
  }

  /** The time is what it is for somebody who waits: at an arrival that told nothing. */
  wait(arrivedNs: number): number {
    return Number.isNaN(this.arrivedNs) ? this.timeNs : this.at(this.after(arrivedNs), 0, arrivedNs);
  }

  private at(timeNs: number, leastNs: number, arrivedNs: number): number {
    this.timeNs = Math.max(this.timeNs, timeNs, leastNs);
    this.arrivedNs = arrivedNs;
    return this.timeNs;
  }

  private after(arrivedNs: number): number {
    return this.timeNs + Math.max(0, arrivedNs - this.arrivedNs);
  }
}

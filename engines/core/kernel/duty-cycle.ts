import type { PollStrategy } from './configuration';

/** Longest time that polling keeps the event loop waiting, milliseconds. */
const BURST_MS = 0.2;
/** The same while there is work and nothing of the event loop is waited for: a turn of it holds up whoever comes meanwhile. */
const LONG_BURST_MS = 1;
/** The same of `spin` while a disk is waited for and every poll finds work: what is written together is more, and costs less. */
const BUSY_BURST_MS = 0.5;
/** Polls without work between two looks at the clock, a power of two. */
const IDLE_POLLS = 16;
/** Turns without work after which `yield` rests between polls. */
const IDLE_TURNS = 2000;
const REST_MS = 1;

/** What the cycle runs on; tests bring their own. */
export interface Turns {
  now(): number;
  immediate(next: () => void): void;
  later(next: () => void, ms: number): void;
}

export const eventLoop: Turns = {
  now: () => performance.now(),
  immediate: (next) => void setImmediate(next),
  later: (next, ms) => void setTimeout(next, ms),
};

/**
 * Polls in bursts of at most 200 µs between turns of the event loop, so that HTTP and disks are served too; of 1 ms while there is work
 * and the engine waits for neither, of 500 µs while it spins and work never ends.
 *
 * - `spin`: polls all the time, a whole core for the shortest delay
 * - `yield`: polls once a turn; rests 1 ms between polls after 2000 turns without work
 * - `sleep`: rests 1 ms after every turn that found nothing
 */
export class DutyCycle {
  private running = false;
  private idleTurns = 0;

  constructor(
    private readonly poll: () => number,
    private readonly strategy: PollStrategy,
    private readonly onError: (error: unknown) => void,
    private readonly turns: Turns = eventLoop,
    private readonly waits: () => boolean = () => true,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.turns.immediate(this.turn);
  }

  stop(): void {
    this.running = false;
  }

  private readonly turn = (): void => {
    if (!this.running) return;
    let worked: boolean;
    try {
      worked = this.burst();
    } catch (error) {
      this.running = false;
      this.onError(error);
      return;
    }
    if (!this.running) return;
    this.idleTurns = worked ? 0 : this.idleTurns + 1;
    if (this.rests()) this.turns.later(this.turn, REST_MS);
    else this.turns.immediate(this.turn);
  };

  /** Polls while there is work, `spin` while there is time. Returns whether there was any. */
  private burst(): boolean {
    const begin = this.turns.now();
    let worked = false;
    for (let idle = 0; this.running; ) {
      const found = this.poll() > 0;
      if (found) worked = true;
      else if (this.strategy !== 'spin') break;
      // A poll that finds nothing takes less time than a look at the clock.
      else if ((++idle & (IDLE_POLLS - 1)) !== 0) continue;
      const spent = this.turns.now() - begin;
      if (spent >= BURST_MS && spent >= this.longest(worked, found)) break;
    }
    return worked;
  }

  private longest(worked: boolean, found: boolean): number {
    if (!worked) return BURST_MS;
    if (!this.waits()) return LONG_BURST_MS;
    return found && this.strategy === 'spin' ? BUSY_BURST_MS : BURST_MS;
  }

  private rests(): boolean {
    if (this.strategy === 'spin') return false;
    return this.idleTurns >= (this.strategy === 'sleep' ? 1 : IDLE_TURNS);
  }
}

import type { PollStrategy } from './configuration';

/** Longest time that polling keeps the event loop waiting, milliseconds. */
const BURST_MS = 0.2;
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

const eventLoop: Turns = {
  now: () => performance.now(),
  immediate: (next) => void setImmediate(next),
  later: (next, ms) => void setTimeout(next, ms),
};

/**
 * Polls in bursts of at most 200 µs between turns of the event loop, so that HTTP and disks are served too.
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
    const until = this.turns.now() + BURST_MS;
    let worked = false;
    for (let idle = 0; this.running; ) {
      if (this.poll() > 0) worked = true;
      else if (this.strategy !== 'spin') break;
      // A poll that finds nothing takes less time than a look at the clock.
      else if ((++idle & (IDLE_POLLS - 1)) !== 0) continue;
      if (this.turns.now() >= until) break;
    }
    return worked;
  }

  private rests(): boolean {
    if (this.strategy === 'spin') return false;
    return this.idleTurns >= (this.strategy === 'sleep' ? 1 : IDLE_TURNS);
  }
}

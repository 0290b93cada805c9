import { DutyCycle, type Turns } from '../../../engines/core/kernel/duty-cycle';

/** An event loop that a test turns by hand; every poll takes 1/64 ms, about 16 µs. */
class HandTurned implements Turns {
  /** Milliseconds. */
  time = 0;
  readonly waits: (number | 'immediate')[] = [];
  private next: (() => void) | undefined;

  now = () => this.time;
  immediate = (next: () => void) => this.schedule(next, 'immediate');
  later = (next: () => void, ms: number) => this.schedule(next, ms);

  private schedule(next: () => void, wait: number | 'immediate') {
    this.next = next;
    this.waits.push(wait);
  }

  /** Runs turns; returns how each of them chose to wait. */
  turn(times = 1): (number | 'immediate')[] {
    const before = this.waits.length;
    for (let i = 0; i < times; i++) {
      const { next } = this;
      this.next = undefined;
      next?.();
    }
    return this.waits.slice(before);
  }

  get pending(): boolean {
    return this.next !== undefined;
  }
}

function cycle(strategy: 'spin' | 'yield' | 'sleep', work: () => number, waits?: () => boolean) {
  const turns = new HandTurned();
  const errors: unknown[] = [];
  let polls = 0;
  const duty = new DutyCycle(
    () => {
      polls++;
      turns.time += 1 / 64;
      return work();
    },
    strategy,
    (error) => errors.push(error),
    turns,
    waits,
  );
  duty.start();
  return { duty, turns, errors, polls: () => polls };
}

test('spin polls for 200 µs a turn even without work, and never rests', () => {
  const { turns, polls } = cycle('spin', () => 0);
  expect(turns.turn(5000)).toEqual(Array(5000).fill('immediate'));
  expect(polls()).toBe(5000 * 16);
});

test('spinning, work goes on for 1 ms a turn when nothing of the event loop is waited for; when something is, for 500 µs without a pause, else 200', () => {
  let waits = false;
  let work = 1;
  let found: number[] | undefined;
  const { turns, polls } = cycle(
    'spin',
    () => (found === undefined ? work : (found.shift() ?? 0)),
    () => waits,
  );
  const pollsOfTurn = () => {
    const before = polls();
    turns.turn();
    return polls() - before;
  };
  expect(pollsOfTurn()).toBe(64);
  waits = true;
  expect(pollsOfTurn()).toBe(32);
  found = [1];
  expect(pollsOfTurn()).toBe(17);
  waits = false;
  found = undefined;
  work = 0;
  expect(pollsOfTurn()).toBe(16);
});

test('yield polls once a turn without work and rests for 1 ms from the 2000th idle turn on', () => {
  const { turns, polls } = cycle('yield', () => 0);
  const waits = turns.turn(2001);
  expect(waits.slice(0, 1999)).toEqual(Array(1999).fill('immediate'));
  expect(waits.slice(1999)).toEqual([1, 1]);
  expect(polls()).toBe(2001);
});

test('yield is awake again after one message', () => {
  let work = 0;
  const { turns } = cycle('yield', () => work);
  turns.turn(2000);
  work = 1;
  expect(turns.turn()).toEqual(['immediate']);
  work = 0;
  expect(turns.turn(1999)).toEqual(Array(1999).fill('immediate'));
});

test('sleep rests after every turn that finds nothing, not after one that did', () => {
  const found = [1, 0, 0, 1, 0];
  const { turns } = cycle('sleep', () => found.shift() ?? 0);
  expect(turns.turn(4)).toEqual(['immediate', 1, 'immediate', 1]);
  const busy = cycle('sleep', () => 1);
  expect(busy.turns.turn(3)).toEqual(['immediate', 'immediate', 'immediate']);
});

test('work without end leaves the event loop its turn after 200 µs', () => {
  const { turns, polls } = cycle('yield', () => 1);
  turns.turn();
  expect(polls()).toBe(13);
});

test('after stop nothing is polled, not even within a burst', () => {
  const spinning = cycle('spin', () => {
    spinning.duty.stop();
    return 1;
  });
  spinning.turns.turn();
  expect([spinning.polls(), spinning.turns.pending]).toEqual([1, false]);
});

test('a poll that throws is the last one, and its error is handed over', () => {
  const error = new RangeError('corrupt');
  const { turns, errors, polls } = cycle('spin', () => {
    throw error;
  });
  turns.turn();
  expect([errors, polls(), turns.pending]).toEqual([[error], 1, false]);
});

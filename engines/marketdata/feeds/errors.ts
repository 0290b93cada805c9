import { CodedError } from '@nautilus/core/domain';
import type { FeedEvent } from './feed';

interface FeedProblem<Code extends string> {
  readonly code: Code;
  readonly message: string;
  /** What stood there, and what may stand there. */
  readonly value: string;
  readonly allowed: string;
  readonly fix: string;
  readonly cause?: unknown;
}

/** Market data that cannot be played, and what to do about it. */
export class FeedError<Code extends string = `NAUT_FEED_${string}`> extends CodedError<Code> {
  readonly value: string;
  readonly allowed: string;

  constructor(problem: FeedProblem<Code>) {
    super(problem);
    this.value = problem.value;
    this.allowed = problem.allowed;
  }
}

/** A step that the books cannot take. @param reject why, see `Reject` */
export const contradiction = (event: FeedEvent, reject: number): FeedError =>
  new FeedError({
    code: 'NAUT_FEED_CONTRADICTION',
    message: `the book of instrument ${event.instrument} cannot take order ${event.orderId}: ${event.quantity} at ${event.price}, kind ${event.kind} (reject ${reject})`,
    value: String(event.orderId),
    allowed: 'new ids for new orders, resting orders for the others, prices that are multiples of the tick',
    fix: 'correct the file, or tickSize of the instrument in the profile',
  });

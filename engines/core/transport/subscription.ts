import type { Fields, View } from '../domain/layout';
import { TransportError } from './errors';

/** The reading end of a topic. */
export interface Subscription<F extends Fields> {
  /**
   * Hands over the messages that are there, `limit` at most, and returns how many were. The view is the same object each time and is
   * valid only inside the handler. When the handler throws, its message is not consumed and comes again at the next poll.
   *
   * A reliable reader's cursor is stored in the ring every 256 messages and at the end of the poll: after `kill -9` the messages since then come a second
   * time. What they did must be recognised by their `sequence`.
   */
  poll(handler: (message: View<F>) => void, limit?: number): number;
  /** Messages that were overwritten before they were read. A reliable reader never misses one unless it was evicted. */
  readonly missed: number;
  /** Messages of a conflating topic that a newer one of the same key replaced before they were read, since the first poll. Elsewhere 0. */
  readonly conflated: number;
  /** How many messages of the topic are behind this reader, since the ring exists; missed ones count. */
  readonly position: number;
  /**
   * For a reader that acknowledges by hand: messages before `position` are dealt with and never come again, not even after a crash.
   * Until then the writer keeps them.
   */
  acknowledge(position: number): void;
  /** How many messages are there to read. */
  lag(): number;
  /** Whether the topic has a live writer. Two system calls: not for every poll. */
  writerAlive(): boolean;
  close(): void;
}

export function closedSubscription({ name }: { readonly name: string }): TransportError {
  return new TransportError({
    code: 'NAUT_HUB_CLOSED',
    message: `a subscription of ${name} was used after it was closed`,
    fix: 'stop the duty cycle before closing the hub',
  });
}

export function nothingToAcknowledge({ name }: { readonly name: string }): TransportError {
  return new TransportError({
    code: 'NAUT_ACKNOWLEDGE',
    message: `${name} does not wait for this reader, so it has nothing to acknowledge`,
    fix: 'subscribe with reliable: true',
  });
}

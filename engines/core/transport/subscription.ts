import type { Fields, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
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
  /** How many messages of the topic are behind this reader, since the ring exists; missed ones count. */
  readonly position: number;
  /**
   * For a reader that acknowledges by hand: messages before `position` are dealt with and never come again, not even after a crash.
   * Until then the writer keeps them.
   */
  acknowledge(position: number): void;
  /** How many messages are there to read. */
  lag(): number;
  close(): void;
}

export function closedSubscription(topic: TopicDefinition): TransportError {
  return new TransportError({
    code: 'NAUT_HUB_CLOSED',
    message: `a subscription of ${topic.name} was used after it was closed`,
    fix: 'stop the duty cycle before closing the hub',
  });
}

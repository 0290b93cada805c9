import type { Fields } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import type { SubscribeOptions } from './options';
import type { Publication } from './publication';
import type { Subscription } from './subscription';

/**
 * Opens topics, whatever carries them. To open an end takes a conversation where there is a network; what it gives is used the same way
 * everywhere: `claim`, `commit` and `poll` never wait.
 */
export interface Transport {
  /** Opens the writing end. @throws TransportError NAUT_TOPIC_BUSY while a live writer has it */
  publish<F extends Fields>(topic: TopicDefinition<F>): Promise<Publication<F>>;
  /** Opens a reading end. @throws TransportError NAUT_READER_BUSY while a live reader has this name */
  subscribe<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Promise<Subscription<F>>;
  /** Closes all ends, after the broker has what was committed. What is in the topics stays. */
  close(): Promise<void>;
}

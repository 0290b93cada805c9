import type { Fields, Values, View } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { TransportError } from './errors';

/**
 * The writing end of a topic.
 *
 * `claim` gives the next free slot to write to, `commit` shows all claimed slots to the readers at once. Several claims and one
 * commit make a batch. Neither waits, and neither allocates.
 */
export interface Publication<F extends Fields> {
  readonly topic: TopicDefinition<F>;
  /** Nothing was ever published in this topic before this writer opened it: no message survived. */
  readonly fresh: boolean;
  /** How many writers have opened this topic, this one included. */
  readonly epoch: number;
  /** How often `claim` found no room. */
  readonly refused: number;
  /** Messages committed since the topic exists: the position of the next one. */
  readonly position: number;
  /**
   * A view of the next slot, or undefined when there is no room (back-pressure): count on it, and try again after the next turn. The fields
   * hold what an earlier message left there: write all of them. The view is the same object each time; it is valid until the next claim.
   */
  claim(): View<F> | undefined;
  /** Makes every claimed slot visible, in the order of the claims. */
  commit(): void;
  /** The last committed message, also one of an earlier process; undefined when there never was one. */
  last(): Values<F> | undefined;
  /** Whether a registered reader (reliable, or one that resumes at its cursor) of this name is alive. */
  hasReader(name: string): boolean;
  /** How many slots `claim` can give before a reader moves on. */
  free(): number;
  /** Committed messages that would be lost with this process: those that a broker has not confirmed yet. In shared memory always 0. */
  inFlight(): number;
  close(): void;
}

export function closedPublication({ name }: { readonly name: string }): TransportError {
  return new TransportError({
    code: 'NAUT_HUB_CLOSED',
    message: `${name} was used after its hub was closed`,
    fix: 'stop the duty cycle before closing the hub',
  });
}

/** What may be asked of a topic, the same for every transport. */
import type { BackPressure } from '../domain/topics';
import { TransportError } from './errors';
import type { StartFrom } from './registration';
import { MAX_READER_NAME_BYTES } from './ring-memory';

export interface SubscribeOptions {
  /** A registered reader's cursor is kept under this name; one live process may have it. */
  readonly name: string;
  /** The writer waits for this reader, also while it is dead. @default false */
  readonly reliable?: boolean;
  /**
   * The first message: the next one to come, the oldest that is still there, or the one at which the reader of this name stopped (the next
   * one for a new name). Of a topic that conflates, `oldest` is the newest message of every key.
   * @default 'cursor' for a reliable reader, 'oldest' of a topic that conflates, 'newest' for another
   */
  readonly from?: StartFrom;
  /** A reliable reader that is dead for this long and holds the writer back is given up; it is told what it missed when it returns. @default never */
  readonly evictAfterMs?: number;
  /**
   * `manual`: the cursor moves only by `acknowledge`, so that a message whose effect is not durable yet comes again after a crash.
   * Reliable readers only. @default 'automatic'
   */
  readonly acknowledge?: 'automatic' | 'manual';
  /**
   * For a reader that needs the whole past and comes late: the first poll that finds a snapshot calls this with it, and hands over exactly the
   * messages that it does not contain. Until then polls hand over nothing, and the writer of snapshots is asked for one. Instead of `from`.
   */
  readonly restore?: (state: Uint8Array, position: number) => void;
}

/** Where a reader begins that does not say it. */
export const defaultStart = (topic: { readonly backPressure?: BackPressure }, reliable: boolean): StartFrom =>
  reliable ? 'cursor' : topic.backPressure === 'conflate' ? 'oldest' : 'newest';

/** Throws when the options contradict each other or the topic. */
export function checkSubscription(
  topic: { readonly name: string; readonly backPressure?: BackPressure },
  options: SubscribeOptions,
) {
  const { name, reliable = false, acknowledge, restore, from } = options;
  checkName('reader', name);
  if (acknowledge === 'manual' && !reliable) {
    throw new TransportError({
      code: 'NAUT_ACKNOWLEDGE',
      message: `reader "${name}" of ${topic.name} wants to acknowledge by hand but is not reliable`,
      fix: 'subscribe with reliable: true',
    });
  }
  const { backPressure = 'block' } = topic;
  if (reliable && backPressure !== 'block') {
    throw new TransportError({
      code: 'NAUT_BACK_PRESSURE',
      message: `reader "${name}" wants ${topic.name} to wait for it, but its back-pressure is "${backPressure}": it waits for nobody`,
      fix: "subscribe without `reliable`, or give the topic backPressure 'block'",
    });
  }
  if (from === 'cursor' && backPressure === 'conflate') {
    throw new TransportError({
      code: 'NAUT_BACK_PRESSURE',
      message: `reader "${name}" wants to go on in ${topic.name} where it stopped, but a topic that conflates keeps no messages to go on with`,
      fix: "subscribe from 'oldest': the newest message of every key",
    });
  }
  if (restore) checkJoinable(topic);
}

export function checkJoinable({
  name,
  backPressure,
}: {
  readonly name: string;
  readonly backPressure?: BackPressure;
}): void {
  if (backPressure !== 'conflate') return;
  throw new TransportError({
    code: 'NAUT_BACK_PRESSURE',
    message: `${name} conflates: the newest message of every key is its snapshot`,
    fix: "subscribe without `restore`, from 'oldest'",
  });
}

export const checkTopicName = (name: string): void => checkName('topic', name);

function checkName(what: string, name: string): void {
  if (/^[a-z0-9][A-Za-z0-9._-]*$/.test(name) && Buffer.byteLength(name) <= MAX_READER_NAME_BYTES) return;
  throw new TransportError({
    code: 'NAUT_TOPIC_INVALID',
    message: `"${name}" is not a ${what} name; allowed are letters, digits, ".", "_" and "-", at most ${MAX_READER_NAME_BYTES} characters`,
    fix: 'choose another name',
  });
}

/**
 * One end of the torture test: `writer|reader policy directory record manual|automatic`. It may be killed at any moment and started again. It says `ready` when it
 * has opened its end, pauses at random, checks the promise of its policy at every message, and ends when the control table says so.
 */
import fs from 'node:fs';
import type { FieldsOf, View } from '../../../engines/core/domain/layout';
import type { TopicDefinition } from '../../../engines/core/domain/topics';
import { openHub } from '../../../engines/core/transport';
import { checkOf, controlTable, KEYS, type Policy, tortureTopics } from './torture-topic';

type Fields = FieldsOf<(typeof tortureTopics)['block']['layout']>;

const [role, policy, directory, record, acknowledge] = process.argv.slice(2) as [
  string,
  Policy,
  string,
  string,
  'manual' | 'automatic',
];
const topic: TopicDefinition<Fields> = tortureTopics[policy];
const hub = openHub({ directory });
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const pause = () => Atomics.wait(sleeper, 0, 0, Math.random() * 2);
const ready = () => fs.writeSync(1, 'ready\n');

function broken(what: string): never {
  throw new Error(`${policy}: ${what}`);
}

function write(): void {
  const publication = hub.publish(topic);
  const control = hub.openTable(controlTable);
  let sequence = publication.position;
  if (policy !== 'conflate' && !publication.fresh && publication.last()?.sequence !== sequence) {
    // A ring that was made to start at a position has no message before it.
    if (publication.last()?.sequence !== 0)
      broken(`position ${sequence} after message ${publication.last()?.sequence}`);
  }
  const put = (key: number, last: number): boolean => {
    const message = publication.claim();
    if (!message) return false;
    sequence++;
    message.sequence = sequence;
    message.key = key;
    message.last = last;
    message.a = publication.epoch;
    message.b = sequence | 0;
    message.check = checkOf(sequence, publication.epoch, sequence | 0);
    return true;
  };
  ready();
  for (;;) {
    for (let left = 1 + Math.floor(Math.random() * 60); left > 0; left--) {
      if (!put(Math.floor(Math.random() * KEYS), 0)) break;
    }
    publication.commit();
    // The processor is given away when there is nothing to do: others may wait for it.
    if (publication.free() === 0 || Math.random() < 0.02) pause();
    if (control.read(0).ending === 1) break;
  }
  while (!put(0, 1));
  publication.commit();
  if (policy !== 'block' && publication.refused > 0) broken(`the writer was held back ${publication.refused} times`);
}

const isWhole = (message: View<Fields>) => message.check === checkOf(message.sequence, message.a, message.b);

/** Every message, in order, whole; what the cursor passes is recorded before. */
function readBlock(): void {
  const subscription = hub.subscribe(topic, { name: 'torture', reliable: true, acknowledge });
  const fd = fs.openSync(record, 'a');
  const range = new Float64Array(2);
  const bytes = new Uint8Array(range.buffer);
  let next = subscription.position + 1;
  let ended = false;
  const note = () => {
    range[1] = next - 1;
    fs.writeSync(fd, bytes);
    range[0] = next;
  };
  ready();
  while (!ended) {
    range[0] = next;
    const count = subscription.poll((message) => {
      if (!isWhole(message)) broken(`torn message ${message.sequence}`);
      if (message.sequence !== next) broken(`message ${message.sequence} instead of ${next}`);
      next++;
      ended = message.last === 1;
      if (acknowledge === 'automatic') note();
    });
    if (count > 0 && acknowledge === 'manual') {
      note();
      if (subscription.position !== next - 1) broken(`position ${subscription.position} after message ${next - 1}`);
      subscription.acknowledge(subscription.position);
    }
    if (count === 0 || Math.random() < 0.02) pause();
  }
  if (subscription.missed > 0) broken('a reliable reader missed messages');
}

/** Every message is whole, and each gap is told exactly. */
function readDrop(): void {
  const subscription = hub.subscribe(topic, { name: 'torture' });
  const start = subscription.position;
  let sequence = start;
  let read = 0;
  let ended = false;
  ready();
  while (!ended) {
    subscription.poll((message) => {
      if (!isWhole(message)) broken(`torn message ${message.sequence}`);
      if (message.sequence <= sequence) broken(`message ${message.sequence} after ${sequence}`);
      sequence = message.sequence;
      read++;
      if (start + read + subscription.missed !== sequence) {
        broken(`${read} read and ${subscription.missed} missed of the ${sequence - start} until message ${sequence}`);
      }
      ended = message.last === 1;
    });
    if (Math.random() < 0.05) pause();
  }
}

/** The newest of each key, none twice, none back, and the last of each key at last: that is what somebody who comes then sees. */
function readConflated(): void {
  const subscription = hub.subscribe(topic, { name: 'torture' });
  const sequences = new Float64Array(KEYS);
  const epochs = new Float64Array(KEYS);
  let ended = false;
  const note = (message: View<Fields>) => {
    const { key, a: epoch, sequence } = message;
    if (!isWhole(message)) broken(`torn message ${sequence}`);
    const before = epochs[key] as number;
    if (epoch < before || (epoch === before && sequence <= (sequences[key] as number))) {
      broken(`key ${key}: message ${sequence} of writer ${epoch} after ${sequences[key]} of writer ${before}`);
    }
    epochs[key] = epoch;
    sequences[key] = sequence;
    if (message.last === 1) ended = true;
  };
  ready();
  while (!ended) {
    subscription.poll(note);
    if (Math.random() < 0.05) pause();
  }
  while (subscription.poll(note) > 0);
  hub.subscribe(topic, { name: 'late' }).poll(({ key, a: epoch, sequence }) => {
    if (epochs[key] === epoch && sequences[key] === sequence) return;
    broken(
      `key ${key}: its newest message is ${sequence} of writer ${epoch}, and ${sequences[key]} of ${epochs[key]} came last`,
    );
  }, KEYS);
}

if (role === 'writer') write();
else ({ block: readBlock, drop: readDrop, conflate: readConflated })[policy]();
hub.close();

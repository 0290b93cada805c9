/**
 * A writer whose state is a running hash of all its messages, and who writes snapshots of it when they are wanted: `directory`. It may be
 * killed; whoever follows has the state from the last message. Ends when the control table says so.
 */
import { openHub } from '../../../engines/core/transport';
import { controlTable, hashAfter, sessionTopic } from './torture-topic';

const [directory] = process.argv.slice(2) as [string];
const hub = openHub({ directory });
const publication = hub.publish(sessionTopic);
const snapshots = hub.snapshots(sessionTopic);
const control = hub.openTable(controlTable);
const sleeper = new Int32Array(new SharedArrayBuffer(4));

let sequence = publication.position;
let hash = publication.last()?.hash ?? 0;
do {
  for (let left = 1 + Math.floor(Math.random() * 40); left > 0; left--) {
    const message = publication.claim();
    if (!message) break;
    sequence++;
    hash = hashAfter(hash, sequence);
    message.sequence = sequence;
    message.hash = hash;
  }
  publication.commit();
  if (snapshots.wanted()) snapshots.write(sequence, new Uint8Array(Int32Array.of(hash).buffer));
  if (Math.random() < 0.05) Atomics.wait(sleeper, 0, 0, Math.random() * 2);
} while (control.read(0).ending !== 1);
hub.close();

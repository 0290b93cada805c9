/** One end of the torture test: `writer|by-hand|automatic directory total output`. It may be killed at any moment and started again. */
import fs from 'node:fs';
import { openHub } from '../../../engines/core/transport';
import { checkOf, tortureTopic } from './torture-topic';

const [role, directory, total, output] = process.argv.slice(2) as [string, string, string, string];
const last = Number(total);
const hub = openHub({ directory });
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const pause = () => Atomics.wait(sleeper, 0, 0, Math.random() * 2);

function write(): void {
  const publication = hub.publish(tortureTopic);
  let sequence = publication.last()?.sequence ?? 0;
  while (sequence < last) {
    for (let batch = 1 + Math.floor(Math.random() * 100); batch > 0 && sequence < last; batch--) {
      const message = publication.claim();
      if (!message) break;
      sequence++;
      message.sequence = sequence;
      message.a = sequence * 3;
      message.b = sequence | 0;
      message.check = checkOf(sequence, sequence * 3, sequence | 0);
    }
    publication.commit();
    if (Math.random() < 0.01) pause();
  }
}

/** Records every message in the output before its cursor passes it. */
function read(byHand: boolean): void {
  const subscription = hub.subscribe(tortureTopic, {
    name: 'torture',
    reliable: true,
    acknowledge: byHand ? 'manual' : 'automatic',
  });
  const fd = fs.openSync(output, 'a');
  const record = new Int32Array(4096);
  const bytes = new Uint8Array(record.buffer);
  let held = 0;
  let sequence = 0;
  while (sequence < last) {
    subscription.poll((message) => {
      if (message.check !== checkOf(message.sequence, message.a, message.b))
        throw new Error(`torn ${message.sequence}`);
      sequence = message.sequence;
      record[held++] = sequence;
      if (!byHand) {
        fs.writeSync(fd, bytes, 0, 4);
        held = 0;
      }
    }, record.length);
    if (byHand && held > 0) {
      fs.writeSync(fd, bytes, 0, held * 4);
      held = 0;
      subscription.acknowledge(subscription.position);
    }
    if (Math.random() < 0.01) pause();
  }
}

if (role === 'writer') write();
else read(role === 'by-hand');
hub.close();

/** Writes a table row and a topic that nobody waits for, as fast as it can, for a number of writes: `directory count`. */
import { openHub } from '../../../engines/core/transport';
import { checkOf, hammerTable, hammerTopic } from './torture-topic';

const [directory, count] = process.argv.slice(2) as [string, string];
const hub = openHub({ directory });
const publication = hub.publish(hammerTopic);
const table = hub.table(hammerTable);
let sequence = 0;
const fill = (view: { sequence: number; a: number; b: number; check: number }) => {
  view.sequence = sequence;
  view.a = sequence * 3;
  view.b = sequence | 0;
  view.check = checkOf(sequence, sequence * 3, sequence | 0);
};
while (sequence < Number(count)) {
  sequence++;
  const message = publication.claim();
  if (!message) throw new Error('held back');
  fill(message);
  publication.commit();
  table.write(0, fill);
}
hub.close();

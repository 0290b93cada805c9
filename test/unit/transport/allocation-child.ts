/** Sends messages through a ring and a table for as long as a collector would notice any garbage: `directory`. Run it with --trace-gc. */
import fs from 'node:fs';
import { openHub } from '../../../engines/core/transport';
import { hammerTable, tortureTopic, tortureTopics } from './torture-topic';

const hub = openHub({ directory: process.argv[2] as string });
const publication = hub.publish(tortureTopic);
const reliable = hub.subscribe(tortureTopic, { name: 'reliable', reliable: true });
const lossy = hub.subscribe(tortureTopic, { name: 'lossy' });
const quotes = hub.publish(tortureTopics.conflate);
const newest = hub.subscribe(tortureTopics.conflate, { name: 'newest' });
const writer = hub.table(hammerTable);
const reader = hub.openTable(hammerTable);
const sums = new Float64Array(1);
const add = (message: { a: number }) => {
  sums[0] = (sums[0] as number) + message.a;
};
const fill = (view: { a: number; b: number }) => {
  view.a = sums[0] as number;
  view.b = 1;
};

function send(count: number): void {
  for (let i = 0; i < count; i++) {
    const message = publication.claim();
    if (!message) throw new Error('held back');
    message.sequence = i;
    message.a = i / 2;
    message.b = i;
    message.check = 0;
    publication.commit();
    const quote = quotes.claim();
    if (!quote) throw new Error('no room');
    quote.sequence = i;
    quote.key = i & 31;
    quote.a = i / 2;
    quotes.commit();
    writer.write(0, fill);
    reader.read(0);
    if (i % 16 === 0) {
      reliable.poll(add);
      lossy.poll(add);
      newest.poll(add);
    }
  }
  while (publication.claim());
  for (let i = 0; i < count / 10; i++) publication.claim();
  publication.commit();
  reliable.poll(add);
}

send(100_000);
fs.writeSync(1, 'warm\n');
send(1_000_000);
fs.writeSync(1, 'done\n');
hub.close();

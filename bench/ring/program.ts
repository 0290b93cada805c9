/** The other end of the ring benchmarks: `program sink DIRECTORY COUNT` reads that many messages and ends. */
import { openHub } from '@nautilus/core/transport';
import { streamTopic } from './topic';

const [, directory, count] = process.argv.slice(2) as [string, string, string];
const hub = openHub({ directory });
const messages = hub.subscribe(streamTopic, { name: 'sink', reliable: true });
let total = 0;
/** Reads all that a message has: a reader that looks at nothing would be too fast. */
const read = (message: { sequence: number; sentAt: number; a: number; b: number; c: number; d: number }) => {
  total += message.sequence + message.sentAt + message.a + message.b + message.c + message.d;
};
for (let left = Number(count); left > 0; ) left -= messages.poll(read);
hub.close();
process.exit(Number.isNaN(total) ? 1 : 0);

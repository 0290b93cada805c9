/** The other end of the ring benchmarks: `program sink DIRECTORY COUNT` reads that many messages and ends. */
import { openHub } from '@nautilus/core/transport';
import { streamTopic } from './topic';

const [, directory, count] = process.argv.slice(2) as [string, string, string];
const hub = openHub({ directory });
const messages = hub.subscribe(streamTopic, { name: 'sink', reliable: true });
/** Of all that was read. In an array: a number of a module that changes is a new object each time. */
const total = new Float64Array(1);
/** Reads all that a message has: a reader that looks at nothing would be too fast. */
const read = (message: { sequence: number; sentAt: number; a: number; b: number; c: number; d: number }) => {
  total[0]! += message.sequence + message.sentAt + message.a + message.b + message.c + message.d;
};
for (let left = Number(count); left > 0; ) left -= messages.poll(read);
hub.close();
process.exit(Number.isNaN(total[0]) ? 1 : 0);

/**
 * The pipeline's rings with nothing between them: `rings.js DIRECTORY order-system|desk`. An entry becomes a command and an answer, a
 * command a report, a report an execution; every word of each message is written. The desk prints a line of figures for each line
 * `ORDERS IN-FLIGHT` that it reads: orders a second until the last execution is there.
 */
import readline from 'node:readline';
import { type Fields, topics } from '@nautilus/core/domain';
import { openHub, type Publication } from '@nautilus/core/transport';

/** Messages of one pass. */
const BATCH = 256;
/** Time that polling keeps the event loop waiting, milliseconds. */
const BURST_MS = 0.2;

const [directory, role] = process.argv.slice(2) as [string, string];
const hub = openHub({ directory });

/** Hands a message of the publication's layout over; false when there is no room. */
function passer<F extends Fields>(publication: Publication<F>): (value: number) => boolean {
  const wordsOfSlot = publication.topic.layout.size >> 2;
  let memory: Int32Array = new Int32Array();
  return (value) => {
    const message = publication.claim();
    if (message === undefined) return false;
    if (memory.length === 0) memory = message.words;
    const start = message.offset >> 2;
    for (let word = start; word < start + wordsOfSlot; word++) memory[word] = value;
    return true;
  };
}

function must(passed: boolean): void {
  if (!passed) throw new Error('a ring is full: it must have room for all that is in flight');
}

function orderSystem(): void {
  const entries = hub.subscribe(topics.orderEntry, { name: 'oms', reliable: true });
  const reports = hub.subscribe(topics.executionReports, { name: 'oms', reliable: true });
  const commands = hub.publish(topics.orderCommands);
  const acks = hub.publish(topics.orderAcks);
  const executions = hub.publish(topics.executions);
  const [passCommand, passAck, passExecution] = [passer(commands), passer(acks), passer(executions)];
  const onEntry = ({ quantity }: { readonly quantity: number }) => {
    must(passCommand(quantity));
    must(passAck(quantity));
  };
  const onReport = ({ quantity }: { readonly quantity: number }) => must(passExecution(quantity));
  const turn = () => {
    const until = performance.now() + BURST_MS;
    do {
      reports.poll(onReport, BATCH);
      entries.poll(onEntry, BATCH);
      commands.commit();
      executions.commit();
      acks.commit();
    } while (performance.now() < until);
    setImmediate(turn);
  };
  turn();
  process.stdin.on('end', () => process.exit()).resume();
}

async function desk(): Promise<void> {
  const entries = hub.publish(topics.orderEntry);
  const reports = hub.publish(topics.executionReports);
  const acks = hub.subscribe(topics.orderAcks, { name: 'bench', reliable: true });
  const commands = hub.subscribe(topics.orderCommands, { name: 'ems', reliable: true });
  const executions = hub.subscribe(topics.executions, { name: 'pms', reliable: true });
  const [passEntry, passReport] = [passer(entries), passer(reports)];
  let answered = 0;
  let booked = 0;
  const onAck = () => void answered++;
  const onCommand = ({ quantity }: { readonly quantity: number }) => must(passReport(quantity));
  const onExecution = () => void booked++;
  process.stdout.write('ready\n');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [orders, inFlight] = line.split(' ').map(Number) as [number, number];
    answered = booked = 0;
    const begin = performance.now();
    for (let sent = 0; booked < orders; ) {
      acks.poll(onAck);
      for (let burst = 0; burst < BATCH && sent < orders && sent - answered < inFlight; burst++)
        must(passEntry(++sent));
      entries.commit();
      commands.poll(onCommand, BATCH);
      reports.commit();
      executions.poll(onExecution, BATCH);
    }
    process.stdout.write(`${orders / ((performance.now() - begin) / 1e3)}\n`);
  }
  hub.close();
}

if (role === 'desk') void desk();
else {
  process.stdout.write('ready\n');
  orderSystem();
}

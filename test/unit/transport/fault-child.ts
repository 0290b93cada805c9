/** One end that meets a fault: `role directory`. It says `ready` once, then does what its role says. */
import fs from 'node:fs';
import { openHub } from '../../../engines/core/transport';
import { checkOf, tortureTopic } from './torture-topic';

const [role, directory] = process.argv.slice(2) as [string, string];
const hub = openHub({ directory });
const ready = () => fs.writeSync(1, 'ready\n');

function writeMessages(count: number): void {
  const publication = hub.publish(tortureTopic);
  for (let sequence = publication.position + 1; count > 0; count--, sequence++) {
    const message = publication.claim();
    if (!message) throw new Error('held back');
    message.sequence = sequence;
    message.a = message.b = message.key = message.last = 0;
    message.check = checkOf(sequence, 0, 0);
  }
  publication.commit();
}

const roles: Record<string, () => void> = {
  /** Dies in the middle of its second claim: some fields are written, none is committed. */
  'dies-in-claim': () => {
    writeMessages(3);
    hub.close();
    const publication = openHub({ directory }).publish(tortureTopic);
    for (let i = 0; i < 2; i++) {
      const message = publication.claim();
      if (message) message.sequence = 1e9;
    }
    process.kill(process.pid, 'SIGKILL');
  },
  /** Writes until it is told to stop by a file, and says how many it wrote. */
  writes: () => {
    const publication = hub.publish(tortureTopic);
    ready();
    let sequence = 0;
    while (!fs.existsSync(`${directory}/stop`)) {
      const message = publication.claim();
      if (!message) throw new Error('held back');
      message.sequence = ++sequence;
      message.check = checkOf(sequence, 0, 0);
      message.a = message.b = message.key = message.last = 0;
      publication.commit();
    }
    fs.writeFileSync(`${directory}/written`, String(sequence));
  },
  /** Polls for ever. */
  polls: () => {
    const subscription = hub.subscribe(tortureTopic, { name: 'a', reliable: true });
    ready();
    for (;;) subscription.poll(() => {});
  },
  /** Looks after the files before each poll, as an engine does each second. */
  verifies: () => {
    const subscription = hub.subscribe(tortureTopic, { name: 'a', reliable: true });
    ready();
    for (;;) {
      hub.verify();
      subscription.poll(() => {});
    }
  },
  publishes: () => {
    hub.publish(tortureTopic);
    ready();
  },
};

try {
  roles[role]?.();
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  fs.writeSync(1, `${code}: ${message}\n`);
}

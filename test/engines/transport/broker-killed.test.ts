import { setTimeout as delay } from 'node:timers/promises';
import { defineLayout } from '@nautilus/core/domain';
import { openTransport } from '@nautilus/core/transport';
import { NatsServer, natsInstalled } from './nats-server';

const SECONDS_DOWN = Number(process.env.NAUTILUS_BROKER_DOWN ?? 30);
jest.setTimeout((SECONDS_DOWN + 120) * 1000);

const Count = defineLayout('Count', { sequence: 'f64', check: 'f64' });
const counts = { name: 'test.counts', layout: Count, capacity: 4096, persistent: true };

const here = natsInstalled('a broker that is killed under load');

(here ? test : test.skip)(
  'a broker that is killed under load and stays away for a while loses nothing and doubles nothing on a persistent topic',
  async () => {
    const server = await NatsServer.start();
    try {
      const options = { kind: 'nats', servers: [server.address] } as const;
      const reading = await openTransport(options);
      const writing = await openTransport(options);
      const subscription = await reading.subscribe(counts, { name: 'a', reliable: true });
      const publication = await writing.publish(counts);

      let written = 0;
      let read = 0;
      let wrong: string | undefined;
      let writingOn = true;
      let readingOn = true;
      const writer = (async () => {
        while (writingOn) {
          for (let left = 1 + Math.floor(Math.random() * 50); left > 0; left--) {
            const message = publication.claim();
            if (!message) break;
            message.sequence = ++written;
            message.check = written * 7;
          }
          publication.commit();
          await delay(1);
        }
      })();
      const reader = (async () => {
        while (readingOn) {
          subscription.poll((message) => {
            read++;
            if (message.sequence !== read || message.check !== read * 7)
              wrong ??= `message ${message.sequence} as number ${read}`;
          });
          await delay(Math.random() < 0.05 ? 20 : 1);
        }
      })();

      const reached = async (count: () => number, target: number) => {
        while (count() < target && !wrong) await delay(10);
      };
      await reached(() => read, 20_000);
      await server.kill();
      const atKill = { written, read };
      await delay(SECONDS_DOWN * 1000);
      // The writer filled its window and was held back; it did not fail.
      const refused = publication.refused;
      const whileDown = { written, read };
      await server.start();
      await reached(() => read, whileDown.written + 20_000);
      // Twice more, for a moment.
      for (let i = 0; i < 2; i++) {
        await server.kill();
        await server.start();
        await reached(() => read, read + 5000);
      }
      writingOn = false;
      await writer;
      await reached(() => read, written);
      await delay(100);
      readingOn = false;
      await reader;
      process.stdout.write(
        `broker killed 3 times, once away for ${SECONDS_DOWN} s: ${written} written, ${read} read, ${subscription.missed} missed; ` +
          `${whileDown.written - atKill.written} were written while it was away\n`,
      );
      expect(wrong).toBeUndefined();
      expect({ read, missed: subscription.missed }).toEqual({ read: written, missed: 0 });
      expect(refused).toBeGreaterThan(0);
      await Promise.all([reading.close(), writing.close()]);
    } finally {
      await server.remove();
    }
  },
);

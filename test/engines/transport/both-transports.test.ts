import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defineLayout, type FieldsOf } from '@nautilus/core/domain';
import { openTransport, type Publication, type Subscription, type Transport } from '@nautilus/core/transport';
import { NatsServer, natsInstalled } from './nats-server';

jest.setTimeout(60_000);

const Tick = defineLayout('Tick', { sequence: 'f64', value: 'f64', check: 'i32', tag: 'u8' });
type Fields = FieldsOf<typeof Tick>;
const ticks = (capacity = 8) => ({ name: 'test.ticks', layout: Tick, capacity, persistent: true });

/** Looks in every turn of the event loop until there is a value. */
async function soon<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const until = Date.now() + 30_000; Date.now() < until; await delay(1)) {
    const value = look();
    if (value !== undefined) return value;
  }
  throw new Error(`${what}: not within 30 s`);
}

/** How each transport is had; everything below is the same for all. */
interface Kind {
  readonly name: string;
  readonly here: boolean;
  begin(): Promise<void>;
  open(): Promise<Transport>;
  end(): Promise<void>;
}

function sharedMemory(): Kind {
  let directory: string;
  return {
    name: 'shared memory',
    here: true,
    begin: async () => {
      directory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-test-'));
    },
    open: () => openTransport({ kind: 'shared-memory', directory }),
    end: async () => fs.rmSync(directory, { recursive: true }),
  };
}

function nats(): Kind {
  let server: NatsServer;
  return {
    name: 'NATS JetStream',
    here: natsInstalled('topics over a NATS server'),
    begin: async () => {
      server = await NatsServer.start();
    },
    open: () => openTransport({ kind: 'nats', servers: [server.address] }),
    end: () => server.remove(),
  };
}

for (const kind of [sharedMemory(), nats()]) {
  (kind.here ? describe : describe.skip)(`topics over ${kind.name}`, () => {
    const opened: Transport[] = [];
    const open = async () => {
      const transport = await kind.open();
      opened.push(transport);
      return transport;
    };
    beforeEach(() => kind.begin());
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((transport) => transport.close()));
      await kind.end();
    });

    /** Publishes sequences from..to, each in a commit of its own; waits for room. */
    async function publish(publication: Publication<Fields>, from: number, to: number): Promise<void> {
      for (let sequence = from; sequence <= to; sequence++) {
        const tick = await soon('there is room', () => publication.claim());
        tick.assign({ sequence, value: sequence / 4, check: -sequence, tag: sequence % 200 });
        publication.commit();
      }
    }

    /** Polls until so many messages came; then once more, that there is none too many. */
    async function read(subscription: Subscription<Fields>, count: number): Promise<number[]> {
      const seen: number[] = [];
      await soon(`${count} messages arrive`, () => {
        subscription.poll((tick) => {
          expect(tick.copy()).toEqual({
            sequence: tick.sequence,
            value: tick.sequence / 4,
            check: -tick.sequence,
            tag: tick.sequence % 200,
          });
          seen.push(tick.sequence);
        }, count - seen.length);
        return seen.length >= count ? true : undefined;
      });
      await delay(20);
      return seen;
    }
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

    test('a reader gets the messages in the order of the claims, with their fields', async () => {
      const subscription = await (await open()).subscribe(ticks(), { name: 'a', reliable: true });
      const publication = await (await open()).publish(ticks());
      expect(publication.fresh).toBe(true);
      expect(publication.last()).toBeUndefined();
      await publish(publication, 1, 5);
      expect(await read(subscription, 5)).toEqual([1, 2, 3, 4, 5]);
      expect(subscription.position).toBe(5);
      expect(publication.position).toBe(5);
      expect(publication.last()).toMatchObject({ sequence: 5 });
    });

    test('claimed messages are invisible until they are committed, then they come together', async () => {
      const publication = await (await open()).publish(ticks());
      const subscription = await (await open()).subscribe(ticks(), { name: 'a', reliable: true });
      for (const sequence of [1, 2, 3]) {
        publication.claim()!.assign({ sequence, value: sequence / 4, check: -sequence, tag: sequence });
      }
      await delay(50);
      expect(subscription.poll(() => {})).toBe(0);
      publication.commit();
      expect(await read(subscription, 3)).toEqual([1, 2, 3]);
    });

    test('a reliable reader that stands still holds the writer back, and lets it go when it reads', async () => {
      const publication = await (await open()).publish(ticks());
      const subscription = await (await open()).subscribe(ticks(), { name: 'a', reliable: true });
      await publish(publication, 1, 8);
      await soon('all is delivered', () => publication.inFlight() === 0 || undefined);
      expect(publication.claim()).toBeUndefined();
      expect(publication.refused).toBe(1);
      expect(await read(subscription, 3)).toEqual([1, 2, 3]);
      await publish(publication, 9, 11);
      await delay(50);
      expect(publication.claim()).toBeUndefined();
      expect(await read(subscription, 8)).toEqual(range(4, 11));
    });

    test('a thousand messages in batches pass a ring of eight, whole, once, in order', async () => {
      const publication = await (await open()).publish(ticks());
      const subscription = await (await open()).subscribe(ticks(), { name: 'a', reliable: true });
      const [seen] = await Promise.all([
        read(subscription, 1000),
        (async () => {
          for (let sequence = 1; sequence <= 1000; ) {
            for (let left = 5; left > 0 && sequence <= 1000; left--) {
              const tick = publication.claim();
              if (!tick) break;
              tick.assign({ sequence, value: sequence / 4, check: -sequence, tag: sequence % 200 });
              sequence++;
            }
            publication.commit();
            await new Promise(setImmediate);
          }
        })(),
      ]);
      expect(seen).toEqual(range(1, 1000));
      expect(subscription.missed).toBe(0);
    });

    test('a reader that nobody waits for is told how many messages it missed', async () => {
      const dropping = { ...ticks(), name: 'test.dropping', backPressure: 'drop' as const };
      const publication = await (await open()).publish(dropping);
      await publish(publication, 1, 5);
      const subscription = await (await open()).subscribe(dropping, { name: 'a', from: 'cursor' });
      await publish(publication, 6, 8);
      expect(await read(subscription, 3)).toEqual([6, 7, 8]);
      subscription.close();
      await delay(50);
      for (let next = 9; next <= 2000; next++) {
        await publish(publication, next, next);
        if (next % 100 === 0) await soon('all is delivered', () => publication.inFlight() === 0 || undefined);
      }
      const again = await (await open()).subscribe(dropping, { name: 'a', from: 'cursor' });
      let last = 0;
      let count = 0;
      await soon('the last message arrives', () => {
        again.poll((tick) => {
          if (tick.sequence <= last) throw new Error(`${tick.sequence} after ${last}`);
          last = tick.sequence;
          count++;
        });
        return last === 2000 || undefined;
      });
      expect(again.missed).toBeGreaterThan(0);
      expect(again.missed + count).toBe(1992);
    });

    test('a reader that comes again goes on where it stopped', async () => {
      const publication = await (await open()).publish(ticks(64));
      const first = await open();
      const subscription = await first.subscribe(ticks(64), { name: 'a', reliable: true });
      await publish(publication, 1, 10);
      expect(await read(subscription, 4)).toEqual([1, 2, 3, 4]);
      await delay(50);
      await first.close();
      await publish(publication, 11, 12);
      const again = await (await open()).subscribe(ticks(64), { name: 'a', reliable: true });
      expect(await read(again, 8)).toEqual(range(5, 12));
      expect(again.missed).toBe(0);
    });

    test('a reader that acknowledges by hand gets again what it did not acknowledge', async () => {
      const publication = await (await open()).publish(ticks());
      const first = await open();
      const options = { name: 'a', reliable: true, acknowledge: 'manual' } as const;
      const subscription = await first.subscribe(ticks(), options);
      await publish(publication, 1, 8);
      await read(subscription, 2);
      const durable = subscription.position;
      expect(await read(subscription, 6)).toEqual(range(3, 8));
      expect(() => subscription.acknowledge(9)).toThrow(/position 9 .* from 0 to 8/);
      expect(publication.claim()).toBeUndefined();
      subscription.acknowledge(durable);
      await publish(publication, 9, 10);
      await delay(50);
      expect(publication.claim()).toBeUndefined();
      await first.close();
      expect(await read(await (await open()).subscribe(ticks(), options), 8)).toEqual(range(3, 10));
    });

    test('a new reader starts with the newest or with the oldest message, as it asks', async () => {
      const publication = await (await open()).publish(ticks(64));
      await publish(publication, 1, 10);
      await soon('all is delivered', () => publication.inFlight() === 0 || undefined);
      const transport = await open();
      const newest = await transport.subscribe(ticks(64), { name: 'newest' });
      const oldest = await transport.subscribe(ticks(64), { name: 'oldest', from: 'oldest' });
      await publish(publication, 11, 11);
      expect(await read(newest, 1)).toEqual([11]);
      expect(await read(oldest, 11)).toEqual(range(1, 11));
    });

    test('a reader that opens late knows at once how many messages wait for it', async () => {
      const publication = await (await open()).publish(ticks());
      await publish(publication, 1, 5);
      await soon('all is delivered', () => publication.inFlight() === 0 || undefined);
      const subscription = await (await open()).subscribe(ticks(), { name: 'a', reliable: true, from: 'oldest' });
      expect(subscription.lag()).toBe(5);
      expect(await read(subscription, 2)).toEqual([1, 2]);
      expect(subscription.lag()).toBe(3);
    });

    test('a message whose handler throws comes again', async () => {
      const publication = await (await open()).publish(ticks());
      const subscription = await (await open()).subscribe(ticks(), { name: 'a', reliable: true });
      await publish(publication, 1, 2);
      await soon('it arrives', () => subscription.lag() === 2 || undefined);
      expect(() =>
        subscription.poll(() => {
          throw new Error('no');
        }),
      ).toThrow('no');
      expect(await read(subscription, 2)).toEqual([1, 2]);
    });

    test('a second live writer is refused, a dead one is followed, and its last message is known', async () => {
      const first = await open();
      const publication = await first.publish(ticks());
      await publish(publication, 1, 20);
      await expect((await open()).publish(ticks())).rejects.toMatchObject({ code: 'NAUT_TOPIC_BUSY' });
      await first.close();
      const next = await (await open()).publish(ticks());
      expect(next).toMatchObject({ fresh: false, epoch: 2, position: 20 });
      expect(next.last()).toMatchObject({ sequence: 20 });
    });

    test('two live readers cannot have one name, and both ends see whether the other lives', async () => {
      const first = await open();
      const subscription = await first.subscribe(ticks(), { name: 'a', reliable: true });
      await expect((await open()).subscribe(ticks(), { name: 'a', reliable: true })).rejects.toMatchObject({
        code: 'NAUT_READER_BUSY',
      });
      const writer = await open();
      const publication = await writer.publish(ticks());
      await soon('the reader is seen', () => publication.hasReader('a') || undefined);
      await soon('the writer is seen', () => subscription.writerAlive() || undefined);
      await writer.close();
      await soon('the writer is gone', () => !subscription.writerAlive() || undefined);
      const other = await (await open()).publish(ticks());
      await first.close();
      await soon('the reader is gone', () => !other.hasReader('a') || undefined);
    });

    test('messages of another layout are refused', async () => {
      await (await open()).publish(ticks());
      const layout = defineLayout('Tick', { sequence: 'f64', value: 'i32' });
      await expect((await open()).subscribe({ ...ticks(), layout }, { name: 'a' })).rejects.toMatchObject({
        code: 'NAUT_LAYOUT_MISMATCH',
      });
    });

    test('an end that was closed cannot be used', async () => {
      const transport = await open();
      const publication = await transport.publish(ticks());
      const subscription = await transport.subscribe(ticks(), { name: 'a', reliable: true });
      await transport.close();
      expect(() => subscription.poll(() => {})).toThrow(expect.objectContaining({ code: 'NAUT_HUB_CLOSED' }));
      expect(() => {
        publication.claim();
        publication.commit();
      }).toThrow(expect.objectContaining({ code: 'NAUT_HUB_CLOSED' }));
      await expect(transport.publish(ticks())).rejects.toMatchObject({ code: 'NAUT_HUB_CLOSED' });
    });
  });
}

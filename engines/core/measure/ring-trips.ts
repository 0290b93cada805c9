import { performance } from 'node:perf_hooks';
import { openHub } from '../transport';
import { pingTopic, pongTopic } from './topics';

/** The name under which the echo reads. */
const ECHO = 'echo';
/** Turns without a message after which the echo takes the other end for gone. */
const PATIENCE = 2 ** 32;

/** One end of two rings of shared memory: sends a message and waits for its return, polling without a pause. */
export function openTrips(directory: string) {
  const hub = openHub({ directory });
  const pings = hub.publish(pingTopic);
  const pongs = hub.subscribe(pongTopic, { name: 'trips', reliable: true });
  let answered = 0;
  let sent = 0;
  const note = (pong: { sequence: number }) => {
    answered = pong.sequence | 0;
  };
  const send = (sequence: number) => {
    const ping = pings.claim();
    if (!ping) throw new Error('the echo does not read');
    ping.sequence = sequence;
    ping.sentAt = ping.a = ping.b = ping.c = ping.d = 0;
    pings.commit();
  };
  return {
    /** Is the other end there? */
    hasEcho: () => pings.hasReader(ECHO),
    /** Milliseconds of each round trip: `count` of them, or as many as end within `withinMs`. */
    measure(count: number, withinMs = Number.POSITIVE_INFINITY): Float64Array {
      const trips = new Float64Array(count);
      const until = performance.now() + withinMs;
      let done = 0;
      for (let start = performance.now(); done < count && start < until; done++) {
        send(++sent);
        while (answered !== sent) pongs.poll(note);
        const end = performance.now();
        trips[done] = end - start;
        start = end;
      }
      return trips.subarray(0, done);
    },
    /** Tells the other end that no more comes. */
    end: () => send(0),
    close: () => hub.close(),
  };
}

/** The other end: returns what it gets, until it is told that no more comes. */
export function echoTrips(directory: string): void {
  const hub = openHub({ directory });
  const pings = hub.subscribe(pingTopic, { name: ECHO, reliable: true });
  const pongs = hub.publish(pongTopic);
  let open = true;
  const answer = (ping: { sequence: number; sentAt: number }) => {
    const pong = pongs.claim();
    if (!pong) throw new Error('the answers are not read');
    pong.sequence = ping.sequence;
    pong.sentAt = ping.sentAt;
    pong.a = pong.b = pong.c = pong.d = 0;
    pongs.commit();
    open = ping.sequence > 0;
  };
  for (let idle = 0; open && idle < PATIENCE; idle++) if (pings.poll(answer) > 0) idle = 0;
  hub.close();
}

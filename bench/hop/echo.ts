/** The other end of the hop benchmark, a process of its own: returns what it gets. `ring directory` or `socket path`. */
import net from 'node:net';
import { openHub } from '@nautilus/core/transport';
import { pingTopic, pongTopic } from './topics';

const [kind, place] = process.argv.slice(2) as [string, string];

/** Turns without a message after which the process takes its parent for gone. */
const PATIENCE = 2 ** 32;

function echoRing(directory: string): void {
  const hub = openHub({ directory });
  const pings = hub.subscribe(pingTopic, { name: 'echo', reliable: true });
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

function echoSocket(path: string): void {
  const socket = net.connect(path);
  socket.on('data', (bytes) => socket.write(bytes));
  socket.on('close', () => process.exit());
}

if (kind === 'ring') echoRing(place);
else echoSocket(place);

/** The other end of the hop benchmark, a process of its own: returns what it gets. `ring directory` or `socket path`. */
import net from 'node:net';
import { echoTrips } from '@nautilus/core/measure';

const [kind, place] = process.argv.slice(2) as [string, string];

function echoSocket(path: string): void {
  const socket = net.connect(path);
  socket.on('data', (bytes) => socket.write(bytes));
  socket.on('close', () => process.exit());
}

if (kind === 'ring') echoTrips(place);
else echoSocket(place);

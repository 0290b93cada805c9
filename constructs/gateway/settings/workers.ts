import { Duration } from '@nautilus/config';
import { asked, selector } from '../../setting';
import type { NginxInput } from './input';

export const workerProcesses = selector('worker_processes', ({ cpus }: NginxInput) => {
  const workers = Math.max(1, Math.ceil(cpus.cores));
  return {
    value: workers,
    reason: 'one for each CPU of the quota: a worker never waits, so more of them only take turns and cost memory',
    source: 'nginx documentation, core module',
    ...asked('12', {
      met: workers === 12,
      why: `the profile gives the gateway ${cpus.cores} CPUs; the twelve performance cores trade`,
    }),
  };
});

/**
 * nginx counts both ends of what it passes on. The kernel may give all clients to one of two workers, but hardly all of more, and with one
 * worker there is no choice.
 */
export const workerConnections = selector('worker_connections', (input: NginxInput) => {
  const { connections } = input;
  const value = workerProcesses(input).value === 1 ? 2 * connections : connections;
  return {
    value,
    reason: `${connections} clients at once and as many connections to engines, over all workers`,
    source: "the profile's gateway.connections; nginx documentation, core module",
    ...asked('16384', {
      met: value === 16_384,
      why: `the profile expects ${connections} clients, and each place takes memory`,
    }),
  };
});

/** Files that a worker keeps for itself: sockets it listens on, logs, its channel to the master. */
const ownFiles = 64;

export const workerOpenFiles = selector('worker_rlimit_nofile', (input: NginxInput) => ({
  value: workerConnections(input).value + ownFiles,
  reason: 'a file for each connection: nothing is buffered in files',
  source: 'nginx documentation, core module',
}));

export const workerShutdownTimeout = selector('worker_shutdown_timeout', (_: NginxInput) => ({
  value: Duration.seconds(5),
  reason:
    'after new certificates are read, and when it stops, the old workers finish what they answer; a WebSocket would keep them for ever',
  source: 'nginx documentation, core module',
}));

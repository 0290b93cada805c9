import { asked, selector } from '../../setting';
import type { RedisInput } from './input';

/** Files that Redis keeps for itself beside its clients. */
const ownFiles = 32;
const required = { clients: 65_000, backlog: 65_535 };

export const maxClients = selector('maxclients', ({ clients }: RedisInput) => ({
  value: clients,
  reason: "the workload's connections",
  source: "the profile's workload.cacheClients",
  ...asked(String(required.clients), {
    met: clients === required.clients,
    why: 'each needs an open file and up to 38 kB: machines that allow fewer than 65,032 open files start no such container',
  }),
}));

export const tcpBacklog = selector('tcp-backlog', ({ clients }: RedisInput) => {
  const value = Math.min(required.backlog, Math.max(511, clients));
  return {
    value,
    reason:
      'every client may connect at the same instant; the kernel cuts it to net.core.somaxconn, which is set to the same in the container',
    source: 'Redis documentation, redis.conf',
    ...asked(String(required.backlog), {
      met: value === required.backlog,
      why: 'a queue longer than all clients is never filled',
    }),
  };
});

/** Open files that the server needs; without them Redis lowers maxclients by itself. */
export const openFiles = ({ clients }: RedisInput) => Math.max(1024, clients + ownFiles);

export const databases = selector('databases', (_: RedisInput) => ({
  value: 16,
  reason: 'orders are in database 0, positions in 1, trades in 2; an empty one costs nothing',
  source: 'the requirements',
}));

export const timeout = selector('timeout', (_: RedisInput) => ({
  value: 0,
  reason: 'an engine that has nothing to write for an hour stays connected; who is gone is found by keepalive',
  source: 'Redis documentation, client handling',
}));

export const tcpKeepAlive = selector('tcp-keepalive', (_: RedisInput) => ({
  value: 60,
  reason: 'seconds until a peer that vanished without a word is asked for; its connection and buffers are freed',
  source: 'Redis documentation, redis.conf',
}));

export const protectedMode = selector('protected-mode', (_: RedisInput) => ({
  value: true,
  reason: 'were there no password by some mistake, nobody outside the container would be answered',
  source: 'Redis documentation, security',
}));

export const protectedConfigs = selector('enable-protected-configs', (_: RedisInput) => ({
  value: 'no',
  reason: 'who has the password still cannot move the files of the data elsewhere while it runs',
  source: 'Redis documentation, security',
}));

export const debugCommand = selector('enable-debug-command', (_: RedisInput) => ({
  value: 'no',
  reason: 'DEBUG can end the server',
  source: 'Redis documentation, security',
}));

export const moduleCommand = selector('enable-module-command', (_: RedisInput) => ({
  value: 'no',
  reason: 'MODULE LOAD runs any program as the server',
  source: 'Redis documentation, security',
}));

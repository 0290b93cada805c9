import { selector } from '../../setting';
import type { RedisInput } from './input';

/** Files that Redis keeps for itself beside its clients. */
const ownFiles = 32;

export const maxClients = selector('maxclients', ({ clients }: RedisInput) => ({
  value: clients,
  reason: "the workload's connections",
  source: "the profile's workload.cacheClients",
}));

export const tcpBacklog = selector('tcp-backlog', ({ clients }: RedisInput) => ({
  value: Math.min(65_535, Math.max(511, clients)),
  reason:
    'every client may connect at the same instant; the kernel cuts it to net.core.somaxconn, which is set to the same',
  source: 'Redis documentation, redis.conf',
}));

/** Open files that the server needs; without them Redis lowers maxclients by itself. */
export const openFiles = ({ clients }: RedisInput) => Math.max(1024, clients + ownFiles);

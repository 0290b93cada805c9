import { selector } from '../../setting';
import type { PostgresInput } from './input';

/** Sessions kept for a superuser who has to look into a full server. */
const reserved = 3;

export const maxConnections = selector('max_connections', ({ connections }: PostgresInput) => ({
  value: connections + reserved,
  reason: `the workload's connections and ${reserved} for a superuser: each session may take memory, so no more than are used`,
  source: 'PostgreSQL documentation 20.3',
}));

export const passwordEncryption = selector('password_encryption', (_: PostgresInput) => ({
  value: 'scram-sha-256',
  reason: 'the only method that keeps a password from who reads the traffic or the catalogue',
  source: 'PostgreSQL documentation 21.5',
}));

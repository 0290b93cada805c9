import { Duration } from '@nautilus/config';
import { asked, selector } from '../../setting';
import type { PostgresInput } from './input';

/** Sessions kept for a superuser who has to look into a full server. */
const reserved = 3;

export const maxConnections = selector('max_connections', ({ connections }: PostgresInput) => ({
  value: connections + reserved,
  reason: `the workload's connections and ${reserved} for a superuser, which pgtune and timescaledb-tune take from the workload: each session may take memory, so no more than are used`,
  source: "the profile's workload.connections; PostgreSQL documentation 20.3",
  ...asked('500', {
    met: connections === 500,
    why: `the profile's workload has ${connections}: each more costs 5 MiB, used or not`,
  }),
}));

export const superuserReserved = selector('superuser_reserved_connections', (_: PostgresInput) => ({
  value: reserved,
  reason: 'a person can always look into a full server',
  source: 'PostgreSQL documentation 20.3',
}));

export const passwordEncryption = selector('password_encryption', (_: PostgresInput) => ({
  value: 'scram-sha-256',
  reason: 'the only method that keeps a password from who reads the traffic or the catalogue',
  source: 'PostgreSQL documentation 21.5',
}));

export const idleInTransaction = selector('idle_in_transaction_session_timeout', (_: PostgresInput) => ({
  value: Duration.minutes(10),
  reason: 'a forgotten transaction keeps every dead row of the order tables from being vacuumed',
  source: 'PostgreSQL documentation 20.11, 25.1',
}));

export const deadlockTimeout = selector('deadlock_timeout', (_: PostgresInput) => ({
  value: Duration.seconds(1),
  reason: 'who waits longer for a lock is worth a check and a line in the log',
  source: 'PostgreSQL documentation 20.12',
}));

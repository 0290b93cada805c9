import { database } from '@nautilus/config';
import type { Expectation } from '@nautilus/manifest';

/** Roles of the database besides the one that owns it. */
export const databaseRoles = Object.freeze({
  /** For people: no service uses it. */
  superuser: database.superuser,
  /** Writes ticks in the schema `market`, and nothing else. */
  ticks: 'nautilus_ticks',
  /** Looks at statistics and counts. */
  exporter: 'postgres_exporter',
});

interface RoleSetting {
  readonly role: string;
  readonly name: string;
  /** As the server keeps it. */
  readonly value: string | boolean;
  readonly reason: string;
  readonly source: string;
  readonly requirement?: Expectation['requirement'];
}

/** Settings that hold for the sessions of one role. */
export const roleSettings: readonly RoleSetting[] = [
  {
    role: databaseRoles.ticks,
    name: 'synchronous_commit',
    value: false,
    reason:
      'ticks come again from the feed: this role alone may lose its last ones in a crash, and it can write no order',
    source: 'PostgreSQL documentation 20.5; measured',
  },
  {
    role: databaseRoles.exporter,
    name: 'statement_timeout',
    value: '5s',
    reason: 'a measurement that takes longer than the time between two of them only adds to the load',
    source: 'PostgreSQL documentation 20.11',
  },
  {
    role: databaseRoles.exporter,
    name: 'default_transaction_read_only',
    value: true,
    reason: 'who only looks needs no way to write',
    source: 'PostgreSQL documentation 20.11',
  },
];

/** The settings of the roles, as they can be read in pg_db_role_setting. */
export const roleExpectations = (): Expectation[] =>
  roleSettings.map(({ role, name, ...rest }) => ({ subject: 'postgres-role', setting: `${role}.${name}`, ...rest }));

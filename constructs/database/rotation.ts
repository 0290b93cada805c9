import { containerPaths, database, secretFiles } from '@nautilus/config';
import type { Rotation } from '../secrets/secret';
import { databaseRoles } from './roles';

/** Program of the database's image: `nautilus-password FILE ROLE...` gives the roles the password that stands in the file. */
export const passwordProgram = 'nautilus-password';

const change = (file: string, ...roles: readonly string[]) =>
  ({ how: 'command', argv: [passwordProgram, `${containerPaths.secrets}/${file}.next`, ...roles] }) as const;

/**
 * What is run in the database's container while a new password stands in `<file>.next`. Sessions that are open go on; the next
 * one needs the new password. The server gets only the hash: no log and no list of statements ever has a password.
 */
export const passwordChange = {
  postgres: change(secretFiles.postgres, database.user, databaseRoles.ticks),
  postgresSuperuser: change(secretFiles.postgresSuperuser, databaseRoles.superuser),
  /** The exporter reads its file only when it starts. */
  postgresExporter: {
    ...change(secretFiles.postgresExporter, databaseRoles.exporter),
    service: 'postgres',
    afterwards: { how: 'restart' },
  },
} as const satisfies Record<string, Rotation>;

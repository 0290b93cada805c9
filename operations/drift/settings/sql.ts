import { database } from '@nautilus/config';
import type { Repair } from '../finding';
import { runInside } from '../repairs';
import type { Compared } from './finding';

const psql = ['psql', '--username', database.superuser, '--dbname', database.name, '-Xq', '-v', 'ON_ERROR_STOP=1'];

/** Statements of the superuser, one after the other, over the socket, which asks for no password. */
export const statements = (compared: Compared, ...all: readonly string[]): Repair =>
  runInside(compared.service, [...psql, ...all.flatMap((statement) => ['-c', statement])]);

export const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A setting of an extension has a dot in its name. */
export const settingName = (name: string): string => name.split('.').map(identifier).join('.');

export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

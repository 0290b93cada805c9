import { database } from '@nautilus/config';
import type { LiveValue, Place, Reader } from '../reading';
import { inside } from './inside';

/** Units of pg_settings in bytes and milliseconds. */
const bytes: Readonly<Record<string, number>> = { B: 1, kB: 1024, '8kB': 8192, '16MB': 2 ** 24, MB: 2 ** 20 };
const milliseconds: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Rows of a query, as the platform's role inside the container: its socket asks for no password. */
async function rows(place: Place, query: string): Promise<string[][]> {
  const login = ['--username', database.user, '--dbname', database.name];
  const output = await inside(place, ['psql', ...login, '-XAtqF', '\t', '-v', 'ON_ERROR_STOP=1', '-c', query]);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

function inBaseUnit(value: string, unit: string | undefined): LiveValue {
  const factor = unit ? (bytes[unit] ?? milliseconds[unit]) : undefined;
  // Below zero a size or a time means "not limited" or "as another one": no amount.
  return factor === undefined || Number(value) < 0 ? value : Number(value) * factor;
}

/** pg_settings: what the server runs with, whatever file or argument it came from. */
export const postgres: Reader = async (place) => {
  const settings = await rows(place, 'SELECT name, setting, unit FROM pg_settings');
  const known = new Map(settings.map(([name, value, unit]) => [name, inBaseUnit(value ?? '', unit)]));
  return ({ setting }) => known.get(setting);
};

/** Settings of roles, as `role.setting`. */
export const postgresRole: Reader = async (place) => {
  const settings = await rows(
    place,
    'SELECT rolname, unnest(setconfig) FROM pg_db_role_setting JOIN pg_roles ON pg_roles.oid = setrole',
  );
  const known = new Map(
    settings.map(([role, assignment = '']) => {
      const [name, ...value] = assignment.split('=');
      return [`${role}.${name}`, value.join('=')];
    }),
  );
  return ({ setting }) => known.get(setting);
};

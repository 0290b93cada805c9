import { database } from '@nautilus/config';
import type { Answers } from '../observed';
import type { LiveValue, Subject } from '../reading';
import { answered } from '../script';

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

/**
 * Everything in two rows, each one JSON in one line. Asked as the superuser, whose own settings nobody changes, over the socket, which asks for no
 * password; a session that cannot write.
 */
const question = `export PGOPTIONS='-c default_transaction_read_only=on -c statement_timeout=3s' PGCONNECT_TIMEOUT=3
ask psql --username ${database.superuser} --dbname ${database.name} -XAtq -v ON_ERROR_STOP=1 <<'SQL'
SELECT jsonb_build_object(
  'settings', (SELECT json_agg(json_build_object('name', name, 'value', setting, 'unit', unit, 'source', source,
    'file', sourcefile, 'pending', pending_restart)) FROM pg_settings),
  'scoped', (SELECT coalesce(json_agg(json_build_object('role', rolname, 'database', datname, 'setting', setting)), '[]')
    FROM pg_db_role_setting LEFT JOIN pg_roles ON pg_roles.oid = setrole
    LEFT JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting),
  'extensions', (SELECT json_agg(json_build_object('name', name, 'installed', installed_version, 'image', default_version))
    FROM pg_available_extensions WHERE installed_version IS NOT NULL));
SELECT to_regclass('trading.migrations') IS NOT NULL AS migrated \\gset
\\if :migrated
SELECT jsonb_build_object('migrations', (SELECT json_object_agg(owner, id)
  FROM (SELECT owner, max(id) AS id FROM trading.migrations GROUP BY owner) AS newest));
\\endif
SQL`;

/** One row of pg_settings. */
export interface PostgresSetting {
  readonly name: string;
  readonly value: string;
  readonly unit: string | null;
  readonly source: string;
  readonly file: string | null;
  readonly pending: boolean;
}

/** A setting of a role, of a database, or of one in the other. */
export interface ScopedSetting {
  readonly role: string | null;
  readonly database: string | null;
  /** `name=value` */
  readonly setting: string;
}

export interface PostgresAnswer {
  readonly settings: readonly PostgresSetting[];
  readonly scoped: readonly ScopedSetting[];
  /** The newest step of each engine's tables; absent where no engine has connected yet. */
  readonly migrations?: Readonly<Record<string, string>> | null;
  readonly extensions: readonly { readonly name: string; readonly installed: string; readonly image: string }[];
}

/** Every line of the answer is a part of it, as JSON. */
export const postgresAnswer = (answers: Answers): PostgresAnswer =>
  Object.assign(
    {},
    ...answered(answers, 'postgres')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );

export function inBaseUnit(value: string, unit: string | null): LiveValue {
  const factor = unit ? (bytes[unit] ?? milliseconds[unit]) : undefined;
  // Below zero a size or a time means "not limited" or "as another one": no amount.
  return factor === undefined || Number(value) < 0 ? value : Number(value) * factor;
}

const questions = () => ({ postgres: question, 'postgres-system': 'cat "$PGDATA/postgresql.auto.conf"' });

/** pg_settings: what the server runs with, whatever file or argument it came from. */
export const postgres: Subject = {
  questions,
  settings: ({ answers }) => {
    const { settings } = postgresAnswer(answers);
    const known = new Map(settings.map(({ name, value, unit }) => [name, inBaseUnit(value, unit)]));
    return ({ setting }) => known.get(setting);
  },
};

/** Settings of roles, as `role.setting`. */
export const postgresRole: Subject = {
  questions,
  settings: ({ answers }) => {
    const ofRoles = postgresAnswer(answers).scoped.filter(({ role, database: only }) => role && !only);
    const known = new Map(
      ofRoles.map(({ role, setting }) => {
        const [name, ...value] = setting.split('=');
        return [`${role}.${name}`, value.join('=')];
      }),
    );
    // A role without the setting has the server's own.
    return ({ setting }) => known.get(setting) ?? 'not set';
  },
};

/** Extensions: `the image's version`, another one, or none. */
export const postgresExtension: Subject = {
  questions,
  settings: ({ answers }) => {
    const { settings, extensions } = postgresAnswer(answers);
    const libraries = settings.find(({ name }) => name === 'shared_preload_libraries')?.value.split(',') ?? [];
    return ({ setting, value }) => {
      const extension = extensions.find(({ name }) => name === setting);
      if (extension) return extension.installed === extension.image ? value : extension.installed;
      return libraries.includes(setting) ? 'not installed' : undefined;
    };
  },
};

/** The newest step of an engine's tables. */
export const postgresSchema: Subject = {
  questions,
  settings: ({ answers }) => {
    const { migrations } = postgresAnswer(answers);
    return ({ setting }) => migrations?.[setting] ?? 'no tables';
  },
};

/** `name = 'value'` of every line that ALTER SYSTEM has written. */
export function systemSettings(answers: Answers): (readonly [name: string, value: string])[] {
  const lines = answered(answers, 'postgres-system').split('\n');
  return lines.flatMap((line) => {
    const [, name, value = ''] = /^\s*([\w.]+)\s*=\s*'((?:[^']|'')*)'\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value.replaceAll("''", "'")] as const];
  });
}

import { database } from '@nautilus/config';
import type { LiveReading, ObservedService } from '../../live';
import { type PostgresAnswer, postgresAnswer, type ScopedSetting, systemSettings } from '../../live/subjects/postgres';
import type { Finding, Repair } from '../finding';
import { runInside } from '../repairs';
import { type Compared, finding, sides, startSetting } from './finding';
import { told } from './secret';
import { identifier, literal, settingName, statements } from './sql';

/** Where a session gets another value than the server: what was set there is a finding of its own. */
const ofSessions = new Set(['database', 'user', 'database user', 'global', 'client', 'session']);
const systemFile = 'postgresql.auto.conf';
const reload = 'SELECT pg_reload_conf()';

/** A declared setting: all of them stand on the command line, above every file. */
export function postgresSetting(compared: Compared, reading: LiveReading, { answers }: ObservedService): Finding[] {
  const { setting } = reading.expectation;
  const running = postgresAnswer(answers).settings.find(({ name }) => name === setting);
  if (running && (ofSessions.has(running.source) || running.file)) return [];
  return startSetting(compared, reading);
}

/** What nobody declared: ALTER SYSTEM, lines in postgresql.conf, settings of databases and roles, extensions. */
export function undeclaredInPostgres(compared: Compared, { answers }: ObservedService): Finding[] {
  const answer = postgresAnswer(answers);
  const bySystem = systemSettings(answers).map(([name, value]) => setBySystem(compared, answer, name, value));
  const known = new Set(bySystem.map(({ id }) => id));
  return [
    ...bySystem,
    ...byFile(compared, answer),
    ...answer.scoped.flatMap((scoped) => byScope(compared, scoped, known)),
    ...undeclaredExtensions(compared, answer),
  ];
}

const expectationOf = ({ service }: Compared, name: string) =>
  service.expectations.find(({ subject, setting }) => subject === 'postgres' && setting === name);

/** A declared setting as it is written, or that there is none. */
const declaredAs = (compared: Compared, name: string): string => {
  const expectation = expectationOf(compared, name);
  return expectation ? (expectation.written ?? String(expectation.value)) : 'not set';
};

function setBySystem(compared: Compared, { settings }: PostgresAnswer, name: string, value: string): Finding {
  const running = settings.find((setting) => setting.name === name);
  const pending = running?.pending ?? false;
  const inForce = running?.file?.endsWith(systemFile) ?? false;
  const where = pending ? ', in force after a restart' : `, in ${systemFile}, not in force`;
  const reset = `ALTER SYSTEM RESET ${settingName(name)}`;
  // Only a value that is the running one is taken as no reason for a restart any more.
  const asItRuns = `ALTER SYSTEM SET ${settingName(name)} = ${literal(running?.value ?? '')}`;
  return finding(compared, {
    setting: name,
    kind: pending ? 'setting-pending-restart' : `setting${expectationOf(compared, name) ? '' : '-undeclared'}`,
    declared: declaredAs(compared, name),
    live: `${told(name, value)}${inForce ? '' : where}`,
    cause: 'ALTER SYSTEM',
    repair: pending
      ? statements(compared, asItRuns, reload, 'SELECT pg_sleep(0.2)', reset, reload)
      : statements(compared, reset, reload),
  });
}

/** What initdb writes by itself. */
const initial = new Set([
  'TimeZone',
  'log_timezone',
  'DateStyle',
  'IntervalStyle',
  'default_text_search_config',
  'dynamic_shared_memory_type',
  'lc_messages',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
]);

function byFile(compared: Compared, { settings }: PostgresAnswer): Finding[] {
  const { container } = compared.service;
  return settings.flatMap(({ name, value, unit, file, pending }) => {
    if (!file || file.endsWith(systemFile) || initial.has(name)) return [];
    const command = `docker exec ${container} sh -c "sed -i '/^ *${name} *[= ]/d' ${file} && pg_ctl reload"`;
    return [
      finding(compared, {
        setting: name,
        kind: pending ? 'setting-pending-restart' : `setting${expectationOf(compared, name) ? '' : '-undeclared'}`,
        declared: declaredAs(compared, name),
        live: `${told(name, value)}${unit ? ` (${unit})` : ''}`,
        cause: `a line in ${file}`,
        repair: { command, interrupts: 'nothing' },
      }),
    ];
  });
}

/** A setting of the platform's database goes by the setting's name, where nothing else does. */
function byScope(compared: Compared, scoped: ScopedSetting, known: ReadonlySet<string>): Finding[] {
  const { role, database: only, setting: assignment } = scoped;
  const sign = assignment.indexOf('=');
  const [name, value] = [assignment.slice(0, sign), assignment.slice(sign + 1)];
  const ofDatabase = role === null && only !== null;
  const isDeclared = compared.service.expectations.some(
    ({ subject, setting }) => subject === 'postgres-role' && setting === `${role}.${name}`,
  );
  if (isDeclared && only === null) return [];

  const scope = ofDatabase ? only : `${role ?? 'all'}${only === null ? '' : `@${only}`}`;
  const plain = ofDatabase && only === database.name && !known.has(`${compared.service.name}/${name.toLowerCase()}`);
  const whose = ofDatabase ? `DATABASE ${identifier(only)}` : `ROLE ${role === null ? 'ALL' : identifier(role)}`;
  const within = !ofDatabase && only !== null ? ` IN DATABASE ${identifier(only)}` : '';
  return [
    finding(compared, {
      setting: plain ? name : `${scope}.${name}`,
      kind: plain && expectationOf(compared, name) ? 'setting' : 'setting-undeclared',
      what: `${name} of ${scope}`,
      declared: plain ? declaredAs(compared, name) : 'not set',
      live: told(name, value),
      cause: ofDatabase ? 'ALTER DATABASE' : 'ALTER ROLE',
      repair: statements(compared, `ALTER ${whose}${within} RESET ${settingName(name)}`),
    }),
  ];
}

/** A declared setting of a role. */
export function roleSetting(compared: Compared, { expectation, live }: LiveReading): Finding[] {
  const { setting, value } = expectation;
  const dot = setting.indexOf('.');
  const [role, name] = [setting.slice(0, dot), setting.slice(dot + 1)];
  const wanted = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
  const restore = `ALTER ROLE ${identifier(role)} SET ${settingName(name)} = ${literal(wanted)}`;
  return [
    finding(compared, {
      setting,
      kind: 'role-setting',
      what: `${name} of ${role}`,
      declared: wanted,
      live: String(live),
      cause: 'ALTER ROLE',
      repair: statements(compared, restore),
    }),
  ];
}

/** Makes roles, extensions and functions what the image's release needs. Run again, it changes nothing. */
const prepared = (compared: Compared): Repair => runInside(compared.service, ['nautilus-prepare']);

export function extension(compared: Compared, { expectation, live }: LiveReading): Finding[] {
  return [
    finding(compared, {
      setting: `extension-${expectation.setting}`,
      kind: 'extension',
      what: `extension ${expectation.setting}`,
      declared: String(expectation.value),
      live: String(live),
      ...(live === 'not installed' && { cause: 'DROP EXTENSION' }),
      repair: prepared(compared),
    }),
  ];
}

/** Every database has it. */
const procedural = 'plpgsql';

function undeclaredExtensions(compared: Compared, { extensions }: PostgresAnswer): Finding[] {
  const declared = compared.service.expectations.filter(({ subject }) => subject === 'postgres-extension');
  const known = new Set([procedural, ...declared.map(({ setting }) => setting)]);
  return extensions
    .filter(({ name }) => !known.has(name))
    .map(({ name, installed }) =>
      finding(compared, {
        setting: `extension-${name}`,
        kind: 'extension',
        what: `extension ${name}`,
        declared: 'not installed',
        live: installed,
        cause: 'CREATE EXTENSION',
        repair: statements(compared, `DROP EXTENSION ${identifier(name)}`),
      }),
    );
}

/** Tables of another release: an engine brings them up to its own when it connects, never back. */
export function schemaVersion(compared: Compared, reading: LiveReading): Finding[] {
  const engine = reading.expectation.setting;
  const container = compared.manifest.services.find(({ name }) => name === engine)?.container ?? engine;
  return [
    finding(compared, {
      setting: `schema-${engine}`,
      kind: 'schema-version',
      what: `tables of ${engine}`,
      ...sides(reading),
      repair: { command: `docker restart ${container}`, interrupts: 'the service' },
    }),
  ];
}

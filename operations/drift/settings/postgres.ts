import type { LiveReading, ObservedService } from '../../live';
import { type PostgresAnswer, postgresAnswer, type ScopedSetting, systemSettings } from '../../live/subjects/postgres';
import type { Finding } from '../finding';
import { type Compared, type Difference, finding, madeAnew, sides } from './finding';
import { told } from './secret';
import { identifier, literal, settingName, statements } from './sql';

/** Where a session gets another value than the server: told by what was set there. */
const ofSessions = new Set(['database', 'user', 'database user', 'global', 'client', 'session']);

const reload = 'SELECT pg_reload_conf()';
const reset = (compared: Compared, name: string) =>
  statements(compared, `ALTER SYSTEM RESET ${settingName(name)}`, reload);

/** A declared setting: all of them stand on the command line, above every file. */
export function postgresSetting(compared: Compared, reading: LiveReading, observed: ObservedService): Finding[] {
  const { setting } = reading.expectation;
  const answer = postgresAnswer(observed.answers);
  const { source = '', file } = answer.settings.find(({ name }) => name === setting) ?? {};
  if (ofSessions.has(source)) return [];
  const bySystem = file?.endsWith(systemFile) ?? false;
  if (bySystem) return [];
  return [finding(compared, { setting, kind: 'start-setting', ...sides(reading), repair: madeAnew(compared) })];
}

const systemFile = 'postgresql.auto.conf';

/** What nobody declared: ALTER SYSTEM, settings of roles and databases, lines that somebody wrote into postgresql.conf. */
export function undeclaredInPostgres(compared: Compared, observed: ObservedService): Finding[] {
  const answer = postgresAnswer(observed.answers);
  return [
    ...systemSettings(observed.answers).map(([name, value]) => bySystem(compared, answer, name, value)),
    ...byFile(compared, answer),
    ...answer.scoped.flatMap((scoped) => byScope(compared, scoped)),
  ];
}

function bySystem(compared: Compared, { settings }: PostgresAnswer, name: string, value: string): Finding {
  const running = settings.find((setting) => setting.name === name);
  const expectation = compared.service.expectations.find(
    ({ subject, setting }) => subject === 'postgres' && setting === name,
  );
  const inForce = running?.file?.endsWith(systemFile) ?? false;
  const where = inForce ? '' : ` in ${systemFile}, ${running?.pending ? 'in force after a restart' : 'not in force'}`;
  const kinds = expectation ? 'setting' : 'setting-undeclared';
  return finding(compared, {
    setting: name,
    kind: running?.pending ? 'setting-pending-restart' : kinds,
    declared: expectation ? (expectation.written ?? String(expectation.value)) : 'not set',
    live: `${told(name, value)}${where}`,
    cause: 'ALTER SYSTEM',
    repair: reset(compared, name),
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
  'max_connections',
  'shared_buffers',
  'max_wal_size',
  'min_wal_size',
]);

function byFile(compared: Compared, { settings }: PostgresAnswer): Finding[] {
  return settings
    .filter(({ name, file }) => file && !file.endsWith(systemFile) && !initial.has(name))
    .map(({ name, value, unit, file, pending }) =>
      finding(compared, {
        setting: name,
        kind: pending ? 'setting-pending-restart' : 'setting-undeclared',
        declared: 'not set',
        live: `${told(name, value)}${unit ? ` x ${unit}` : ''} in ${file}`,
        cause: 'edited file',
        repair: {
          command: `docker exec ${compared.service.container} sh -c "sed -i '/^ *${name} *[= ]/d' ${file} && pg_ctl reload"`,
          interrupts: 'nothing',
        },
      }),
    );
}

function byScope(compared: Compared, { role, database, setting }: ScopedSetting): Finding[] {
  const sign = setting.indexOf('=');
  const [name, value] = [setting.slice(0, sign), setting.slice(sign + 1)];
  const scope = role && database ? `${role}@${database}` : (role ?? database ?? 'all');
  const declared = compared.service.expectations.some(
    (expectation) => expectation.subject === 'postgres-role' && expectation.setting === `${scope}.${name}`,
  );
  if (declared && !database) return [];
  const whose =
    role === null && database ? `DATABASE ${identifier(database)}` : `ROLE ${role ? identifier(role) : 'ALL'}`;
  const within = role && database ? ` IN DATABASE ${identifier(database)}` : '';
  return [
    finding(compared, {
      setting: `${scope}.${name}`,
      kind: 'setting-undeclared',
      what: `${name} of ${whose.toLowerCase()}${within.toLowerCase()}`,
      declared: 'not set',
      live: told(name, value),
      cause: role === null && database ? 'ALTER DATABASE' : 'ALTER ROLE',
      repair: statements(compared, `ALTER ${whose}${within} RESET ${settingName(name)}`),
    }),
  ];
}

/** A declared setting of a role. */
export function roleSetting(compared: Compared, reading: LiveReading): Finding[] {
  const { setting, value } = reading.expectation;
  const [role = '', ...name] = setting.split('.');
  const wanted = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
  const difference: Difference = {
    setting,
    kind: 'role-setting',
    what: `${name.join('.')} of role ${role}`,
    declared: wanted,
    live: String(reading.live),
    cause: 'ALTER ROLE',
    repair: statements(
      compared,
      `ALTER ROLE ${identifier(role)} SET ${settingName(name.join('.'))} = ${literal(wanted)}`,
    ),
  };
  return [finding(compared, difference)];
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { ManifestService } from '../../../manifest';
import type { Finding } from '../../../operations/drift/finding';
import { compareSettings, unreadOf } from '../../../operations/drift/settings/compare';
import type { ObservedService, ObservedServices } from '../../../operations/live';
import { manifestOf } from './manifest';

interface Recorded {
  readonly services: readonly ManifestService[];
  readonly observed: ObservedServices;
}

/** Six services of a real platform of profile ci, and what each declared; trimmed. */
const recorded = JSON.parse(readFileSync(path.join(__dirname, 'recorded', 'settings.json'), 'utf8')) as Recorded;
const manifest = manifestOf({ services: [...recorded.services] });

type Change = (text: string) => string;

/** The recorded platform with one answer changed. */
function changed(service: string, question: string, change: Change): ObservedServices {
  const seen = recorded.observed.services[service]!;
  const answer = seen.answers[question]!;
  const output = change(answer.output);
  expect(output).not.toBe(answer.output);
  return withService(service, { ...seen, answers: { ...seen.answers, [question]: { ...answer, output } } });
}

const withService = (name: string, seen: ObservedService): ObservedServices => ({
  ...recorded.observed,
  services: { ...recorded.observed.services, [name]: seen },
});

/** Replaces, so that a recording without it is a failure and not a test of nothing. */
const replace =
  (from: string | RegExp, to: string): Change =>
  (text) =>
    text.replace(from, to);

interface PostgresRow {
  value: string;
  source: string;
  file: string | null;
  pending: boolean;
  readonly name: string;
}
interface PostgresRows {
  readonly settings: PostgresRow[];
  readonly scoped: { role: string | null; database: string | null; setting: string }[];
  readonly extensions: { name: string; installed: string; image: string }[];
}

/** The server's own answer, changed as data. */
const rows =
  (change: (answer: PostgresRows) => void): Change =>
  (text) => {
    const [first = '', ...rest] = text.split('\n');
    const answer = JSON.parse(first) as PostgresRows;
    change(answer);
    return [JSON.stringify(answer), ...rest].join('\n');
  };
const setRow = (name: string, row: Partial<PostgresRow>): Change =>
  rows(({ settings }) => Object.assign(settings.find((one) => one.name === name)!, row));
const dropExtensions: Change = rows(({ extensions }) => void extensions.splice(0, extensions.length));

const text = ({ id, kind, what, declared, live, cause, repair }: Finding): string =>
  [`${id} (${kind}): ${what}`, `${declared} -> ${live}`, cause ?? '-', repair.command, repair.interrupts].join(' | ');

test('a platform that runs as it was declared shows nothing', () => {
  expect(compareSettings(manifest, recorded.observed)).toEqual([]);
  expect(unreadOf(manifest, recorded.observed)).toEqual([]);
});

const psql = 'docker exec nautilus-ci-postgres psql --username postgres --dbname nautilus -Xq -v ON_ERROR_STOP=1';
const login = 'REDISCLI_AUTH="$(cat /run/secrets/nautilus/redis-password)"; export REDISCLI_AUTH';
const again = (service: string) =>
  `docker rm --force nautilus-ci-${service} && nautilus deploy --profile ci | the service`;

test.each<[string, ObservedServices, string[]]>([
  [
    'ALTER DATABASE of a declared setting',
    changed(
      'postgres',
      'postgres',
      rows((answer) => {
        answer.scoped.push({ role: null, database: 'nautilus', setting: 'work_mem=64MB' });
        Object.assign(answer.settings.find(({ name }) => name === 'work_mem')!, { value: '65536', source: 'database' });
      }),
    ),
    [
      `postgres/work_mem (setting): work_mem of nautilus | 6912kB -> 64MB | ALTER DATABASE | ${psql} -c 'ALTER DATABASE nautilus RESET work_mem' | nothing`,
    ],
  ],
  [
    'ALTER ROLE of a declared setting of a role',
    changed('postgres', 'postgres', replace('statement_timeout=5s', 'statement_timeout=1h')),
    [
      `postgres/postgres_exporter.statement_timeout (role-setting): statement_timeout of postgres_exporter | 5s -> 1h | ALTER ROLE | ${psql} -c 'ALTER ROLE postgres_exporter SET statement_timeout = '\\''5s'\\''' | nothing`,
    ],
  ],
  [
    'a setting of a role that nobody declared, in one database',
    changed(
      'postgres',
      'postgres',
      rows(({ scoped }) => scoped.push({ role: 'odd Name', database: 'nautilus', setting: 'search_path=a, "b=c"' })),
    ),
    [
      `postgres/odd-name@nautilus.search_path (setting-undeclared): search_path of odd Name@nautilus | not set -> a, "b=c" | ALTER ROLE | ${psql} -c 'ALTER ROLE "odd Name" IN DATABASE nautilus RESET search_path' | nothing`,
    ],
  ],
  [
    'a setting of all roles',
    changed(
      'postgres',
      'postgres',
      rows(({ scoped }) => scoped.push({ role: null, database: null, setting: 'jit=on' })),
    ),
    [
      `postgres/all.jit (setting-undeclared): jit of all | not set -> on | ALTER ROLE | ${psql} -c 'ALTER ROLE ALL RESET jit' | nothing`,
    ],
  ],
  [
    'ALTER SYSTEM of a declared setting: the command line stands above it',
    changed('postgres', 'postgres-system', (lines) => `${lines}work_mem = '64MB'\n`),
    [
      `postgres/work_mem (setting): work_mem | 6912kB -> 64MB, in postgresql.auto.conf, not in force | ALTER SYSTEM | ${psql} -c 'ALTER SYSTEM RESET work_mem' -c 'SELECT pg_reload_conf()' | nothing`,
    ],
  ],
  [
    'another server command line',
    changed('postgres', 'postgres', setRow('shared_buffers', { value: '16384' })),
    [`postgres/shared_buffers (start-setting): shared_buffers | 256 MiB -> 128 MiB | - | ${again('postgres')}`],
  ],
  [
    'a line in postgresql.conf',
    changed('postgres', 'postgres', setRow('log_connections', { value: 'on', file: '/data/postgresql.conf' })),
    [
      `postgres/log_connections (setting-undeclared): log_connections | not set -> on | a line in /data/postgresql.conf | docker exec nautilus-ci-postgres sh -c "sed -i '/^ *log_connections *[= ]/d' /data/postgresql.conf && pg_ctl reload" | nothing`,
    ],
  ],
  [
    'an extension that was dropped',
    changed('postgres', 'postgres', dropExtensions),
    [
      "postgres/extension-pg_stat_statements (extension): extension pg_stat_statements | the image's version -> not installed | DROP EXTENSION | docker exec nautilus-ci-postgres nautilus-prepare | nothing",
    ],
  ],
  [
    'an extension that nobody declared',
    changed(
      'postgres',
      'postgres',
      rows(({ extensions }) => extensions.push({ name: 'dblink', installed: '1.2', image: '1.2' })),
    ),
    [
      `postgres/extension-dblink (extension): extension dblink | not installed -> 1.2 | CREATE EXTENSION | ${psql} -c 'DROP EXTENSION dblink' | nothing`,
    ],
  ],
  [
    'tables of another release',
    changed('postgres', 'postgres', replace('001-orders-and-executions', '002-something')),
    [
      'postgres/schema-oms (schema-version): tables of oms | 001-orders-and-executions -> 002-something | - | docker restart nautilus-ci-oms | the service',
    ],
  ],
  [
    'CONFIG SET',
    changed('redis', 'redis', replace(/^maxmemory\n\d+$/m, 'maxmemory\n67108864')),
    [
      `redis/maxmemory (setting): maxmemory | 96 MiB -> 64 MiB | CONFIG SET | docker exec nautilus-ci-redis sh -c '${login}; answer=$(redis-cli -p 6379 CONFIG SET maxmemory 96mb); echo "$answer"; [ "$answer" = OK ]' | nothing`,
    ],
  ],
  [
    'limits that another than Docker wrote',
    withService('risk', {
      ...recorded.observed.services.risk!,
      answers: {
        ...recorded.observed.services.risk!.answers,
        kernel: { exitCode: 0, output: 'cgroup 209715200 50000 100000\ninterface 02:42:ac:15:00:20 9000\n' },
      },
      detail: { HostConfig: { Memory: 268_435_456, NanoCpus: 5e8 } } as ObservedService['detail'],
    }),
    [
      'risk/cgroup-limit (cgroup-limit): memory limit in force | 256 MiB -> 200 MiB, and Docker says 256 MiB | another than Docker wrote to the cgroup | docker update --memory 256m --memory-swap 256m nautilus-ci-risk | nothing',
    ],
  ],
  [
    'limits that Docker says, too',
    withService('risk', {
      ...recorded.observed.services.risk!,
      answers: {
        ...recorded.observed.services.risk!.answers,
        kernel: { exitCode: 0, output: 'cgroup max 25000 100000\ninterface 02:42:ac:15:00:20 9000\n' },
      },
      detail: { HostConfig: { Memory: Number.POSITIVE_INFINITY, NanoCpus: 25e7 } } as ObservedService['detail'],
    }),
    [
      'risk/memory (memory): memory limit in force | 256 MiB -> unlimited | - | docker update --memory 256m --memory-swap 256m nautilus-ci-risk | nothing',
      'risk/cpus (cpus): CPU quota in force | 0.5 CPUs -> 0.25 CPUs | - | docker update --cpus 0.5 nautilus-ci-risk | nothing',
    ],
  ],
  [
    'another MTU',
    changed('oms', 'kernel', replace(' 9000', ' 1500')),
    [
      "oms/mtu (mtu): MTU on the platform's network | 9000 B -> 1500 B | ip link set | docker restart nautilus-ci-oms | the service",
    ],
  ],
  [
    'an engine that runs with another configuration',
    changed('risk', 'status', (reply) => reply.replaceAll(/"specHash":"\w+"/g, '"specHash":"0123456789ab"')),
    [
      `risk/configuration (configuration): configuration that the engine runs with (hash) | ${hashOf('risk')} -> 0123456789ab | - | ${again('risk')}`,
    ],
  ],
  [
    'another option of an engine',
    changed('risk', 'arguments', replace('--max-old-space-size=173', '--max-old-space-size=4096')),
    [`risk/max-old-space-size (start-setting): max-old-space-size | 173 MiB -> 4 GiB | - | ${again('risk')}`],
  ],
  [
    'rules that are not loaded',
    changed('prometheus', 'rules', replace('"ServiceDown"', '"SomethingElse"')),
    [
      "prometheus/configuration (configuration): configuration and rules that are loaded | what stands in its files -> without ServiceDown; with SomethingElse | files changed after they were loaded | docker exec nautilus-ci-prometheus sh -c 'kill -HUP 1' | nothing",
    ],
  ],
  [
    'a configuration that was refused',
    changed('prometheus', 'runtime', replace('"reloadConfigSuccess":true', '"reloadConfigSuccess":false')),
    [
      "prometheus/configuration (configuration): configuration and rules that are loaded | what stands in its files -> the files were refused when they were read last | files that do not hold together | docker exec nautilus-ci-prometheus sh -c 'kill -HUP 1' | nothing",
    ],
  ],
  [
    'a target that is not scraped',
    changed('prometheus', 'loaded', replace('- nautilus-ci-oms:9010', '- nautilus-ci-oms:9011')),
    [
      "prometheus/configuration (configuration): configuration and rules that are loaded | what stands in its files -> without nautilus-ci-oms:9010; with nautilus-ci-oms:9011 | files changed after they were loaded | docker exec nautilus-ci-prometheus sh -c 'kill -HUP 1' | nothing",
    ],
  ],
  [
    'a certificate that nginx has not read',
    changed('nginx', 'nginx-times', replace(/file \d+ (\S+gateway.crt)/, 'file 1795350000 $1')),
    [
      "nginx/configuration (configuration): configuration and certificate that are loaded | what stands in its files -> older than /run/secrets/nautilus/gateway.crt of 2026-11-22T12:20:00.000Z | files changed after they were loaded | docker exec nautilus-ci-nginx sh -c 'kill -HUP 1' | nothing",
    ],
  ],
])('%s', (_, observed, findings) => {
  expect(compareSettings(manifest, observed).map(text)).toEqual(findings);
  expect(unreadOf(manifest, observed)).toEqual([]);
});

function hashOf(service: string): string {
  const { env } = recorded.services.find(({ name }) => name === service)!;
  return (JSON.parse(env.NAUTILUS_CONFIGURATION!) as { specHash: string }).specHash;
}

test('a value that waits for a restart is undone without one: the running value first, then none', () => {
  const seen = changed('postgres', 'postgres-system', (lines) => `${lines}max_prepared_transactions = '10'\n`);
  const pending = setRow('max_prepared_transactions', { pending: true });
  const { postgres } = seen.services;
  const answers = postgres!.answers;
  const observed = withService('postgres', {
    ...postgres!,
    answers: { ...answers, postgres: { exitCode: 0, output: pending(answers.postgres!.output) } },
  });
  expect(compareSettings(manifest, observed).map(text)).toEqual([
    `postgres/max_prepared_transactions (setting-pending-restart): max_prepared_transactions | not set -> 10, in force after a restart | ALTER SYSTEM | ${psql} -c 'ALTER SYSTEM SET max_prepared_transactions = '\\''0'\\''' -c 'SELECT pg_reload_conf()' -c 'SELECT pg_sleep(0.2)' -c 'ALTER SYSTEM RESET max_prepared_transactions' -c 'SELECT pg_reload_conf()' | nothing`,
  ]);
});

test('CONFIG REWRITE is told from CONFIG SET, and both from a server that was started otherwise', () => {
  const set = changed('redis', 'redis', replace(/^maxclients\n\d+$/m, 'maxclients\n50'));
  const rewritten = 'maxclients 50\n# Generated by CONFIG REWRITE\n';
  const causes = [rewritten, 'maxclients 50\n', undefined].map((file) => {
    const { redis } = set.services;
    const answers = { ...redis!.answers, 'redis-file': { exitCode: file ? 0 : 1, output: file ?? '' } };
    const [found] = compareSettings(manifest, withService('redis', { ...redis!, answers }));
    return [found?.kind, found?.cause];
  });
  expect(causes).toEqual([
    ['setting', 'CONFIG SET, CONFIG REWRITE'],
    ['start-setting', undefined],
    ['setting', undefined],
  ]);
});

test.each([
  ['postgres-system', "primary_conninfo = 'host=a password=hunter2'\n"],
  ['postgres-system', "archive_command = 'curl -u me:hunter2 https://a'\n"],
])('what may hold a password is told by its digest: %s %s', (question, line) => {
  const found = compareSettings(
    manifest,
    changed('postgres', question, (lines) => lines + line),
  );
  expect(found).toHaveLength(1);
  expect(found[0]!.live).toMatch(/^sha256:[0-9a-f]{12}/);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test('a container that left the network has no MTU there', () => {
  const { hardwareAddress: _, ...seen } = recorded.observed.services.oms!;
  expect(compareSettings(manifest, withService('oms', seen)).map(({ id, live }) => [id, live])).toEqual([
    ['oms/mtu', 'not on the network'],
  ]);
});

describe('what is not answered is unread, never clean', () => {
  test.each<[string, ObservedService, string[]]>([
    ['a paused container', { answers: {}, reason: 'the container is paused' }, ['the container is paused']],
    ['nothing at all', { answers: {} }, ['kernel: no answer', 'postgres: no answer']],
    [
      'a server that hangs',
      {
        ...recorded.observed.services.postgres!,
        answers: {
          ...recorded.observed.services.postgres!.answers,
          postgres: { exitCode: 124, output: '' },
        },
      },
      ['postgres: the server does not answer'],
    ],
    [
      'a server that refuses',
      {
        ...recorded.observed.services.postgres!,
        answers: {
          ...recorded.observed.services.postgres!.answers,
          postgres: { exitCode: 2, output: 'psql: error: FATAL:  the database system is starting up\n' },
        },
      },
      ['postgres: ended with 2: psql: error: FATAL:  the database system is starting up'],
    ],
  ])('%s', (_, seen, reasons) => {
    const observed = withService('postgres', seen);
    expect(compareSettings(manifest, observed)).toEqual([]);
    expect(unreadOf(manifest, observed)).toEqual(
      reasons.map((reason) => ({ layer: 'settings', what: 'postgres', reason })),
    );
  });

  test('an engine that starts says no hash', () => {
    const observed = changed('risk', 'status', () => 'HTTP/1.1 503 Service Unavailable\r\n\r\n{}');
    expect(unreadOf(manifest, observed)).toEqual([
      { layer: 'settings', what: 'risk', reason: 'status: HTTP/1.1 503 Service Unavailable' },
    ]);
  });
});

test('any one declared number of PostgreSQL or Redis that is another one is one finding, which names it', () => {
  const numbers = ['postgres', 'redis'].flatMap((service) =>
    recorded.services
      .find(({ name }) => name === service)!
      .expectations.filter(({ subject, value }) => subject === service && typeof value === 'number')
      .filter(({ setting }) => !setting.startsWith('timescaledb.'))
      .map(({ setting }) => ({ service, setting })),
  );
  expect(numbers.length).toBeGreaterThan(40);
  fc.assert(
    fc.property(fc.constantFrom(...numbers), fc.integer({ min: 1, max: 1000 }), ({ service, setting }, by) => {
      const raise = (value: string) => String(Number(value) + by);
      const observed =
        service === 'redis'
          ? changed('redis', 'redis', (lines) =>
              lines.replace(
                new RegExp(`^${setting}\\n(.*)$`, 'm'),
                (_, value: string) => `${setting}\n${raise(value)}`,
              ),
            )
          : changed(
              'postgres',
              'postgres',
              rows(({ settings }) => {
                const row = settings.find(({ name }) => name === setting)!;
                row.value = raise(row.value);
              }),
            );
      expect(compareSettings(manifest, observed).map(({ id }) => id)).toEqual([`${service}/${setting}`]);
    }),
  );
});

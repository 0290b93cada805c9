import { containerPaths, type ServiceName, secretFiles } from '@nautilus/config';
import { type Check, check, fail, pass, unknown, unless } from '../check';
import type { Containers, Platform } from '../platform/platform';
import { settingsCheck, untuned } from './settings';

const declared = ({ containers }: Platform, service: ServiceName, setting: string) =>
  containers!.manifest.services
    .find(({ name }) => name === service)
    ?.expectations.find((expectation) => expectation.subject === service && expectation.setting === setting)?.value;

const sharedBuffers = check({
  id: 'postgres/shared_buffers',
  source: 'P Verification: database optimizations; README 6',
  command: 'docker exec nautilus-postgres psql -U nautilus -d nautilus -c "SHOW shared_buffers;"',
  what: 'PostgreSQL has the buffers that were declared',
  expectation: 'SHOW shared_buffers is the declared size',
  unavailable: untuned('postgres'),
  read: (platform) =>
    platform.rows("SELECT current_setting('shared_buffers'), pg_size_bytes(current_setting('shared_buffers'))"),
  judge: ([row], platform) => {
    const [text = '', bytes] = row ?? [];
    const wanted = declared(platform, 'postgres', 'shared_buffers');
    return Number(bytes) === wanted ? pass(text) : fail(text, `declared are ${wanted} bytes`);
  },
});

/** Marked, so that its statistics can be found and taken away again: those of others stay. */
const marked = 'SELECT 20120621 AS nautilus_verify';

const statements = check({
  id: 'postgres/statements',
  source: 'P Performance validation: database performance',
  command: 'docker exec nautilus-postgres psql -U nautilus -d nautilus -c "SELECT pg_stat_statements_reset();"',
  what: 'PostgreSQL counts statements, and their statistics can be reset',
  expectation: 'a statement is counted, and its own statistics are gone after a reset of them alone',
  unavailable: untuned('postgres'),
  read: async (platform) => {
    const found = `FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid WHERE query LIKE '%AS nautilus_verify%' AND query NOT LIKE '%pg_stat_statements%' AND datname = current_database()`;
    await platform.rows(marked);
    const counted = await platform.rows(`SELECT coalesce(sum(calls), 0) ${found}`);
    await platform.rows(`SELECT pg_stat_statements_reset(userid, dbid, queryid) ${found}`);
    const left = await platform.rows(`SELECT coalesce(sum(calls), 0) ${found}`);
    return { counted: Number(counted[0]?.[0]), left: Number(left[0]?.[0]) };
  },
  judge: ({ counted, left }) =>
    unless(
      [!(counted > 0) && 'a statement was not counted', left !== 0 && 'its statistics are still there after the reset'],
      `counted ${counted}, after the reset ${left}`,
    ),
});

/** What redis-cli prints inside the container; its password stays there. */
export async function redis(containers: Containers, database: number, argv: readonly string[]) {
  const { port } = containers.manifest.services.find(({ name }) => name === 'redis')!;
  const password = `$(cat ${containerPaths.secrets}/${secretFiles.redis})`;
  const script = `REDISCLI_AUTH="${password}" exec redis-cli --raw -p "$0" -n "$@"`;
  const { exitCode, output } = await containers.inside('redis', [
    'sh',
    '-c',
    script,
    String(port),
    String(database),
    ...argv,
  ]);
  if (exitCode !== 0) throw new Error(`redis-cli ended with ${exitCode}: ${output.trim()}`);
  return output;
}

const cacheMemory = check({
  id: 'redis/memory',
  source: 'P Verification: Redis optimization; README 7',
  command: 'docker exec nautilus-redis redis-cli INFO memory',
  what: 'Redis has the memory that was declared, and room in it',
  expectation: 'maxmemory and its policy are as declared; less than that is used',
  unavailable: untuned('redis'),
  read: ({ containers }) => redis(containers!, 0, ['INFO', 'memory']),
  judge: (text, platform) => {
    const info = new Map(text.split(/\r?\n/).map((line) => line.split(':') as [string, string]));
    const [used, most] = [Number(info.get('used_memory')), Number(info.get('maxmemory'))];
    const policy = info.get('maxmemory_policy');
    if (Number.isNaN(used) || Number.isNaN(most)) return unknown('INFO memory says neither maxmemory nor used_memory');
    const wanted = {
      most: declared(platform, 'redis', 'maxmemory'),
      policy: declared(platform, 'redis', 'maxmemory-policy'),
    };
    return unless(
      [
        wanted.most !== undefined && most !== wanted.most && `maxmemory is ${most}, declared ${wanted.most}`,
        wanted.policy !== undefined &&
          policy !== wanted.policy &&
          `maxmemory-policy is ${policy}, declared ${wanted.policy}`,
        used >= most && 'it is full',
      ],
      `${info.get('used_memory_human')} of ${info.get('maxmemory_human')}, ${policy}`,
    );
  },
});

export const databaseChecks: readonly Check[] = [
  sharedBuffers,
  settingsCheck({
    id: 'postgres/settings',
    source: 'P PostgreSQL; README 6',
    what: 'PostgreSQL is tuned as declared',
    service: 'postgres',
    subjects: ['postgres', 'postgres-role'],
  }),
  statements,
  cacheMemory,
  settingsCheck({
    id: 'redis/settings',
    source: 'P Redis; README 7',
    what: 'Redis is tuned as declared',
    service: 'redis',
    subjects: ['redis'],
  }),
];

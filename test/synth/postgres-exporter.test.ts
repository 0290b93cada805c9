import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseMetrics } from '@nautilus/constructs';
import { parse } from 'yaml';
import { profiles, synthesis } from './support/synthesis';

interface QueriesFile {
  readonly [prefix: string]: {
    readonly query: string;
    readonly metrics: readonly Record<string, { readonly usage: string; readonly description: string }>[];
  };
}

test.each(profiles)('profile %s: the exporter gets the address of the database, and its password as a file', (name) => {
  const { stack, profile } = synthesis(name);
  const { env, group_add, user } = stack('monitoring').resource.docker_container!['postgres-exporter'] as {
    env: string[];
    group_add: string[];
    user: string;
  };
  expect(env).toContain('DATA_SOURCE_URI=postgres:5432/nautilus?sslmode=disable&connect_timeout=3');
  expect(env).toContain('DATA_SOURCE_USER=postgres_exporter');
  expect(env).toContain('DATA_SOURCE_PASS_FILE=/run/secrets/nautilus/postgres-exporter-password');
  const platform = profile.hardware.model === 'm4-max' ? 'm4_max' : 'any';
  expect(env).toContain(`PG_EXPORTER_CONSTANT_LABELS=env=${name},platform=${platform}`);
  expect(env.filter((variable) => /^DATA_SOURCE_(PASS|NAME)=/.test(variable))).toEqual([]);
  expect([user, group_add]).toEqual(['65534:65534', ['10105']]);
});

test('every query asks a function that the database has, for the columns that it returns', () => {
  const { output } = synthesis('ci');
  const queries = parse(
    readFileSync(join(output, 'images', 'postgres-exporter', 'queries.yaml'), 'utf8'),
  ) as QueriesFile;
  const sql = readFileSync(join(output, 'images', 'postgres', 'sql', 'database.sql'), 'utf8');
  const returned = new Map(
    [...sql.matchAll(/CREATE FUNCTION (nautilus_monitoring\.\w+)\(\) RETURNS TABLE \((.+)\)$/gm)].map(
      ([, name, columns]) => [name!, columns!.split(', ').map((column) => column.split(' ')[0]!.replaceAll('"', ''))],
    ),
  );
  expect(Object.keys(queries)).toHaveLength(returned.size);
  const names: string[] = [];
  for (const [prefix, { query, metrics }] of Object.entries(queries)) {
    const columns = metrics.flatMap((metric) => Object.keys(metric));
    const [, name] = /^SELECT \* FROM (\S+)\(\)$/.exec(query)!;
    expect([name, columns]).toEqual([name, returned.get(name!)]);
    for (const metric of metrics)
      for (const [column, { usage }] of Object.entries(metric))
        if (usage !== 'LABEL') names.push(`${prefix}_${column}`);
  }
  expect(names).toEqual(databaseMetrics);
});

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { database, loadProfile, secretFiles } from '@nautilus/config';
import { databaseMetrics, databaseRoles, passwordChange, postgresInput, postgresWorstCase } from '@nautilus/constructs';
import { PostgresSink } from '@nautilus/core/persistence';
import { Client } from 'pg';
import { migrations } from '../../engines/oms/write-behind/migrations';
import { synthesis, temporaryFolder } from '../synth/support/synthesis';
import { watchMemory } from './memory-watch';
import { databaseSecrets, missingForOneByOne, newSecret, OneByOne } from './one-container';

const profile = loadProfile('ci');
const missing = missingForOneByOne([profile.images.postgres, profile.images['postgres-exporter']]);
if (missing) process.stderr.write(`the database's container cannot be tried here: ${missing}\n`);
const rung = missing ? describe.skip : describe;
jest.setTimeout(600_000);

/** One database lives through these tests, in their order. */
rung('the database of profile ci in its container', () => {
  const platform = synthesis(profile);
  const host = new OneByOne(platform, 'nautilus-database-test');
  const secrets = databaseSecrets();
  const name = 'nautilus-database-test-postgres';
  const clients: Client[] = [];

  const place = () => ({
    host: '127.0.0.1',
    port: host.port('postgres', 5432),
    user: database.user,
    database: database.name,
  });

  const connect = async (user: string = database.user, password = secrets[secretFiles.postgres]!): Promise<Client> => {
    const client = new Client({
      ...place(),
      user,
      password,
      application_name: 'database-test',
    });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const hangUp = async () => {
    await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  };
  const one = async <T>(client: Client, query: string): Promise<T> =>
    Object.values((await client.query(query)).rows[0] as object)[0] as T;
  /** What a program inside the container prints, as the container's own user. */
  const inside = async (...command: string[]) => {
    const { exitCode, output } = await host.client.exec(name, command, 120_000);
    if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${output}`);
    return output.trim();
  };
  const asSuperuser = (sql: string) =>
    inside('psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'postgres', '-d', database.name, '-c', sql);

  beforeAll(async () => {
    host.remove();
    const image = host.build('postgres');
    host.writeSecrets(image, secrets);
    host.start('foundation', 'postgres', image, [
      ...['--hostname', 'postgres', '--publish', '127.0.0.1::5432', '--publish', '127.0.0.1::9187'],
    ]);
    await host.healthy('foundation', 'postgres');
  });
  afterEach(hangUp);
  afterAll(() => host.remove());

  test('every setting is read back as it was given', async () => {
    const client = await connect();
    const { command } = platform.stack('foundation').resource.docker_container!.postgres as { command: string[] };
    const wanted = command
      .filter((word) => word.includes('='))
      .map(
        (word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1).replace('%%{', '%{')] as const,
      );
    const libraries = await one<string>(client, `SELECT current_setting('shared_preload_libraries')`);
    const differing: string[] = [];
    for (const [setting, value] of wanted) {
      const live = await one<string>(client, `SELECT current_setting('${setting}')`);
      if (live !== value && live !== `${value}B`) differing.push(`${setting}: ${value} became ${live}`);
    }
    expect(differing).toEqual([]);
    process.stdout.write(`${wanted.length} settings read back equal; libraries: ${libraries}\n`);
    expect(libraries).toContain('pg_stat_statements');
    // The platform's role may not read these; all others come from the command line.
    const elsewhere = await client.query(
      `SELECT name FROM pg_settings WHERE name = ANY($1) AND source <> 'command line'`,
      [wanted.map(([setting]) => setting)],
    );
    expect(elsewhere.rows).toEqual([]);
  });

  test('each role has what it needs and no more', async () => {
    const ticks = await connect(databaseRoles.ticks);
    expect(await one(ticks, 'SHOW synchronous_commit')).toBe('off');
    await ticks.query('CREATE TABLE market.ticks (at timestamptz, price numeric)');
    await expect(ticks.query('CREATE SCHEMA trading')).rejects.toThrow('permission denied');
    const owner = await connect();
    expect(await one(owner, 'SHOW synchronous_commit')).toBe('on');
    await owner.query('SELECT * FROM market.ticks');
    await owner.query('SELECT pg_stat_statements_reset()');
    await owner.query('CREATE TABLE public.orders_of_a_test (id int)');
    const exporter = await connect(databaseRoles.exporter, secrets[secretFiles.postgresExporter]);
    await expect(exporter.query('SELECT * FROM public.orders_of_a_test')).rejects.toThrow('permission denied');
    await expect(exporter.query('CREATE TEMPORARY TABLE t (id int)')).rejects.toThrow(/permission denied|read-only/);
    await owner.query('DROP TABLE public.orders_of_a_test');
    const roles = await asSuperuser(
      `SELECT rolname || ' ' || array_to_string(setconfig, ' ') FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole ORDER BY 1`,
    );
    expect(roles.split('\n')).toEqual([
      'nautilus_ticks synchronous_commit=off',
      'postgres_exporter statement_timeout=5s default_transaction_read_only=on',
    ]);
  });

  test('at its stated worst case it stays within its limit, and no session is lost', async () => {
    const input = postgresInput(profile);
    const stated = postgresWorstCase(input);
    const active = 4;
    const sessions = await Promise.all(Array.from({ length: profile.workload.connections }, () => connect()));
    const setUp = sessions[0]!;
    await setUp.query(`
      CREATE TABLE facts AS SELECT i AS id, i % 1000003 AS k, repeat('x', 40) AS note FROM generate_series(1, 800000) i;
      ANALYZE facts;`);
    // Each session has read the catalogue and the table once, as one that works has.
    for (const session of sessions) {
      await session.query('SELECT count(*) FROM information_schema.columns');
      await session.query('SET max_parallel_workers_per_gather = 0');
      await session.query('SELECT sum(k) FROM facts');
      await session.query('RESET max_parallel_workers_per_gather');
    }
    const pids = await Promise.all(sessions.map((session) => one<number>(session, 'SELECT pg_backend_pid()')));

    const peak = watchMemory(name);
    const joins = `SELECT count(*), max(a.note) FROM facts a JOIN facts b ON a.id = b.k JOIN facts c ON b.id = c.k JOIN facts d ON c.id = d.k`;
    const hash =
      'SET enable_mergejoin = off; SET enable_nestloop = off; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0';
    const plan = await sessions[1]!.query(`${hash}; EXPLAIN ${joins}`).then((results) => {
      const last = (results as unknown as { rows: Record<string, string>[] }[]).at(-1)!;
      return last.rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan.match(/Hash Join/g)!.length).toBeGreaterThanOrEqual(3);
    expect(plan).toContain('Parallel Hash');
    await Promise.all([
      ...sessions.slice(1, 1 + active).map(async (session) => {
        await session.query(hash);
        await session.query(joins);
      }),
      ...sessions
        .slice(1 + active, 4 + active)
        .map((session) => session.query('VACUUM (ANALYZE) facts').catch(() => undefined)),
      setUp.query('CREATE INDEX ON facts (k, id)'),
    ]);
    const { unreclaimable, usage } = await peak();

    const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    process.stdout.write(
      `limit ${input.limit}, stated worst case ${stated.total}; ${sessions.length} sessions, ${active} with parallel hash joins of 3 hashes each, an index build and vacuums: processes and shared memory took ${mebibytes(unreclaimable)} at most, ${mebibytes(usage)} with the page cache\n`,
    );
    expect(await Promise.all(sessions.map((session) => one<number>(session, 'SELECT pg_backend_pid()')))).toEqual(pids);
    expect(await host.log('postgres')).not.toMatch(/terminated by signal|could not resize shared memory|out of memory/);
    expect(unreclaimable).toBeGreaterThan(0);
    expect(unreclaimable).toBeLessThanOrEqual(stated.total.bytes);
    expect(usage).toBeLessThanOrEqual(input.limit.bytes);
    await setUp.query('DROP TABLE facts');
  });

  test('the exporter is healthy without any table and counts what the engines write', async () => {
    const image = host.build('postgres-exporter');
    host.start('monitoring', 'postgres-exporter', image, ['--network', `container:${name}`]);
    await host.healthy('monitoring', 'postgres-exporter');
    const read = async () => {
      const reply = await fetch(`http://127.0.0.1:${host.port('postgres', 9187)}/metrics`);
      return (await reply.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    };
    const first = await read();
    expect(first).toContainEqual(expect.stringMatching(/^pg_up\{.*\} 1$/));
    expect(first.filter((line) => line.startsWith('nautilus_database_orders'))).toEqual([]);
    expect(first.filter((line) => line.startsWith('pg_exporter_last_scrape_error'))).toEqual([
      expect.stringMatching(/ 0$/),
    ]);

    const passwordFile = path.join(temporaryFolder(), 'password');
    writeFileSync(passwordFile, secrets[secretFiles.postgres]!);
    const sink = new PostgresSink({ access: { ...place(), passwordFile }, owner: 'oms', journal: 'test', migrations });
    await sink.open();
    const trader = await connect();
    await trader.query(`INSERT INTO trading.orders (journal, order_id, client_order_id, account, symbol, side, type,
        time_in_force, quantity, status, filled_quantity, created_at, updated_at)
      SELECT 'test', i, 'c' || i, 'main', 'AAPL', 'buy', 'limit', 'day', 10,
        CASE WHEN i <= 3 THEN 'filled' ELSE 'live' END, 0, now(), now() FROM generate_series(1, 5) i`);
    await trader.query("SELECT trading.make_day('trading.executions', (now() AT TIME ZONE 'UTC')::date)");
    await trader.query(`INSERT INTO trading.executions (journal, execution_id, order_id, child_id, account, symbol, side,
        price, quantity, liquidity, time_ns, executed_at)
      VALUES ('test', 1, 1, 1, 'main', 'AAPL', 'buy', 585.33, 10, 'taker', 1, now())`);
    await sink.write([], 42, false);
    await sink.close();

    // Some answers are kept for half a minute.
    let lines: string[] = [];
    do {
      await delay(1000);
      lines = await read();
    } while (!lines.some((line) => line.startsWith('nautilus_database_orders')));
    const value = (metric: string, ...labels: string[]) => {
      const found = lines.find(
        (line) => line.startsWith(`${metric}{`) && labels.every((label) => line.includes(label)),
      );
      return found && Number(found.split(' ').at(-1));
    };
    expect(value('nautilus_database_orders_recent', 'status="filled"', 'env="ci"', 'platform="any"')).toBe(3);
    expect(value('nautilus_database_orders_recent', 'status="live"')).toBe(2);
    expect(value('nautilus_database_write_behind_records', 'owner="oms"', 'journal="test"')).toBe(42);
    while (value('nautilus_database_executions_recent_notional') === undefined) {
      await delay(1000);
      lines = await read();
    }
    expect(value('nautilus_database_executions_recent_notional', 'side="buy"', 'liquidity="taker"')).toBeCloseTo(
      5853.3,
    );
    while (value('nautilus_database_table_bytes', 'table="trading.orders"') === undefined) {
      await delay(1000);
      lines = await read();
    }
    const names = new Set(lines.map((line) => line.split(/[{ ]/)[0]));
    expect(databaseMetrics.filter((metric) => !names.has(metric))).toEqual([]);
    expect(
      JSON.stringify(execFileSync('docker', ['inspect', 'nautilus-database-test-postgres-exporter']).toString()),
    ).not.toContain(secrets[secretFiles.postgresExporter]);
  });

  test('a password changes while sessions go on; what died half way is undone by the next start', async () => {
    const before = await connect();
    const fresh = newSecret();
    const file = secretFiles.postgres;
    const passwordFile = path.join(temporaryFolder(), 'password');
    writeFileSync(passwordFile, secrets[file]!);
    const sink = new PostgresSink({
      access: { ...place(), passwordFile },
      owner: 'oms',
      journal: 'rotation',
      migrations,
    });
    await sink.open();
    host.writeSecrets(profile.images.postgres, { [`${file}.next`]: fresh });
    await inside(...passwordChange.postgres.argv);
    expect(await one(before, 'SELECT 1')).toBe(1);
    await expect(connect(database.user, secrets[file])).rejects.toThrow('password authentication failed');
    await expect(connect(databaseRoles.ticks, secrets[file])).rejects.toThrow('password authentication failed');
    expect(await one(await connect(database.user, fresh), 'SELECT 1')).toBe(1);
    expect(await one(await connect(databaseRoles.ticks, fresh), 'SELECT 1')).toBe(1);
    // An engine's session goes on as well, and its next one finds the new password in the file.
    await sink.write([], 1, false);
    await sink.close();
    writeFileSync(passwordFile, fresh);
    expect(await sink.open()).toBe(1);
    await sink.close();
    await hangUp();

    host.restart('postgres');
    await host.healthy('foundation', 'postgres');
    expect(await one(await connect(database.user, secrets[file]), 'SELECT 1')).toBe(1);
    const log = await host.log('postgres');
    const verifiers = await asSuperuser(
      `SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%SCRAM-SHA-256%' OR query LIKE '%${fresh}%' AND query NOT LIKE '%pg_stat_statements%'`,
    );
    for (const secret of [fresh, ...Object.values(secrets), 'SCRAM-SHA-256$']) expect(log).not.toContain(secret);
    expect(verifiers).toBe('0');
  });

  test('a volume that an earlier release left is made what this one needs', async () => {
    await asSuperuser(`DROP SCHEMA nautilus_monitoring CASCADE; DROP SCHEMA market CASCADE; DROP OWNED BY nautilus_ticks, postgres_exporter;
      DROP ROLE nautilus_ticks; DROP ROLE postgres_exporter; DROP EXTENSION pg_stat_statements; REVOKE pg_monitor FROM nautilus`);
    await inside(
      'sh',
      '-c',
      'sed -i "/^operator/d" "$PGDATA/pg_ident.conf"; sed -i "s/ map=operator//" "$PGDATA/pg_hba.conf"',
    );
    const rows = await asSuperuser('SELECT count(*) FROM trading.orders');
    host.restart('postgres');
    await host.healthy('foundation', 'postgres');
    const exporter = await connect(databaseRoles.exporter, secrets[secretFiles.postgresExporter]);
    expect(await one(exporter, 'SELECT count(*) FROM nautilus_monitoring.tables()')).not.toBe('0');
    expect(await one(await connect(databaseRoles.ticks), 'SHOW synchronous_commit')).toBe('off');
    expect(
      await inside(
        'psql',
        '-XAtq',
        '-U',
        database.user,
        '-d',
        database.name,
        '-c',
        'SELECT count(*) FROM trading.orders',
      ),
    ).toBe(rows);
  });

  test('killed, it recovers before anybody can connect', async () => {
    const client = await connect();
    await client.query('CREATE TABLE public.kept (id int); INSERT INTO public.kept VALUES (1)');
    execFileSync('docker', ['kill', name]);
    execFileSync('docker', ['start', name]);
    await host.healthy('foundation', 'postgres');
    expect(await one(await connect(), 'SELECT id FROM public.kept')).toBe(1);
  });

  test('no secret is in its configuration or in the processes of the container', async () => {
    const places = [
      execFileSync('docker', ['inspect', name]).toString(),
      await inside('sh', '-c', 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" " "'),
    ];
    for (const place of places) for (const secret of Object.values(secrets)) expect(place).not.toContain(secret);
  });
});

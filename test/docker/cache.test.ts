import { setTimeout as delay } from 'node:timers/promises';
import { cacheMemory, loadProfile, secretFiles } from '@nautilus/config';
import { redisWorstCase } from '@nautilus/constructs';
import Redis from 'ioredis';
import { enginePasswordChange, exporterPasswordChange } from '../../constructs/cache/rotation';
import { synthesis } from '../synth/support/synthesis';
import { watchMemory } from './memory-watch';
import { docker, missingForOneByOne, newSecret, OneByOne } from './one-container';

const profile = loadProfile('ci');
const missing = missingForOneByOne([profile.images.redis, profile.images['redis-exporter']]);
if (missing) process.stderr.write(`the cache's container cannot be tried here: ${missing}\n`);
const rung = missing ? describe.skip : describe;
jest.setTimeout(600_000);

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const say = (line: string) => process.stdout.write(`${line}\n`);

const BATCH = 500;
/** As the order system writes one, less what does not matter for its size. */
const order = (number: number) => ({
  orderId: number,
  clientOrderId: `client-order-${number}`,
  account: 'main',
  symbol: 'AAPL',
  side: 'buy',
  type: 'limit',
  timeInForce: 'day',
  quantity: 1000,
  limitPrice: '585.9500',
  status: 'filled',
  filledQuantity: 1000,
  leftQuantity: 0,
  averagePrice: '585.95123456',
  createdAt: '2026-11-22T08:00:00.000Z',
  updatedAt: stamp(0),
});
/** Of the same length at every round, so that an update stays in its place. */
const stamp = (round: number) => `round-${String(round).padStart(18, '0')}`;

/** One cache lives through these tests, in their order. */
rung('the cache of profile ci in its container', () => {
  const platform = synthesis(profile);
  const prefix = 'nautilus-cache-test';
  const name = `${prefix}-redis`;
  const host = new OneByOne(platform, prefix);
  const secrets: Record<string, string> = {
    [secretFiles.redis]: newSecret(),
    [secretFiles.redisExporter]: newSecret(),
  };
  const input = { limit: profile.services.redis!.claim.memory.limit, clients: profile.workload.cacheClients };
  let client: Redis;
  let orders = 0;
  let round = 0;
  /** What the server has acknowledged of each order, by its number. */
  const rounds: number[] = [];

  const connect = async (options: { username?: string; password?: string } = {}) => {
    const redis = new Redis({
      port: host.port('redis', 6379),
      password: secrets[secretFiles.redis],
      lazyConnect: true,
      retryStrategy: () => null,
      ...options,
    });
    redis.on('error', () => undefined);
    await redis.connect();
    return redis;
  };
  const info = async (field: string) =>
    new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(await client.info('everything'))?.[1] ?? 'absent';
  const state = () =>
    docker('inspect', '--format', '{{.State.OOMKilled}} {{.State.Running}} {{.RestartCount}} {{.State.Pid}}', name);
  const intoSecrets = (script: string) =>
    docker(
      ...['run', '--rm', '--user', '0', '--volume', `${prefix}-${profile.project}-secrets:/secrets`],
      ...['--workdir', '/secrets', '--entrypoint', 'sh', profile.images.redis, '-c', script],
    );

  beforeAll(async () => {
    host.remove();
    host.writeSecrets(profile.images.redis, secrets);
    host.start('foundation', 'redis', profile.images.redis, ['--publish', '127.0.0.1::6379']);
    await host.healthy('foundation', 'redis');
    client = await connect();
  });
  afterAll(() => {
    client?.disconnect();
    host.remove();
  });

  test('every setting is read back as it was declared', async () => {
    const declared = platform.manifest.services
      .find((service) => service.name === 'redis')!
      .expectations.filter(({ subject }) => subject === 'redis');
    expect(declared.length).toBeGreaterThan(30);
    const differing: string[] = [];
    for (const { setting, value } of declared) {
      const [, live] = (await client.config('GET', setting)) as [string, string];
      const wanted = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
      if (live !== wanted) differing.push(`${setting}: ${wanted} became ${live}`);
    }
    expect(differing).toEqual([]);
    say(`cache: ${declared.length} settings read back equal`);
  });

  test('no password is in the description of the container, on its command line or in its environment', async () => {
    const seen = [
      docker('inspect', name),
      docker('top', name, '-eo', 'pid,args'),
      (await host.client.exec(name, ['sh', '-c', 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ'])).output,
      await host.log('redis'),
    ].join('\n');
    expect(seen).toContain('redis-server');
    for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret);
  });

  test('a full cache refuses the next order and keeps those that it has', async () => {
    let refusal = '';
    while (refusal === '') {
      const pipeline = client.pipeline();
      for (let number = orders + 1; number <= orders + BATCH; number++)
        pipeline.hset(`orders:${number}`, order(number));
      for (const [error] of (await pipeline.exec())!) {
        if (error) refusal ||= error.message;
        else if (refusal === '') rounds[++orders] = 0;
      }
    }
    expect(refusal).toMatch(/^OOM command not allowed/);
    // Some of the batch may have found room again: they are not part of what follows.
    const beyond = Array.from({ length: BATCH }, (_, step) => `orders:${orders + 1 + step}`);
    await client.unlink(...beyond);
    expect(await client.dbsize()).toBe(orders);
    expect(await info('evicted_keys')).toBe('0');
    const used = Number(await info('used_memory'));
    const { data } = cacheMemory(input);
    expect(used).toBeGreaterThan(data.bytes * 0.97);
    say(`cache: full with ${orders} orders, ${mebibytes(used)} of maxmemory ${mebibytes(data.bytes)}`);
  });

  /** Redis rewrites its file by itself when it has doubled, which filling it has done. */
  const untilNoChild = async () => {
    await client.config('SET', 'auto-aof-rewrite-percentage', '0');
    while ((await info('rdb_bgsave_in_progress')) === '1' || (await info('aof_rewrite_in_progress')) === '1')
      await delay(100);
  };

  const untilDone = async (running: string) => {
    let accepted = 0;
    let refused = 0;
    do {
      round++;
      for (let first = 1; first <= orders; first += BATCH) {
        const last = Math.min(orders, first + BATCH - 1);
        const pipeline = client.pipeline();
        for (let number = first; number <= last; number++) pipeline.hset(`orders:${number}`, 'updatedAt', stamp(round));
        for (const [step, [error]] of (await pipeline.exec())!.entries()) {
          if (error) refused++;
          else {
            accepted++;
            rounds[first + step] = round;
          }
        }
      }
    } while ((await info(running)) === '1');
    return { accepted, refused };
  };

  test.each([
    ['BGSAVE', 'rdb_bgsave_in_progress', 'rdb_last_cow_size', 'rdb_last_bgsave_status'],
    ['BGREWRITEAOF', 'aof_rewrite_in_progress', 'aof_last_cow_size', 'aof_last_bgrewrite_status'],
  ])('%s of the full cache while all of it changes stays inside the limit', async (command, running, copied, status) => {
    // A little room for the writes themselves; the child takes its time, so that every page changes under it.
    const spare = Array.from({ length: Math.ceil(orders / 100) }, () => `orders:${orders--}`);
    await client.unlink(...spare);
    rounds.length = orders + 1;
    await untilNoChild();
    await client.config('SET', 'rdb-key-save-delay', '30');
    const before = state();
    await client.call(command);
    const stop = watchMemory(name);
    const { accepted, refused } = await untilDone(running).catch(async (error: Error) => {
      await stop();
      throw error;
    });
    const peak = await stop();
    expect(await info(status)).toBe('ok');
    expect(state()).toBe(before);
    expect(before).toMatch(/^false true 0 /);
    const { limit } = input;
    const worst = redisWorstCase(input).total;
    const copy = Number(await info(copied));
    const used = Number(await info('used_memory'));
    say(
      `cache: ${command} of ${mebibytes(used)}, ${accepted} writes taken and ${refused} refused meanwhile: ${mebibytes(copy)} copied, peak ` +
        `${mebibytes(peak.unreclaimable)} (${(peak.unreclaimable / used).toFixed(2)} times the data; worst case ${worst}, limit ${limit})`,
    );
    expect(accepted).toBeGreaterThan(orders);
    // Otherwise this test would prove nothing.
    expect(copy).toBeGreaterThan(used * 0.7);
    expect(peak.unreclaimable).toBeLessThanOrEqual(worst.bytes);
    expect(await client.dbsize()).toBe(orders);
  });

  const differingOrders = async () => {
    const differing: number[] = [];
    for (let first = 1; first <= orders; first += BATCH) {
      const last = Math.min(orders, first + BATCH - 1);
      const pipeline = client.pipeline();
      for (let number = first; number <= last; number++) pipeline.hmget(`orders:${number}`, 'orderId', 'updatedAt');
      for (const [step, [, reply]] of (await pipeline.exec())!.entries()) {
        const number = first + step;
        const [id, updatedAt] = reply as [string, string];
        if (id !== String(number) || updatedAt !== stamp(rounds[number]!)) differing.push(number);
      }
    }
    return differing;
  };

  test('every order is as it was last acknowledged, also after a restart', async () => {
    expect(await differingOrders()).toEqual([]);
    client.disconnect();
    host.restart('redis');
    await host.healthy('foundation', 'redis');
    client = await connect();
    expect(await client.dbsize()).toBe(orders);
    expect(await differingOrders()).toEqual([]);
  });

  test('the exporter counts keys by kind in a few series, and may read no value', async () => {
    const address = docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', name);
    host.start('monitoring', 'redis-exporter', profile.images['redis-exporter'], [
      ...['--publish', '127.0.0.1::9121', '--add-host', `${profile.project}-redis:${address}`],
    ]);
    await host.healthy('monitoring', 'redis-exporter');
    const scraped = await fetch(`http://127.0.0.1:${host.port('redis-exporter', 9121)}/metrics`);
    const metrics = (await scraped.text()).split('\n');
    expect(metrics).toContain('redis_up 1');
    expect(metrics).toContain(`redis_key_group_count{db="db0",key_group="orders"} ${orders}`);
    expect(metrics.filter((line) => line.startsWith('redis_key_group_count{'))).toHaveLength(1);
    expect(metrics.length).toBeLessThan(2000);
    const [, took] = metrics.find((line) => line.startsWith('redis_last_key_groups'))!.split(' ');
    say(
      `cache: the exporter counted ${orders} keys in ${took} ms, ${metrics.filter((line) => /^\w/.test(line)).length} series`,
    );

    const exporter = await connect({ username: 'exporter', password: secrets[secretFiles.redisExporter] });
    const forbidden: [string, ...string[]][] = [
      ['HGETALL', 'orders:1'],
      ['SET', 'x', '1'],
      ['CONFIG', 'SET', 'maxmemory', '0'],
      ['FLUSHALL'],
      ['EVAL', "return redis.call('HGETALL', 'orders:1')", '0'],
    ];
    for (const command of forbidden)
      await expect(exporter.call(...command)).rejects.toThrow(/NOPERM|can't run this command/);
    exporter.disconnect();
  });

  test('a password changes while sessions go on, and only the new one is taken', async () => {
    const file = secretFiles.redis;
    const old = secrets[file]!;
    secrets[file] = newSecret();
    intoSecrets(`umask 0333; printf %s '${secrets[file]}' > ${file}.next; chmod 0444 ${file}.next`);
    const change = () => host.client.exec(name, enginePasswordChange.argv);
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(await client.ping()).toBe('PONG');
    await expect(connect({ password: old })).rejects.toThrow();
    (await connect()).disconnect();
    await host.healthy('foundation', 'redis');
    // Run again it does no harm, before the new file takes its place and after.
    expect(await change()).toMatchObject({ exitCode: 0 });
    intoSecrets(`mv ${file}.next ${file}`);
    expect(await change()).toMatchObject({ exitCode: 0 });
    (await connect()).disconnect();
    expect(await client.ping()).toBe('PONG');
    await host.healthy('foundation', 'redis');
  });

  test("the exporter's password changes in Redis, and a restart of the exporter finds it", async () => {
    const file = secretFiles.redisExporter;
    secrets[file] = newSecret();
    intoSecrets(`umask 0333; printf %s '${secrets[file]}' > ${file}.next; chmod 0444 ${file}.next`);
    expect(exporterPasswordChange).toMatchObject({ service: 'redis', afterwards: { how: 'restart' } });
    expect(await host.client.exec(name, exporterPasswordChange.argv)).toMatchObject({ exitCode: 0 });
    intoSecrets(`mv ${file}.next ${file}`);
    host.restart('redis-exporter');
    await host.healthy('monitoring', 'redis-exporter');
    const scraped = await fetch(`http://127.0.0.1:${host.port('redis-exporter', 9121)}/metrics`);
    expect((await scraped.text()).split('\n')).toContain('redis_up 1');
    expect(await client.ping()).toBe('PONG');
  });
});

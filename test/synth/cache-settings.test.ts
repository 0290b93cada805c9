import { cachePolicy, loadProfile, MemorySize } from '@nautilus/config';
import { redisExporterScrape, redisWorstCase, tuneRedis } from '@nautilus/constructs';
import * as fc from 'fast-check';
import { profiles, synthesis } from './support/synthesis';

const settingOf = (settings: ReturnType<typeof tuneRedis>, name: string) =>
  settings.find((setting) => setting.name === name)!.value;

describe('memory', () => {
  /** What was measured: data twice with what the allocator wastes, and the buffers that maxmemory does not hold. */
  const needed = (limit: MemorySize, clients: number) => {
    const settings = tuneRedis({ limit, clients });
    const data = (settingOf(settings, 'maxmemory') as MemorySize).bytes;
    return { data, needed: data * 2.05 + (settingOf(settings, 'maxmemory-clients') as MemorySize).bytes };
  };

  test('a snapshot of a full cache fits its container, whatever its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 65_536 }), fc.integer({ min: 10, max: 65_000 }), (mebibytes, clients) => {
        const limit = MemorySize.mebibytes(mebibytes);
        const { total } = redisWorstCase({ limit, clients });
        expect(needed(limit, clients).needed).toBeLessThan(total.bytes);
        // /tmp and /dev/shm have 1 MiB each.
        expect(total.bytes).toBeLessThanOrEqual(limit.bytes - 2 * 2 ** 20);
      }),
    );
  });

  test('a cache of 6 GiB holds between 40 and 45 % of it', () => {
    const limit = MemorySize.gibibytes(6);
    const { data } = needed(limit, 65_000);
    expect(data / limit.bytes).toBeGreaterThan(0.4);
    expect(data / limit.bytes).toBeLessThan(0.45);
  });

  test('a container that has no room for orders is refused', () => {
    expect(() => tuneRedis({ limit: MemorySize.mebibytes(64), clients: 100 })).toThrow(
      expect.objectContaining({ code: 'NAUT_CACHE_TOO_SMALL' }),
    );
  });
});

describe('what the platform keeps', () => {
  test('a million orders, half a million positions and a day of trades where they fit', () => {
    expect(cachePolicy({ limit: MemorySize.gibibytes(6), clients: 65_000 })).toMatchObject({
      orders: 1_000_000,
      positions: 500_000,
      tradeSeconds: 86_400,
    });
  });

  test('never more than fits: 829, 297 and 369 bytes a record were measured', () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 65_536 }), fc.integer({ min: 10, max: 65_000 }), (mebibytes, clients) => {
        const room = { limit: MemorySize.mebibytes(mebibytes), clients };
        const { orders, positions, trades } = cachePolicy(room);
        const bytes = orders * 829 + positions * 297 + trades * 369;
        expect(bytes).toBeLessThan((settingOf(tuneRedis(room), 'maxmemory') as MemorySize).bytes);
        expect(Math.min(orders, positions, trades)).toBeGreaterThan(0);
      }),
    );
  });

  test('who keeps orders or positions gets the figures of its profile, and nobody else does', () => {
    const { profile, stack } = synthesis('ci');
    const containers = stack('trading').resource.docker_container!;
    const configurationOf = (engine: string) => {
      const variable = (containers[engine]!.env as string[]).find((line) =>
        line.startsWith('NAUTILUS_CONFIGURATION='),
      )!;
      return JSON.parse(variable.slice(variable.indexOf('=') + 1)) as { redis?: { keep: object } };
    };
    const { limit } = profile.services.redis!.claim.memory;
    const kept = cachePolicy({ limit, clients: profile.workload.cacheClients });
    for (const engine of ['oms', 'pms']) expect(configurationOf(engine).redis!.keep).toEqual(kept);
    expect(configurationOf('ems').redis).toBeUndefined();
  });
});

test('65,000 clients get the files that they need, and the kernel takes as many in its queue', () => {
  const redis = synthesis('m4-max-128gb').stack('foundation').resource.docker_container!.redis!;
  expect(redis.ulimit).toEqual([{ name: 'nofile', soft: 65_032, hard: 65_032 }]);
  expect(redis.sysctls).toEqual({ 'net.core.somaxconn': '65000' });
});

test('each setting that the requirements give differently says why', () => {
  const settings = tuneRedis({ limit: MemorySize.gibibytes(6), clients: 1000 });
  const differing = settings.filter(({ requirement }) => requirement).map(({ name }) => name);
  expect(differing.sort()).toEqual(['hash-max-listpack-entries', 'maxclients', 'maxmemory', 'tcp-backlog']);
  const asked = tuneRedis({ limit: MemorySize.gibibytes(6), clients: 65_000 });
  expect(asked.filter(({ requirement }) => requirement).map(({ name }) => name)).not.toContain('maxclients');
});

test('the exporter names key groups, never single keys', () => {
  const exporter = synthesis('ci').stack('monitoring').resource.docker_container!['redis-exporter']!;
  const words = JSON.stringify([exporter.command, exporter.env]);
  expect(words).toContain('--check-key-groups=');
  expect(words).toContain('--max-distinct-key-groups=1000');
  expect(words).not.toMatch(/check-(single-)?keys=|CHECK_KEYS/);
});

test.each(profiles)('in profile %s counting keys leaves Redis four fifths of its time, and ends in time', (name) => {
  const profile = loadProfile(name);
  const { interval, timeout } = redisExporterScrape(profile);
  const { orders, positions, trades } = cachePolicy({
    limit: profile.services.redis!.claim.memory.limit,
    clients: profile.workload.cacheClients,
  });
  // 5 µs a key, of which an order has two.
  const takes = (2 * orders + positions + trades) * 0.005;
  expect(interval.milliseconds).toBeGreaterThanOrEqual(5 * takes);
  expect(timeout.milliseconds).toBeGreaterThan(takes);
  expect(timeout.milliseconds).toBeLessThanOrEqual(interval.milliseconds);
  // Prometheus forgets a series after five minutes.
  expect(interval.milliseconds).toBeLessThanOrEqual(120_000);
});

test('no password is an argument or a variable: Redis and its exporter read files', () => {
  const { stack } = synthesis('ci');
  const redis = stack('foundation').resource.docker_container!.redis!;
  const exporter = stack('monitoring').resource.docker_container!['redis-exporter']!;
  expect(redis.env ?? []).toEqual([]);
  expect(exporter.env).toEqual(
    expect.arrayContaining(['REDIS_USER=exporter', 'REDIS_PASSWORD_FILE=/tmp/passwords.json']),
  );
  expect(redis.group_add).toEqual(['10103', '10104']);
  expect(exporter.group_add).toEqual(['10104']);
});

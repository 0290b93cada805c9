import {
  dockerPlacement,
  type EngineName,
  engineNames,
  engineSettings,
  loadProfile,
  localPlacement,
} from '@nautilus/config';
import { onLaptop } from './profile-file';

const ci = loadProfile('ci');

describe('the configuration of an engine', () => {
  test('in Docker names the other engines by their containers', () => {
    const oms = engineSettings(ci, 'oms', dockerPlacement(ci));
    expect(oms).toMatchObject({
      service: 'oms',
      host: '0.0.0.0',
      port: 9010,
      sharedMemory: '/run/nautilus/shm',
      dataDirectory: '/var/lib/nautilus',
      poll: 'sleep',
      postgres: { host: 'nautilus-ci-postgres', port: 5432, passwordFile: '/run/secrets/nautilus/postgres-password' },
      redis: { host: 'nautilus-ci-redis', port: 6379, passwordFile: '/run/secrets/nautilus/redis-password' },
    });
    expect(oms.peers).toEqual({});
  });

  test('knows only those that it asks: the API all, execution the market data', () => {
    const peers = (engine: EngineName) => engineSettings(ci, engine, dockerPlacement(ci)).peers;
    expect(peers('ems')).toEqual({ marketdata: 'http://nautilus-ci-marketdata:8800' });
    expect(Object.keys(peers('backend')).sort()).toEqual(engineNames.filter((name) => name !== 'backend').sort());
    expect(peers('frontend')).toEqual({ backend: 'http://nautilus-ci-backend:8001' });
  });

  const local = (options = {}) =>
    localPlacement(ci, { dataDirectory: '/data', secrets: '/secrets', sharedMemory: '/shm', ...options });

  test('without Docker lives on the loopback interface, each in a folder of its own, and has no cache', () => {
    const pms = engineSettings(ci, 'pms', local());
    const ems = engineSettings(ci, 'ems', local({ ports: { marketdata: 19_010 } }));
    expect(pms).toMatchObject({ host: '127.0.0.1', port: 9030, dataDirectory: '/data/pms', sharedMemory: '/shm' });
    expect(ems.peers.marketdata).toBe('http://127.0.0.1:19010');
    expect(pms.redis).toBeUndefined();
  });

  test('says the same about trading in both places, the place of the sample aside', () => {
    for (const engine of ['risk', 'oms', 'ems', 'pms'] as const)
      expect(engineSettings(ci, engine, local()).engine).toEqual(
        engineSettings(ci, engine, dockerPlacement(ci)).engine,
      );
    const feeds = [local(), dockerPlacement(ci)].map((placement) => {
      const [feed] = engineSettings(ci, 'marketdata', placement).engine.feeds as [{ file: string }];
      return feed.file;
    });
    expect(feeds[0]).toMatch(/engines\/marketdata\/data\/AAPL_2012-06-21_message_50_first40000\.csv\.gz$/);
    expect(feeds[1]).toBe('/app/data/AAPL_2012-06-21_message_50_first40000.csv.gz');
  });

  test('has a hash that changes with what the engine reads and with nothing else', () => {
    const hash = (line: string) => {
      const profile = loadProfile(onLaptop(line));
      return engineSettings(profile, 'pms', dockerPlacement(profile)).specHash;
    };
    const unchanged = hash('workload: { symbols: 7 }');
    expect(hash('services: { postgres: { claim: { cpus: 1 } } }')).toBe(unchanged);
    expect(hash('trading: { poll: spin }')).not.toBe(unchanged);
  });

  test('says how a journal is kept, with its keys where the secrets are', () => {
    const profile = loadProfile(
      onLaptop(
        'journals: { oms: { durability: always, snapshotEvery: 90s, encryption: true, retention: { size: 1GiB, age: 2d } } }',
      ),
    );
    const journal = (engine: EngineName, placement = dockerPlacement(profile)) =>
      (engineSettings(profile, engine, placement).engine as { journal: object }).journal;
    expect(journal('oms')).toEqual({
      durability: 'always',
      snapshot: { records: 1_000_000, seconds: 90 },
      retention: { snapshots: 2, bytes: 2 ** 30, ageMs: 172_800_000 },
      keyFile: '/run/secrets/nautilus/oms-journal-keys',
    });
    expect(journal('oms', local())).toMatchObject({ keyFile: '/secrets/oms-journal-keys' });
    expect(journal('pms')).toEqual({
      durability: 'batched',
      snapshot: { records: 1_000_000 },
      retention: { snapshots: 2 },
    });
  });

  test('a file of one’s own is not in the image', () => {
    const profile = loadProfile(onLaptop('trading: { feeds: [{ kind: lobster, file: mine.yaml, instrument: AAPL }] }'));
    expect(() => dockerPlacement(profile)).toThrow('which no image holds');
  });
});

import { CpuCores, Duration, loadProfile, MemorySize, type Profile } from '@nautilus/config';
import { prometheusInput, prometheusWorstCase, targetsOf, tunePrometheus } from '@nautilus/constructs';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { prometheusConfiguration } from '../../constructs/monitoring/configuration';
import { checkPrometheusFits } from '../../constructs/monitoring/worst-case';
import { profiles, synthesis } from './support/synthesis';

const input = (changes: object = {}) => ({
  limit: MemorySize.gibibytes(4),
  cpus: CpuCores.of(2),
  scrapeInterval: Duration.seconds(15),
  retention: Duration.parse('90d'),
  retentionSize: MemorySize.gibibytes(50),
  concurrentQueries: 100,
  connections: 512,
  series: { expected: 7500, limit: 28_000 },
  ...changes,
});

const setting = (name: string, of = input()) => {
  const { flags, variables } = tunePrometheus(of);
  return [...flags, ...variables].find((one) => one.name === name)!;
};

const withMonitoring = (monitoring: object, limit?: MemorySize): Profile => {
  const profile = loadProfile('ci');
  const prometheus = profile.services.prometheus!;
  const memory = limit ? { min: limit, limit, max: limit } : prometheus.claim.memory;
  return {
    ...profile,
    monitoring: { ...profile.monitoring, ...monitoring },
    services: { ...profile.services, prometheus: { ...prometheus, claim: { ...prometheus.claim, memory } } },
  };
};

describe('what the requirements ask for', () => {
  test('is what the largest profile has, and nothing is explained away there', () => {
    const { flags } = tunePrometheus(prometheusInput(loadProfile('m4-max-128gb')));
    const values = Object.fromEntries(flags.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({
      'storage.tsdb.retention.time': Duration.parse('90d'),
      'storage.tsdb.retention.size': MemorySize.gibibytes(50),
      'storage.tsdb.wal-compression': true,
      'query.max-concurrency': 100,
      'web.max-connections': 512,
    });
    expect(flags.filter(({ requirement }) => requirement)).toEqual([]);
  });

  test('is named with a reason where a profile has less', () => {
    const { flags } = tunePrometheus(prometheusInput(loadProfile('ci')));
    expect(flags.filter(({ requirement }) => requirement).map(({ name }) => name)).toEqual([
      'storage.tsdb.retention.time',
      'storage.tsdb.retention.size',
      'query.max-concurrency',
    ]);
  });
});

describe('retention', () => {
  test('says whether time or size ends it', () => {
    // 52,000 series every 15 s for 90 days are 27 thousand million samples: at 2 bytes each they are 50 GiB.
    const full = (expected: number) =>
      setting('storage.tsdb.retention.size', input({ series: { expected, limit: expected } })).reason;
    expect(full(51_000)).toContain('so the 90d end first');
    expect(full(53_000)).toContain('so the size ends them first');
  });

  test.each([
    [{ scrapeInterval: Duration.minutes(10) }, 'NAUT_SCRAPE_INTERVAL'],
    [{ scrapeInterval: Duration.milliseconds(100) }, 'NAUT_SCRAPE_INTERVAL'],
    [{ retention: Duration.seconds(0) }, 'NAUT_RETENTION'],
    [{ retentionSize: MemorySize.mebibytes(1) }, 'NAUT_RETENTION'],
  ])('%j is refused at synth: Prometheus would take it and do something else', (monitoring, code) => {
    expect(() => synthesis(withMonitoring(monitoring))).toThrow(expect.objectContaining({ code }));
  });
});

describe('memory', () => {
  test('series, connections and queries at their most stay within nine tenths of any container that is accepted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 128, max: 65_536 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 16, max: 10_000 }),
        fc.integer({ min: 100, max: 500_000 }),
        (mebibytes, concurrentQueries, connections, series) => {
          const limit = MemorySize.mebibytes(mebibytes);
          const of = input({ limit, concurrentQueries, connections, series: { expected: series / 2, limit: series } });
          try {
            checkPrometheusFits(of, { name: 'p', file: 'p.yaml' });
          } catch (error) {
            expect(error).toMatchObject({ code: 'NAUT_PROMETHEUS_TOO_SMALL' });
            return;
          }
          const { parts, total } = prometheusWorstCase(of);
          expect(total.bytes).toBeLessThanOrEqual(limit.bytes * 0.9);
          // Measured on a real server.
          expect(parts[1]!.size.bytes / series).toBeCloseTo(3.2 * 1024, -1);
        },
      ),
    );
  });

  test('a container that is too small is refused with the parts and what would be enough', () => {
    const small = withMonitoring({}, MemorySize.mebibytes(176));
    expect(() => synthesis(small)).toThrow(
      expect.objectContaining({
        code: 'NAUT_PROMETHEUS_TOO_SMALL',
        details: expect.arrayContaining([expect.stringMatching(/^\d+ series: \d+ MiB$/)]),
      }),
    );
    let enough = '';
    try {
      synthesis(small);
    } catch (error) {
      enough = /limit to (\d+) MiB/.exec((error as { fix: string }).fix)![1]!;
    }
    const repaired = withMonitoring({}, MemorySize.mebibytes(Number(enough)));
    expect(() => checkPrometheusFits(prometheusInput(repaired), repaired)).not.toThrow();
  });

  test("Go's collector and threads follow the container", () => {
    const of = input({ limit: MemorySize.mebibytes(256), cpus: CpuCores.of(0.5) });
    expect(setting('GOMEMLIMIT', of).value).toEqual(MemorySize.mebibytes(230));
    expect(setting('GOMAXPROCS', of).value).toBe(1);
  });
});

interface Written {
  readonly global: { readonly scrape_timeout: string };
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly sample_limit: number;
    readonly static_configs: readonly { readonly targets: readonly string[]; readonly labels: { service: string } }[];
  }[];
}

describe.each(profiles)('%s', (name) => {
  const profile = loadProfile(name);
  const { scrape_configs } = parse(prometheusConfiguration(profile)) as Written;

  test('every engine and exporter that is deployed is read at the port it listens on', () => {
    const read = scrape_configs.flatMap((job) =>
      job.static_configs.map(({ targets, labels }) => [labels.service, targets[0]]),
    );
    const expected = Object.values(profile.services)
      .filter(({ name: service }) => service !== 'postgres' && service !== 'redis')
      .map(({ name: service, port }) => [
        service,
        `${profile.project}-${service}:${service === 'nginx' ? 9113 : port.number}`,
      ]);
    expect(read.sort()).toEqual(expected.sort());
  });

  test('no target may export more than the memory was sized for', () => {
    const allowed = scrape_configs.reduce((sum, job) => sum + job.sample_limit * job.static_configs.length, 0);
    expect(prometheusInput(profile).series.limit).toBe(allowed + 5 * targetsOf(profile).length);
  });

  test('the container says what it may take, runs as nobody, and has no way to be stopped or changed over HTTP', () => {
    const { manifest, stack } = synthesis(name);
    const container = stack('monitoring').resource!.docker_container!.prometheus as unknown as {
      user: string;
      command: string[];
      mounts: { source: string; target: string }[];
    };
    expect(container.user).toBe('65534:65534');
    expect(container.mounts).toEqual([
      expect.objectContaining({ source: `${profile.project}-prometheus-data`, target: '/prometheus' }),
    ]);
    expect(container.command).toEqual(
      expect.arrayContaining(['--no-web.enable-lifecycle', '--no-web.enable-admin-api']),
    );
    const declared = manifest.services.find((service) => service.name === 'prometheus')!;
    expect(declared.expectations.filter(({ subject }) => subject === 'prometheus').length).toBe(12);
  });
});

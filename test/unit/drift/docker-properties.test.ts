import fc from 'fast-check';
import type { ManifestContainer, ManifestService } from '../../../manifest';
import type { ContainerDetail, ImageConfig } from '../../../operations/docker';
import { compareDocker } from '../../../operations/drift/docker';
import { deployed, type Writable } from './docker-engine';
import { manifestOf } from './manifest';

const mib = 2 ** 20;
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,7}$/);
const text = fc.string({ maxLength: 30 });
const path = fc.stringMatching(/^(\/[a-z]{1,5}){1,3}$/);
const count = fc.integer({ min: 1, max: 5_000 });
const variable = fc.stringMatching(/^[A-Z][A-Z_]{0,6}$/);
const texts = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string> = text) =>
  fc.dictionary(key, value, { maxKeys: 4 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const few = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(value, { maxLength: 3 });
const seconds = fc.integer({ min: 1, max: 59 }).map((number) => `${number}s`);
const capability = fc.constantFrom('CAP_NET_RAW', 'CAP_CHOWN', 'CAP_IPC_LOCK');

const memory = fc.tuple(count, count, count).map((sizes) => {
  const [min, limit, max] = sizes.toSorted((a, b) => a - b).map((size) => size * mib) as [number, number, number];
  return { minBytes: min, limitBytes: limit, maxBytes: max, worstCase: [] };
});

const address = fc.integer({ min: 10, max: 250 }).map((host) => `172.21.0.${host}`);

const container = (name: string, restart: string, network: boolean): fc.Arbitrary<ManifestContainer> =>
  fc
    .record({
      image: word.map((tag) => `nautilus-ci/${name}:${tag}`),
      env: texts(
        variable,
        fc.oneof(
          text,
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
      ),
      hostname: maybe(word),
      user: fc.constantFrom('', '10001:10001', 'postgres'),
      groups: few(count.map(String)),
      entrypoint: maybe(fc.array(text, { minLength: 1, maxLength: 3 })),
      command: maybe(fc.array(text, { minLength: 1, maxLength: 5 })),
      readOnly: fc.boolean(),
      privileged: fc.boolean(),
      init: fc.boolean(),
      securityOptions: fc.constantFrom<string[]>([], ['no-new-privileges:true']),
      capabilities: fc.record({ drop: fc.constantFrom<string[]>([], ['ALL']), add: few(capability) }),
      memory,
      memoryReservationBytes: maybe(count.map((size) => size * mib)),
      cpus: fc.integer({ min: 1, max: 64 }).map((quarters) => quarters / 4),
      cpuShares: maybe(fc.integer({ min: 2, max: 262_144 })),
      sharedMemoryBytes: maybe(count.map((size) => size * mib)),
      ulimits: few(count).map((limits) => limits.map((limit) => ({ name: `limit${limit}`, soft: limit, hard: limit }))),
      sysctls: texts(word.map((key) => `net.${key}`)),
      tmpfs: texts(path, fc.constantFrom('size=16m,mode=1777,noexec', 'size=1m')),
      volumes: fc
        .uniqueArray(fc.record({ volume: word, path, readOnly: fc.boolean() }), {
          maxLength: 3,
          selector: (one) => one.path,
        })
        .map((volumes) => volumes.map((one) => ({ ...one, volume: `nautilus-ci-${one.volume}` }))),
      address,
      aliases: few(word),
      published: fc
        .uniqueArray(count, { maxLength: 3 })
        .map((ports) => ports.map((port) => ({ address: '127.0.0.1', port: port + 1, target: port }))),
      health: maybe(
        fc.record({
          test: fc.array(text, { minLength: 1, maxLength: 4 }).map((argv) => ['CMD', ...argv]),
          interval: seconds,
          timeout: seconds,
          startPeriod: fc.constantFrom('0s', '30s', '1m0s', '1h0m0s'),
          retries: count,
        }),
      ),
      stopTimeoutSeconds: maybe(count),
      logOptions: texts(word),
      spec: fc.stringMatching(/^[0-9a-f]{12}$/),
    })
    .map(({ address: at, aliases, logOptions, spec, ...asked }) => ({
      ...asked,
      name,
      stack: 'trading',
      container: `nautilus-ci-${name}`,
      labels: {
        'io.nautilus.project': 'nautilus-ci',
        'io.nautilus.service': name,
        'io.nautilus.spec': spec,
        'io.nautilus.stack': 'trading',
      },
      memorySwapBytes: asked.memory.limitBytes,
      network: network ? { name: 'nautilus-ci-network', address: at, aliases } : undefined,
      restart,
      log: { driver: 'json-file', options: logOptions },
    }));

const service = container('risk', 'unless-stopped', true).map(
  (asked): ManifestService => ({
    ...asked,
    port: 8200,
    address: asked.network!.address,
    priority: 'high',
    policy: 'adaptive',
    expectations: [],
  }),
);

const image: fc.Arbitrary<ImageConfig> = fc.record({
  User: fc.constantFrom('', 'node', '0'),
  Env: fc.option(texts(variable).map((env) => Object.entries(env).map(([name, value]) => `${name}=${value}`))),
  Cmd: fc.option(fc.array(text, { minLength: 1, maxLength: 3 })),
  Entrypoint: fc.option(fc.array(text, { minLength: 1, maxLength: 3 })),
  WorkingDir: fc.constantFrom('', '/app', '/'),
  Labels: fc.option(texts(word)),
  Healthcheck: fc.option(
    fc.record({ Test: fc.array(text, { minLength: 1 }).map((argv) => ['CMD', ...argv]), Interval: fc.constant(5e9) }),
  ),
  StopSignal: fc.constantFrom('', 'SIGINT'),
  Volumes: fc.option(
    fc.uniqueArray(path, { maxLength: 2 }).map((paths) => Object.fromEntries(paths.map((one) => [one, {}]))),
  ),
});

const platform = fc
  .record({
    risk: service,
    secrets: container('secrets', 'no', false),
    image,
    reserved: texts(word, address),
    options: texts(word),
  })
  .map(({ risk, secrets, image: config, reserved, options }) => {
    const base = manifestOf();
    const manifest = manifestOf({
      network: {
        ...base.network,
        reserved,
        options,
        labels: { 'io.nautilus.project': 'nautilus-ci' },
      },
      services: [risk],
      oneShots: [secrets],
      volumes: [...new Set([...risk.volumes, ...secrets.volumes].map(({ volume }) => volume))].map((name) => ({
        name,
        stack: 'storage',
        purpose: 'state',
        kept: true,
        driver: 'local',
        options,
        labels: { 'io.nautilus.project': 'nautilus-ci' },
      })),
    });
    return { manifest, observed: deployed(manifest, { [risk.image]: config, [secrets.image]: config }) };
  });

test('whatever is declared, a platform that was deployed so has no drift', () => {
  fc.assert(fc.property(platform, ({ manifest, observed }) => expect(compareDocker(manifest, observed)).toEqual([])));
});

type Container = Writable<ContainerDetail>;

/** Each changes one thing of a container, whatever it was before. */
const changes: Readonly<Record<string, (live: Container, declared: ManifestContainer) => void>> = {
  stopped: ({ State }) => void Object.assign(State, { Status: 'exited', ExitCode: 1 }),
  paused: ({ State }) => void (State.Status = 'paused'),
  env: ({ Config }) => void (Config.Env = [...(Config.Env ?? []), 'ADDED_BY_HAND=secret of hers']),
  labels: ({ Config }) => void (Config.Labels = { ...Config.Labels, 'com.example': 'secret of hers' }),
  command: ({ Config }) => void (Config.Cmd = [...(Config.Cmd ?? []), 'secret of hers']),
  entrypoint: ({ Config }) => void (Config.Entrypoint = [...(Config.Entrypoint ?? []), 'secret of hers']),
  user: ({ Config }) => void (Config.User = '4711:4711'),
  groups: ({ HostConfig }) => void (HostConfig.GroupAdd = [...(HostConfig.GroupAdd ?? []), '9999']),
  'working-directory': ({ Config }) => void (Config.WorkingDir = '/elsewhere'),
  hostname: ({ Config }) => void (Config.Hostname = 'Elsewhere'),
  mounts: ({ Mounts }) => void Mounts!.push({ Type: 'bind', Source: '/', Destination: '/host', RW: true }),
  'network-missing': ({ NetworkSettings }) => void (NetworkSettings.Networks = {}),
  'network-alias': ({ NetworkSettings }) =>
    void NetworkSettings.Networks['nautilus-ci-network']!.Aliases!.push('Elsewhere'),
  'network-address': ({ NetworkSettings }) =>
    void (NetworkSettings.Networks['nautilus-ci-network']!.IPAMConfig!.IPv4Address = '172.21.9.9'),
  'network-extra': ({ NetworkSettings }) => void (NetworkSettings.Networks.bridge = { IPAddress: '172.17.0.2' }),
  memory: ({ HostConfig }, { memory: claim }) => void (HostConfig.Memory = claim.maxBytes + 1),
  swap: ({ HostConfig }) => void (HostConfig.MemorySwap = -1),
  reservation: ({ HostConfig }) => void (HostConfig.MemoryReservation += 1),
  cpus: ({ HostConfig }) => void (HostConfig.NanoCpus += 1e7),
  'cpu-shares': ({ HostConfig }) => void (HostConfig.CpuShares = (HostConfig.CpuShares || 1024) + 1),
  cpuset: ({ HostConfig }) => void (HostConfig.CpusetCpus = '0'),
  shm: ({ HostConfig }, { sharedMemoryBytes }) => {
    // Docker's own default stands where nothing is declared.
    fc.pre(sharedMemoryBytes !== undefined);
    HostConfig.ShmSize += mib;
  },
  'pids-limit': ({ HostConfig }) => void (HostConfig.PidsLimit = 100),
  capabilities: ({ HostConfig }) => void (HostConfig.CapAdd = [...(HostConfig.CapAdd ?? []), 'SYS_ADMIN']),
  'security-options': ({ HostConfig }) => void (HostConfig.SecurityOpt = ['seccomp=unconfined']),
  'read-only': ({ HostConfig }) => void (HostConfig.ReadonlyRootfs = !HostConfig.ReadonlyRootfs),
  privileged: ({ HostConfig }) => void (HostConfig.Privileged = !HostConfig.Privileged),
  init: ({ HostConfig }) => void (HostConfig.Init = !HostConfig.Init),
  tmpfs: ({ HostConfig }) => void (HostConfig.Tmpfs = { ...HostConfig.Tmpfs, '/elsewhere': '' }),
  sysctls: ({ HostConfig }) => void (HostConfig.Sysctls = { ...HostConfig.Sysctls, 'net.elsewhere': '1' }),
  ulimits: ({ HostConfig }) => void HostConfig.Ulimits!.push({ Name: 'core', Soft: 0, Hard: 0 }),
  'health-check': ({ Config }) =>
    void (Config.Healthcheck = { ...Config.Healthcheck, Test: ['CMD', 'true', 'or', 'not'], Interval: 1 }),
  log: ({ HostConfig }) => void (HostConfig.LogConfig.Type = 'none'),
  ports: ({ HostConfig }) => void (HostConfig.PortBindings!['9229/tcp'] = [{ HostIp: '', HostPort: '9229' }]),
  'restart-policy': ({ HostConfig }) => void (HostConfig.RestartPolicy.Name = 'always'),
  'stop-timeout': ({ Config }) => void (Config.StopTimeout = 9999),
  'stop-signal': ({ Config }) => void (Config.StopSignal = 'SIGKILL'),
  devices: ({ HostConfig }) => void (HostConfig.Devices = [{ PathOnHost: '/dev/kvm' }]),
  namespaces: ({ HostConfig }) => void (HostConfig.PidMode = 'host'),
  'cgroup-parent': ({ HostConfig }) => void (HostConfig.CgroupParent = '/elsewhere'),
  'names-of-hosts': ({ HostConfig }) => void (HostConfig.ExtraHosts = ['redis:10.0.0.1']),
  'out-of-memory': ({ HostConfig }) => void (HostConfig.OomKillDisable = true),
  'auto-remove': ({ HostConfig }) => void (HostConfig.AutoRemove = true),
  terminal: ({ Config }) => void (Config.Tty = true),
};

test.each(Object.entries(changes))('one change is one finding that names it: %s', (kind, change) => {
  fc.assert(
    fc.property(platform, ({ manifest, observed }) => {
      const live = observed.containers.find(({ Name }) => Name === '/nautilus-ci-risk')!;
      change(live, manifest.services[0]!);
      const findings = compareDocker(manifest, observed);
      expect(findings.map(({ service: of, kind: found }) => `${of} ${found}`)).toEqual([`risk ${kind}`]);
      expect(findings[0]!.cause).toBeDefined();
      expect(JSON.stringify(findings)).not.toContain('secret of hers');
    }),
    { numRuns: 10 },
  );
});

test('ids are unique, however much differs', () => {
  fc.assert(
    fc.property(
      platform,
      fc.uniqueArray(fc.constantFrom(...Object.keys(changes).filter((kind) => kind !== 'network-missing'))),
      ({ manifest, observed }, names) => {
        const live = observed.containers[0]!;
        for (const name of names) changes[name]!(live, manifest.services[0]!);
        live.Config.Env = ['A_B=1', 'A-B=2', 'a_b=3'];
        const ids = compareDocker(manifest, observed).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      },
    ),
    { numRuns: 50 },
  );
});

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  loadProfile,
  MemorySize,
  type ProfileError,
  profileBudget,
  profileNames,
  profilesFolder,
} from '@nautilus/config';
import { onLaptop, placesOf, problemsOf, writeProfiles } from './profile-file';

describe('every profile that comes with the platform', () => {
  test.each(profileNames())('%s loads, fits and is frozen', (name) => {
    const profile = loadProfile(name);
    expect(profile.name).toBe(name);
    expect(profileBudget(profile).shortfall.bytes).toBe(0);
    expect(Object.isFrozen(profile.trading.accounts[0]?.limits)).toBe(true);
    expect(Object.isFrozen(profile.services.oms?.claim)).toBe(true);
  });

  test('has a project, a subnet and a bridge of its own for ci, so that it runs beside another', () => {
    const [ci, laptop] = [loadProfile('ci'), loadProfile('laptop')];
    expect(ci.project).not.toBe(laptop.project);
    expect(ci.network.bridgeName).not.toBe(laptop.network.bridgeName);
    expect(ci.network.subnet.overlaps(laptop.network.subnet)).toBe(false);
  });
});

describe('a profile that extends another', () => {
  test('takes over what it does not say, key by key', () => {
    const profile = loadProfile(onLaptop('services: { oms: { claim: { memory: { limit: 512MiB } } } }'));
    const laptop = loadProfile('laptop');
    expect(profile.services.oms?.claim.memory.limit.toJSON()).toBe('512MiB');
    expect(profile.services.oms?.claim.cpus).toEqual(laptop.services.oms?.claim.cpus);
    expect(profile.services.postgres).toEqual(laptop.services.postgres);
  });

  test('must have a name of its own', () => {
    const file = writeProfiles({ 'mine.yaml': 'extends: laptop\ndescription: a test\n' });
    expect(placesOf(file)).toEqual(['NAUT_PROFILE_MISSING_KEY 1:1']);
  });

  test('tells a missing base at the line that names it, with what may have been meant', () => {
    const file = writeProfiles({ 'mine.yaml': 'name: mine\nextends: latpop\n' });
    expect(placesOf(file)).toEqual(['NAUT_PROFILE_NOT_FOUND 2:10']);
    expect(problemsOf(file)[0]?.fix).toBe('did you mean laptop?');
  });

  test('goes one step only', () => {
    const file = writeProfiles({
      'mine.yaml': 'name: mine\nextends: ci\n',
    });
    expect(placesOf(file)).toEqual(['NAUT_PROFILE_EXTENDS 2:10']);
    expect(problemsOf(file)[0]?.message).toContain('extends ci, which extends another');
  });

  test.each([
    { name: 'itself', files: { 'a.yaml': 'name: a\nextends: a\n' } },
    { name: 'one that extends it', files: { 'a.yaml': 'name: a\nextends: b\n', 'b.yaml': 'name: b\nextends: a\n' } },
  ])('cannot extend $name', ({ files }) => {
    const [problem] = problemsOf(writeProfiles(files as Record<string, string>));
    expect(problem?.code).toBe('NAUT_PROFILE_EXTENDS');
    expect(problem?.message).toContain('in a circle');
  });
});

describe('what a profile says of Docker, the gateway and what watches', () => {
  test('null takes out a service that is inherited', () => {
    const profile = loadProfile(onLaptop('services: { grafana: null, postgres-exporter: null }'));
    expect(Object.keys(profile.services)).toHaveLength(19);
    expect(profile.services.grafana).toBeUndefined();
    expect(profile.services.prometheus).toBeDefined();
  });

  test.each([
    'unix:///var/run/docker.sock',
    'tcp://mac.local:2376',
    'ssh://operator@mac',
  ])('%s is an engine', (host) => {
    expect(loadProfile(onLaptop(`docker: { host: '${host}' }`)).docker.host).toBe(host);
  });

  test('certificates are found from where the profile stands', () => {
    const file = onLaptop('docker: { host: tcp://mac:2376, certificates: keys }');
    expect(loadProfile(file).docker.certificates).toBe(join(dirname(file), 'keys'));
  });

  test('the sections that may be left out have their defaults', () => {
    const { gateway, monitoring, diagnostics, backend } = loadProfile('laptop');
    expect(gateway).toMatchObject({ certificate: 'platform', names: ['localhost', '127.0.0.1'] });
    expect(monitoring.scrapeInterval.toString()).toBe('15s');
    expect(diagnostics).toEqual({ debugLogs: false, hardwareMetrics: false });
    expect(backend).toEqual({ kind: 'local', settings: {} });
  });

  test('a backend is its kind and its own settings', () => {
    const { backend } = loadProfile(onLaptop('terraform: { backend: { kind: pg, schema_name: nautilus } }'));
    expect(backend).toEqual({ kind: 'pg', settings: { schema_name: 'nautilus' } });
  });

  test('the gateway publishes both its ports, moved alike', () => {
    const { nginx } = loadProfile(onLaptop('exposure: { portOffset: 8000, services: [] }')).services;
    expect(nginx?.endpoints.map(({ port, hostPort }) => [port.number, hostPort.number])).toEqual([
      [443, 8443],
      [80, 8080],
    ]);
    expect(nginx?.published).toBe(true);
  });
});

describe('one mistake in a profile is one entry with its place', () => {
  test.each([
    ['an unknown key', 'docker: { memroy: 8GiB }', 'NAUT_PROFILE_UNKNOWN_KEY 4:11', 'did you mean memory?'],
    ['a wrong unit', 'docker: { memory: 8GB }', 'NAUT_PROFILE_UNIT 4:19', 'write "8GiB"'],
    ['a wrong type', 'docker: { cpus: four }', 'NAUT_PROFILE_VALUE 4:17', undefined],
    ['a misspelt choice', 'trading: { poll: yeild }', 'NAUT_PROFILE_VALUE 4:18', 'did you mean yield?'],
    [
      'a missing key',
      'trading: { instruments: [{ id: 1, symbol: AAPL }] }',
      'NAUT_PROFILE_MISSING_KEY 4:26',
      'add tickSize to trading.instruments.0',
    ],
    [
      'an unknown key of what has defaults',
      'gateway: { conections: 64 }',
      'NAUT_PROFILE_UNKNOWN_KEY 4:12',
      'did you mean connections?',
    ],
    [
      'a key of another kind of feed',
      'trading: { feeds: [{ kind: synthetic, instrument: AAPL }] }',
      'NAUT_PROFILE_UNKNOWN_KEY 4:39',
      'did you mean instruments?',
    ],
    ['an unknown service', 'ports: { omns: 1 }', 'NAUT_PROFILE_UNKNOWN_KEY 4:10', 'did you mean oms?'],
    [
      'a bridge name that the kernel refuses',
      'network: { bridgeName: nautilus-m4max-trading }',
      'NAUT_PROFILE_VALUE 4:24',
      undefined,
    ],
    [
      'two services on one port',
      'ports: { oms: 9020 }',
      'NAUT_PORT_CONFLICT 4:15',
      'change ports.oms, or take it out: 9010 is its usual port',
    ],
    ['a port of a part on the host', 'ports: { oms: 9091 }', 'NAUT_PORT_CONFLICT 4:15', undefined],
    ['two services on one address', 'addresses: { oms: 172.20.0.42 }', 'NAUT_ADDRESS_CONFLICT 4:19', undefined],
    ['an address outside the subnet', 'addresses: { oms: 172.21.0.42 }', 'NAUT_ADDRESS_OUTSIDE 4:19', undefined],
    ['the address of the gateway', 'addresses: { oms: 172.20.0.1 }', 'NAUT_ADDRESS_RESERVED 4:19', undefined],
    ['an address kept for later', 'addresses: { oms: 172.20.0.10 }', 'NAUT_ADDRESS_RESERVED 4:19', undefined],
    [
      'a missing file',
      'trading: { feeds: [{ kind: lobster, file: nowhere.csv, instrument: AAPL }] }',
      'NAUT_FILE_NOT_FOUND 4:43',
      undefined,
    ],
    [
      'a feed of nothing that is traded',
      'trading: { feeds: [{ kind: lobster, file: sample, instrument: MSFT }] }',
      'NAUT_PROFILE_VALUE 4:63',
      undefined,
    ],
    [
      'a quota above the CPUs',
      'services: { oms: { claim: { cpus: 8 } } }\ndocker: { cpuOvercommit: 16 }',
      'NAUT_CPU_EXCEEDED 4:35',
      undefined,
    ],
    ['CPUs promised too often', 'docker: { cpuOvercommit: 4 }', 'NAUT_CPU_OVERCOMMITTED 4:26', undefined],
    [
      'a service without one that it cannot work without',
      'services: { prometheus: null }',
      'NAUT_SERVICE_MISSING 4:25',
      'add services.prometheus.claim, or take grafana out with services.grafana: null',
    ],
    ['an own port of the gateway that is its other one', 'ports: { nginx: 80 }', 'NAUT_PORT_CONFLICT 4:17', undefined],
    ['a service on the second port of the gateway', 'ports: { oms: 80 }', 'NAUT_PORT_CONFLICT 4:15', undefined],
    ['an engine without a protocol', 'docker: { host: 10.0.0.5 }', 'NAUT_PROFILE_VALUE 4:17', undefined],
    ['an engine over TCP without a port', 'docker: { host: tcp://mac }', 'NAUT_PROFILE_VALUE 4:17', undefined],
    ['a backend of no kind', 'terraform: { backend: { bucket: x } }', 'NAUT_PROFILE_VALUE 4:23', undefined],
    ['a gateway for too many', 'gateway: { connections: 70000 }', 'NAUT_PROFILE_VALUE 4:25', undefined],
    ['a webhook that is no address', 'monitoring: { alertWebhook: nowhere }', 'NAUT_PROFILE_VALUE 4:29', undefined],
    ['a diagnosis that there is not', 'diagnostics: { debug: true }', 'NAUT_PROFILE_UNKNOWN_KEY 4:16', undefined],
    [
      'a limit above its band',
      'services: { marketdata: { claim: { memory: { limit: 2GiB } } } }\ndocker: { memory: 16GiB }',
      'NAUT_CLAIM_BAND 4:53',
      undefined,
    ],
    [
      'a machine that was never sold',
      'hardware: { model: m4-max, memory: 96GiB }',
      'NAUT_HARDWARE_UNKNOWN 4:36',
      undefined,
    ],
    ['two keys of one name', 'docker: { cpus: 2, cpus: 3 }', 'NAUT_PROFILE_SYNTAX 4:20', undefined],
    ['a value of no form', 'docker: [', 'NAUT_PROFILE_SYNTAX 4:10', undefined],
  ])('%s', (_, line, place, fix) => {
    const problems = problemsOf(onLaptop(line));
    expect(problems.map(({ code, position }) => `${code} ${position?.line}:${position?.column}`)).toEqual([place]);
    if (fix) expect(problems[0]?.fix).toBe(fix);
  });

  test('a missing profile names those that there are', () => {
    const [problem] = problemsOf('laptopp');
    expect(problem).toMatchObject({ code: 'NAUT_PROFILE_NOT_FOUND', value: '"laptopp"', fix: 'did you mean laptop?' });
    expect(problem?.allowed).toContain('ci, laptop, m4-max-128gb');
  });

  test('a subnet without room for the catalogue', () => {
    const codes = new Set(problemsOf(onLaptop('network: { subnet: 10.9.0.0/28 }')).map(({ code }) => code));
    expect([...codes]).toEqual(['NAUT_ADDRESS_OUTSIDE']);
  });
});

test('several mistakes are told at once, from the top to the end', () => {
  const file = onLaptop(
    'docker: { memory: 8GB, cpu: 4 }',
    'ports: { oms: 9020 }',
    'services: { redis: { claim: { memory: { limits: 1GiB } } } }',
    'trading: { poll: spinn, feeds: [{ kind: lobster, file: sample, instrument: MSFT }] }',
  );
  expect(placesOf(file)).toEqual([
    'NAUT_PROFILE_UNIT 4:19',
    'NAUT_PROFILE_UNKNOWN_KEY 4:24',
    'NAUT_PORT_CONFLICT 5:15',
    'NAUT_PROFILE_UNKNOWN_KEY 6:41',
    'NAUT_PROFILE_VALUE 7:18',
    'NAUT_PROFILE_VALUE 7:76',
  ]);
  try {
    loadProfile(file);
  } catch (error) {
    expect((error as ProfileError).code).toBe('NAUT_PROFILE_INVALID');
    expect((error as ProfileError).format()).toContain('profile mine has 6 mistakes');
  }
  expect.assertions(3);
});

describe('claims that do not fit', () => {
  const tooMuch = onLaptop('services: { postgres: { claim: { memory: { limit: 8GiB, max: 8GiB } } } }');

  test('are refused with the shortfall, the offenders and the line', () => {
    const [problem, ...others] = problemsOf(tooMuch);
    expect(others).toEqual([]);
    // 13,232 MiB with the secrets' 64 against 85 % of 8 GiB
    expect(problem?.code).toBe('NAUT_BUDGET_EXCEEDED');
    expect(problem?.message).toBe(
      'profile mine asks for 12.9 GiB of the 6.8 GiB that Docker has for it: 6.1 GiB too much',
    );
    expect(problem?.details?.[0]).toBe('postgres 8.0 GiB, redis 512 MiB and oms 448 MiB are the largest claims');
    expect(problem?.fix).toMatch(/^raise Docker's memory to 16\.0 GiB .* or lower a claim in .*mine\.yaml:4:51$/);
  });

  test.each(profileNames())('%s is refused when PostgreSQL claims twice as much', (name) => {
    const base = loadProfile(name);
    const { limit, max } = base.services.postgres!.claim.memory;
    const claim = `{ memory: { limit: ${limit.times(2).toJSON()}, max: ${max.times(2).toJSON()} } }`;
    const lines = readFileSync(join(profilesFolder(), `${name}.yaml`), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.startsWith('  postgres: {'));
    const rest = /cpus:.*$/.exec(lines[line]!)![0];
    lines[line] = `  postgres: { claim: ${claim.slice(0, -2)}, ${rest}`;
    const problems = problemsOf(writeProfiles({ 'twice.yaml': lines.join('\n') }));
    const shortfall = profileBudget(base).claimed.plus(limit).minus(base.docker.pool);
    expect(problems).toMatchObject([
      {
        code: 'NAUT_BUDGET_EXCEEDED',
        message: expect.stringContaining(`${shortfall} too much`),
        details: [expect.stringMatching(/^postgres .* are the largest claims$/), expect.anything()],
        position: { file: expect.stringMatching(/twice\.yaml$/), line: line + 1 },
      },
    ]);
  });

  test.each(
    profileNames(),
  )('%s fits what an engine says of a VM that has its memory: the kernel keeps some', (name) => {
    const { docker } = loadProfile(name);
    // Docker Desktop with 8 GB says 7.6 GiB: 2 % are page tables, about 256 MiB the kernel and its initial ramdisk.
    const memoryBytes = docker.memory.times(0.98).minus(MemorySize.mebibytes(256)).bytes;
    expect(loadProfile(name, { docker: { memoryBytes, cpus: docker.cpus } }).docker.memory.bytes).toBe(memoryBytes);
  });

  test('a smaller engine than the profile says is what counts', () => {
    const engine = { memoryBytes: 4 * 1024 ** 3, cpus: 4 };
    expect(problemsOf(onLaptop(), { docker: engine }).map(({ code }) => code)).toEqual(['NAUT_BUDGET_EXCEEDED']);
  });

  test('a larger engine changes nothing, nor does either change the hash', () => {
    const engine = { memoryBytes: 64 * 1024 ** 3, cpus: 32 };
    expect(loadProfile('laptop', { docker: engine })).toEqual(loadProfile('laptop'));
    const smaller = { memoryBytes: 8_160_437_862, cpus: 4 };
    expect(loadProfile('laptop', { docker: smaller }).hash).toBe(loadProfile('laptop').hash);
  });
});

test('the hash follows the values, not the way they are written', () => {
  const hash = (...lines: string[]) => loadProfile(onLaptop(...lines)).hash;
  expect(hash('docker: { cpus: 6 }', 'workload: { symbols: 7 }')).toBe(
    hash('# said otherwise', 'workload:', '  symbols: 7', 'docker: {"cpus": 6}'),
  );
  expect(hash('docker: { cpus: 6 }')).not.toBe(hash('docker: { cpus: 5 }'));
});

test('an offset moves every published port that the profile does not set', () => {
  const profile = loadProfile(onLaptop('exposure: { portOffset: 10000, services: [oms] }', 'ports: { pms: 7000 }'));
  const { oms, pms, risk } = profile.services;
  expect([oms?.hostPort.number, pms?.hostPort.number, risk?.hostPort.number]).toEqual([19_010, 7000, 18_200]);
  expect([oms?.port.number, oms?.published, pms?.published]).toEqual([9010, true, false]);
});

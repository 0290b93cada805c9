import { loadProfile, type ProfileError, profileBudget, profileNames } from '@nautilus/config';
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
    const profile = loadProfile(onLaptop('services: { oms: { claim: { memory: { limit: 768MiB } } } }'));
    const laptop = loadProfile('laptop');
    expect(profile.services.oms?.claim.memory.limit.toJSON()).toBe('768MiB');
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

describe('one mistake in a profile is one entry with its place', () => {
  test.each([
    ['an unknown key', 'docker: { memroy: 8GiB }', 'NAUT_PROFILE_UNKNOWN_KEY 4:11', 'did you mean memory?'],
    ['a wrong unit', 'docker: { memory: 8GB }', 'NAUT_PROFILE_UNIT 4:19', 'write "8GiB"'],
    ['a wrong type', 'docker: { cpus: four }', 'NAUT_PROFILE_VALUE 4:17', undefined],
    ['a misspelt choice', 'trading: { poll: yeild }', 'NAUT_PROFILE_VALUE 4:18', 'did you mean yield?'],
    [
      'a missing key',
      'services: { ml: { claim: { cpus: 1 } } }',
      'NAUT_PROFILE_MISSING_KEY 4:19',
      'add memory to services.ml.claim',
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
    ['a missing file', 'trading: { feed: { file: nowhere.csv } }', 'NAUT_FILE_NOT_FOUND 4:26', undefined],
    [
      'a feed of nothing that is traded',
      'trading: { feed: { instrument: MSFT } }',
      'NAUT_PROFILE_VALUE 4:32',
      undefined,
    ],
    ['a quota above the CPUs', 'services: { oms: { claim: { cpus: 8 } } }', 'NAUT_CPU_EXCEEDED 4:35', undefined],
    [
      'a limit above its band',
      'services: { marketdata: { claim: { memory: { limit: 2GiB } } } }',
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
    'trading: { poll: spinn, feed: { instrument: MSFT } }',
  );
  expect(placesOf(file)).toEqual([
    'NAUT_PROFILE_UNIT 4:19',
    'NAUT_PROFILE_UNKNOWN_KEY 4:24',
    'NAUT_PORT_CONFLICT 5:15',
    'NAUT_PROFILE_UNKNOWN_KEY 6:41',
    'NAUT_PROFILE_VALUE 7:18',
    'NAUT_PROFILE_VALUE 7:45',
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
    // 8192 + 512·4 + 384·2 MiB against 85 % of 8 GiB
    expect(problem?.code).toBe('NAUT_BUDGET_EXCEEDED');
    expect(problem?.message).toBe(
      'profile mine asks for 10.8 GiB of the 6.8 GiB that Docker has for it: 4.0 GiB too much',
    );
    expect(problem?.details?.[0]).toBe('postgres 8.0 GiB, redis 512 MiB and marketdata 512 MiB are the largest claims');
    expect(problem?.fix).toMatch(/^raise Docker's memory to 13\.0 GiB .* or lower a claim in .*mine\.yaml:4:51$/);
  });

  test('a smaller engine than the profile says is what counts', () => {
    const engine = { memoryBytes: 4 * 1024 ** 3, cpus: 4 };
    expect(problemsOf(onLaptop(), { docker: engine }).map(({ code }) => code)).toEqual(['NAUT_BUDGET_EXCEEDED']);
  });

  test('a larger engine changes nothing, nor does either change the hash', () => {
    const engine = { memoryBytes: 64 * 1024 ** 3, cpus: 32 };
    expect(loadProfile('laptop', { docker: engine })).toEqual(loadProfile('laptop'));
    const smaller = { memoryBytes: 8_160_437_862, cpus: 3 };
    expect(loadProfile('laptop', { docker: smaller }).hash).toBe(loadProfile('laptop').hash);
  });
});

test('the hash follows the values, not the way they are written', () => {
  const hash = (...lines: string[]) => loadProfile(onLaptop(...lines)).hash;
  expect(hash('docker: { cpus: 3 }', 'workload: { symbols: 7 }')).toBe(
    hash('# said otherwise', 'workload:', '  symbols: 7', 'docker: {"cpus": 3}'),
  );
  expect(hash('docker: { cpus: 3 }')).not.toBe(hash('docker: { cpus: 4 }'));
});

test('an offset moves every published port that the profile does not set', () => {
  const profile = loadProfile(onLaptop('exposure: { portOffset: 10000, services: [oms] }', 'ports: { pms: 7000 }'));
  const { oms, pms, risk } = profile.services;
  expect([oms?.hostPort.number, pms?.hostPort.number, risk?.hostPort.number]).toEqual([19_010, 7000, 18_200]);
  expect([oms?.port.number, oms?.published, pms?.published]).toEqual([9010, true, false]);
});

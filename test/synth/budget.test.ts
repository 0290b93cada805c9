import { Container, type ContainerConfig } from '@cdktf/provider-docker/lib/container';
import { catalog, type EngineName, loadProfile, MemorySize, NautilusError, type Profile } from '@nautilus/config';
import { checkBudget, worstCaseOf } from '@nautilus/constructs';
import { App, TerraformStack } from 'cdktf';
import { ringsOf } from '../../constructs/engine/worst-case';
import { tables, topics } from '../../engines/core/domain/topics';
import { RING_HEADER_BYTES } from '../../engines/core/transport/ring-memory';
import { profiles, synthesis, temporaryFolder } from './support/synthesis';

const ci = loadProfile('ci');
const mebibytes = MemorySize.mebibytes;

/** A tree of containers that are none of the catalogue's, each by what it changes. */
function tree(...containers: Partial<ContainerConfig>[]) {
  const stack = new TerraformStack(new App({ stackTraces: false, outdir: temporaryFolder() }), 'stack');
  containers.forEach((change, index) => {
    const letter = 'abc'[index]!;
    new Container(stack, letter, { name: `nautilus-ci-${letter}`, image: 'x', memory: 64, cpus: '0.5', ...change });
  });
  return stack;
}

function refusal(check: () => unknown): NautilusError {
  try {
    check();
  } catch (error) {
    if (error instanceof NautilusError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const port = (external: number) => [{ internal: 80, external, ip: '127.0.0.1' }];
const at = (ipv4Address: string) => [{ name: 'network', ipv4Address }];

test('containers that fit are not refused', () => {
  expect(() => checkBudget(tree({ ports: port(1), networksAdvanced: at('172.21.0.77') }, {}), ci)).not.toThrow();
});

test.each<[string, Partial<ContainerConfig>[], Partial<Profile>, string, string]>([
  [
    'too much memory',
    [{ memory: 4096 }, { memory: 2048 }],
    {},
    'NAUT_BUDGET_EXCEEDED',
    'a 4.0 GiB and b 2.0 GiB are the largest',
  ],
  ['more CPUs than there are', [{ cpus: '2.5' }], {}, 'NAUT_CPU_EXCEEDED', 'services.a.claim.cpus is above the 2 CPUs'],
  [
    'CPUs promised too often',
    [{ cpus: '2.0' }, { cpus: '1.0' }],
    { docker: { ...ci.docker, cpuOvercommit: 1 } },
    'NAUT_CPU_OVERCOMMITTED',
    'promises 3 CPUs of 2',
  ],
  [
    'one port twice',
    [{ ports: port(80) }, { ports: port(80) }],
    {},
    'NAUT_PORT_CONFLICT',
    'b and a both want host port 80',
  ],
  [
    'a port of a part on the host',
    [{ ports: port(9091) }],
    {},
    'NAUT_PORT_CONFLICT',
    'a and memory-orchestrator both want',
  ],
  [
    'one address twice',
    [{ networksAdvanced: at('172.21.0.77') }, { networksAdvanced: at('172.21.0.77') }],
    {},
    'NAUT_ADDRESS_CONFLICT',
    'b and a both want address 172.21.0.77',
  ],
  [
    'the address of the gateway',
    [{ networksAdvanced: at('172.21.0.1') }],
    {},
    'NAUT_ADDRESS_CONFLICT',
    'a and gateway both want',
  ],
  [
    'an address elsewhere',
    [{ networksAdvanced: at('172.22.0.77') }],
    {},
    'NAUT_ADDRESS_OUTSIDE',
    '172.22.0.77, which is no host of 172.21.0.0/16',
  ],
  [
    'the address of all',
    [{ networksAdvanced: at('172.21.255.255') }],
    {},
    'NAUT_ADDRESS_OUTSIDE',
    'no host of 172.21.0.0/16',
  ],
  [
    'one name twice',
    [{}, { name: 'nautilus-ci-a' }],
    {},
    'NAUT_NAME_INVALID',
    'nautilus-ci-a is the name of two containers',
  ],
  ['a host name that is none', [{ hostname: 'a_b' }], {}, 'NAUT_NAME_INVALID', 'a has the host name a_b'],
  [
    'a long bridge',
    [{}],
    { network: { ...ci.network, bridgeName: 'nautilus-m4max-trading' } },
    'NAUT_NAME_INVALID',
    'bridge has the name nautilus-m4max-trading',
  ],
  [
    'no room for the rings',
    [{}],
    { docker: { ...ci.docker, sharedMemory: mebibytes(4) } },
    'NAUT_SHARED_MEMORY_SMALL',
    'docker.sharedMemory is 4 MiB',
  ],
])('%s is refused', (_, containers, change, code, words) => {
  const error = refusal(() => checkBudget(tree(...containers), { ...ci, ...change }));
  expect(error.code).toBe(code);
  expect(error.format()).toContain(words);
  expect(error.fix).toMatch(/\S/);
});

test('several things that do not fit are told at once', () => {
  const error = refusal(() => checkBudget(tree({ memory: 8192, ports: port(9092) }), ci));
  expect(error.code).toBe('NAUT_BUDGET_BROKEN');
  expect(error.format()).toMatch(/NAUT_BUDGET_EXCEEDED[\s\S]*NAUT_PORT_CONFLICT/);
});

test('a book of the simulated exchange that outgrows its container is refused, part by part', () => {
  const venues = ci.trading.venues.map((venue) => ({ ...venue, capacity: 2 ** 24 }));
  const error = refusal(() => synthesis({ ...ci, trading: { ...ci.trading, venues } }));
  expect(error.code).toBe('NAUT_WORST_CASE_EXCEEDED');
  expect(error.message).toMatch(/^ems may take 1\.\d GiB of the 320 MiB of its container/);
  expect(error.details[0]).toMatch(/^1\.5 GiB {2}books of 16777216 resting orders$/);
});

test.each(profiles)('profile %s: what is known to be taken at worst is inside each limit', (name) => {
  const { manifest } = synthesis(name);
  const known = manifest.services.filter(({ memory }) => memory.worstCase.length > 0);
  expect(known.map((service) => service.name)).toEqual(expect.arrayContaining(['postgres', 'oms', 'frontend']));
  for (const { name: service, memory } of known) {
    const total = memory.worstCase.reduce((sum, { bytes }) => sum + bytes, 0);
    expect([service, total <= memory.limitBytes]).toEqual([service, true]);
  }
});

test('the rings that an engine writes are no larger than what is set aside for them', () => {
  const written = new Map<string, number>();
  const add = (name: string, bytes: number) => {
    // Clients write order entry; the engine that reads it creates the ring.
    const writer = name.startsWith('client.') ? 'oms' : name.split('.')[0]!;
    written.set(writer, (written.get(writer) ?? 0) + bytes);
  };
  for (const { name, layout, capacity } of Object.values(topics)) add(name, layout.size * capacity + RING_HEADER_BYTES);
  // Each row four times with its version, and a header no larger than a ring's.
  for (const { name, layout, rows } of Object.values(tables))
    add(name, (4 * layout.size + 128) * rows + RING_HEADER_BYTES);
  expect(new Set(written.keys())).toEqual(new Set(Object.keys(ringsOf)));
  for (const [engine, bytes] of written) {
    expect(catalog[engine as EngineName].kind).toBe('engine');
    expect([engine, bytes <= ringsOf[engine as EngineName]!.bytes]).toEqual([engine, true]);
  }
});

test('the parts of a worst case add up', () => {
  const parts = [
    { name: 'a', size: mebibytes(1) },
    { name: 'b', size: mebibytes(2) },
  ];
  expect(worstCaseOf(parts).total).toEqual(mebibytes(3));
});

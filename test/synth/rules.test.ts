import { readFileSync } from 'node:fs';
import { Container, type ContainerConfig } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { NautilusError } from '@nautilus/config';
import { checkRules, rules, suppress } from '@nautilus/constructs';
import { App, TerraformStack } from 'cdktf';
import { temporaryFolder } from './support/synthesis';

const sound: Omit<ContainerConfig, 'image'> = {
  name: 'sound',
  user: '10001:10001',
  readOnly: true,
  capabilities: { drop: ['ALL'] },
  securityOpts: ['no-new-privileges:true'],
  memory: 64,
  memorySwap: 64,
  cpus: '1.0',
  logDriver: 'json-file',
  logOpts: { 'max-size': '1m', 'max-file': '1' },
  healthcheck: {
    test: ['CMD', 'true'],
    interval: '5s',
    timeout: '1s',
    retries: 3,
    startPeriod: '5s',
    startInterval: '0s',
  },
  stopTimeout: 5,
  destroyGraceSeconds: 5,
  restart: 'unless-stopped',
  networksAdvanced: [{ name: 'network', ipv4Address: '172.20.0.9' }],
  ports: [{ internal: 80, external: 8080, ip: '127.0.0.1' }],
};

function container(change: Partial<ContainerConfig> = {}): Container {
  const stack = new TerraformStack(new App({ stackTraces: false, outdir: temporaryFolder() }), 'stack');
  const image = new Image(stack, 'image', { name: 'image' });
  return new Container(stack, 'container', { ...sound, image: image.imageId, ...change });
}

/** Ids of the rules that a container breaks. */
function broken(change: Partial<ContainerConfig>): string[] {
  try {
    checkRules(container(change).node.root, { address: '127.0.0.1' });
    return [];
  } catch (error) {
    if (!(error instanceof NautilusError)) throw error;
    expect(error.code).toBe('NAUT_RULE_BROKEN');
    return error.details.map((line) => line.split(' ')[0]!);
  }
}

test('a hardened container breaks no rule', () => {
  expect(broken({})).toEqual([]);
});

test.each<[string, Partial<ContainerConfig>, ...string[]]>([
  ['runs as root', { user: '0:0' }, 'NON_ROOT'],
  ['runs as whoever the image says', { user: undefined }, 'NON_ROOT'],
  ['can write to its root', { readOnly: false }, 'READ_ONLY_ROOT'],
  ['keeps capabilities', { capabilities: undefined }, 'NO_CAPABILITIES'],
  ['adds a capability', { capabilities: { drop: ['ALL'], add: ['CAP_CHOWN'] } }, 'NO_CAPABILITIES'],
  ['is privileged', { privileged: true }, 'NO_PRIVILEGES'],
  ['may gain privileges', { securityOpts: [] }, 'NO_PRIVILEGES'],
  ['mounts a folder of the host', { mounts: [{ type: 'bind', source: '/etc', target: '/etc' }] }, 'NAMED_VOLUMES'],
  ['mounts a path of the host the old way', { volumes: [{ hostPath: '/etc', containerPath: '/e' }] }, 'NAMED_VOLUMES'],
  [
    'gets the Docker socket',
    { mounts: [{ type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock' }] },
    'NAMED_VOLUMES',
    'NO_DOCKER_SOCKET',
  ],
  [
    'gets the Docker socket of a Mac from a volume',
    { mounts: [{ type: 'volume', source: 'sockets', target: '/run/docker.raw.sock' }] },
    'NO_DOCKER_SOCKET',
  ],
  ['gets a device', { devices: [{ hostPath: '/dev/metal0' }] }, 'NO_DEVICES'],
  ['gets the graphics processors', { gpus: 'all' }, 'NO_DEVICES'],
  ["is on the host's network", { networkMode: 'host' }, 'OWN_NAMESPACES'],
  ["sees the host's processes", { pidMode: 'host' }, 'OWN_NAMESPACES'],
  ["shares the host's memory", { ipcMode: 'host' }, 'OWN_NAMESPACES'],
  ['shares the memory of another', { ipcMode: 'container:other' }, 'OWN_NAMESPACES'],
  ["has the host's users", { usernsMode: 'host' }, 'OWN_NAMESPACES'],
  ["is on Docker's default bridge", { networksAdvanced: undefined }, 'OWN_NETWORK'],
  ['is on two networks', { networksAdvanced: [{ name: 'a' }, { name: 'b' }] }, 'OWN_NETWORK'],
  ['may run what it wrote', { tmpfs: { '/tmp': 'size=1m,nosuid,nodev' } }, 'HARDENED_TMPFS'],
  ['may fill the memory with files', { tmpfs: { '/tmp': 'noexec,nosuid,nodev' } }, 'HARDENED_TMPFS'],
  ['has a password in its environment', { env: ['PGPASSWORD=hunter2'] }, 'NO_SECRETS_IN_ENVIRONMENT'],
  ['has a key in its environment', { env: ['API_KEY=abc=def'] }, 'NO_SECRETS_IN_ENVIRONMENT'],
  ['has a password in an address', { env: ['URI=postgres://me:hunter2@host/db'] }, 'NO_SECRETS_IN_ENVIRONMENT'],
  [
    'has a password on its command line',
    { command: ['x', 'redis://:hunter2@host', 'http://a:b@c'] },
    'NO_SECRETS_IN_ENVIRONMENT',
  ],
  ['changes the kernel of the host', { sysctls: { 'vm.overcommit_memory': '1' } }, 'NAMESPACED_SYSCTLS'],
  ['takes its image by tag', { image: 'redis:7' }, 'IMAGE_BY_ID'],
  ['may swap', { memorySwap: 128 }, 'BOUNDED_MEMORY'],
  ['has no memory limit', { memory: undefined, memorySwap: undefined }, 'BOUNDED_MEMORY'],
  ['has CPUs as the provider never reads them back', { cpus: '2' }, 'BOUNDED_CPU'],
  ['has no CPU quota', { cpus: undefined }, 'BOUNDED_CPU'],
  ['may open any number of files', { ulimit: [{ name: 'nofile', soft: -1, hard: -1 }] }, 'BOUNDED_ULIMITS'],
  ['has endless logs', { logOpts: { 'max-size': '1m' } }, 'BOUNDED_LOGS'],
  ['logs by a driver that nobody named', { logDriver: undefined }, 'BOUNDED_LOGS'],
  ['has no health check', { healthcheck: undefined }, 'HEALTH'],
  ['has half a health check', { healthcheck: { test: ['CMD', 'true'] } }, 'HEALTH'],
  ['stays down', { restart: 'no' }, 'RESTART'],
  ['comes back though an operator stopped it', { restart: 'always' }, 'RESTART'],
  ['is killed without warning', { destroyGraceSeconds: undefined }, 'STOP_GRACE'],
  ['is open to the world', { ports: [{ internal: 80, external: 80, ip: '0.0.0.0' }] }, 'LOOPBACK_PORTS'],
  ['is open to every interface', { ports: [{ internal: 80 }] }, 'LOOPBACK_PORTS'],
  ['publishes whatever its image exposes', { publishAllPorts: true }, 'LOOPBACK_PORTS'],
])('a container that %s is refused', (_, change, ...ids) => {
  expect(broken(change)).toEqual(ids.map((id) => `NAUT_RULE_${id}`));
});

test('every rule is broken by one of the containers above, and none is there twice', () => {
  const ids = rules('127.0.0.1').map(({ id }) => id);
  const source = readFileSync(__filename, 'utf8');
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(source).toContain(`'${id.replace('NAUT_RULE_', '')}'`);
});

test('what names the file of a secret, or switches one on, is no secret', () => {
  expect(
    broken({
      env: [
        'POSTGRES_PASSWORD_FILE=/run/secrets/p',
        'GF_SECURITY_ADMIN_PASSWORD=$__file{/run/secrets/g}',
        'KEYBOARD=x',
        'TOKEN_ROTATION=true',
        'URL=http://host:80/path',
      ],
    }),
  ).toEqual([]);
});

test('a container that runs once may stay down and need no address', () => {
  expect(
    broken({
      attach: true,
      mustRun: false,
      restart: 'no',
      networkMode: 'none',
      networksAdvanced: undefined,
      ports: undefined,
    }),
  ).toEqual([]);
});

test('all broken rules are told at once', () => {
  expect(broken({ user: 'root', readOnly: false })).toEqual(['NAUT_RULE_NON_ROOT', 'NAUT_RULE_READ_ONLY_ROOT']);
});

test('a suppression needs a reason, and a rule that is broken', () => {
  expect(() => suppress(container(), { rule: 'NAUT_RULE_HEALTH', reason: ' ' })).toThrow(
    expect.objectContaining({ code: 'NAUT_SUPPRESSION_WITHOUT_REASON' }),
  );
  const subject = container();
  suppress(subject, { rule: 'NAUT_RULE_HEALTH', reason: 'it ends by itself' });
  expect(() => checkRules(subject.node.root, { address: '127.0.0.1' })).toThrow(
    expect.objectContaining({ details: [expect.stringContaining('take the suppression out')] }),
  );
});

test('a suppression with its reason lets one rule go and no other', () => {
  const subject = container({ healthcheck: undefined, user: 'root' });
  suppress(subject, { rule: 'NAUT_RULE_HEALTH', reason: 'it ends by itself' });
  expect(() => checkRules(subject.node.root, { address: '127.0.0.1' })).toThrow(
    expect.objectContaining({ details: [expect.stringContaining('NAUT_RULE_NON_ROOT')] }),
  );
});

test('the address that the profile exposes is allowed', () => {
  const subject = container({ ports: [{ internal: 80, external: 80, ip: '10.0.0.5' }] });
  expect(() => checkRules(subject.node.root, { address: '10.0.0.5' })).not.toThrow();
});

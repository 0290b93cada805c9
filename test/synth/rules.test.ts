import { Container, type ContainerConfig } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { NautilusError } from '@nautilus/config';
import { checkRules, suppress } from '@nautilus/constructs';
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

test.each<[string, Partial<ContainerConfig>, string]>([
  ['runs as root', { user: '0:0' }, 'NAUT_RULE_NON_ROOT'],
  ['runs as whoever the image says', { user: undefined }, 'NAUT_RULE_NON_ROOT'],
  ['can write to its root', { readOnly: false }, 'NAUT_RULE_READ_ONLY_ROOT'],
  ['keeps capabilities', { capabilities: undefined }, 'NAUT_RULE_NO_CAPABILITIES'],
  ['adds a capability', { capabilities: { drop: ['ALL'], add: ['CAP_CHOWN'] } }, 'NAUT_RULE_NO_CAPABILITIES'],
  ['is privileged', { privileged: true }, 'NAUT_RULE_NO_PRIVILEGES'],
  ['may gain privileges', { securityOpts: [] }, 'NAUT_RULE_NO_PRIVILEGES'],
  [
    'gets the Docker socket',
    { mounts: [{ type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock' }] },
    'NAUT_RULE_NAMED_VOLUMES',
  ],
  ['gets a device', { devices: [{ hostPath: '/dev/metal0' }] }, 'NAUT_RULE_NAMED_VOLUMES'],
  ['takes its image by tag', { image: 'redis:7' }, 'NAUT_RULE_IMAGE_BY_ID'],
  ['may swap', { memorySwap: 128 }, 'NAUT_RULE_BOUNDED_MEMORY'],
  ['has no memory limit', { memory: undefined, memorySwap: undefined }, 'NAUT_RULE_BOUNDED_MEMORY'],
  ['has CPUs as the provider never reads them back', { cpus: '2' }, 'NAUT_RULE_BOUNDED_CPU'],
  ['has no CPU quota', { cpus: undefined }, 'NAUT_RULE_BOUNDED_CPU'],
  ['has endless logs', { logOpts: { 'max-size': '1m' } }, 'NAUT_RULE_BOUNDED_LOGS'],
  ['has no health check', { healthcheck: undefined }, 'NAUT_RULE_HEALTH'],
  ['has half a health check', { healthcheck: { test: ['CMD', 'true'] } }, 'NAUT_RULE_HEALTH'],
  ['is killed without warning', { destroyGraceSeconds: undefined }, 'NAUT_RULE_STOP_GRACE'],
  ['is open to the world', { ports: [{ internal: 80, external: 80, ip: '0.0.0.0' }] }, 'NAUT_RULE_LOOPBACK_PORTS'],
  ['is open to every interface', { ports: [{ internal: 80 }] }, 'NAUT_RULE_LOOPBACK_PORTS'],
])('a container that %s is refused', (_, change, rule) => {
  expect(broken(change)).toEqual([rule]);
});

test('all broken rules are told at once', () => {
  expect(broken({ user: 'root', readOnly: false })).toEqual(['NAUT_RULE_NON_ROOT', 'NAUT_RULE_READ_ONLY_ROOT']);
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

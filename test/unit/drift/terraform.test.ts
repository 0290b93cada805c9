import type { Manifest } from '../../../manifest';
import { compareDocker } from '../../../operations/drift/docker';
import type { Finding } from '../../../operations/drift/finding';
import { merge } from '../../../operations/drift/merge';
import type { ObservedDocker } from '../../../operations/drift/observed';
import { compareTerraform } from '../../../operations/drift/terraform/compare';
import type { AttributeDifference, PlannedChange } from '../../../operations/terraform';
import type { Writable } from './docker-engine';
import { difference } from './planned-difference';
import recorded from './recorded/ci.json';

const manifest = recorded.manifest as unknown as Manifest;
const risk = manifest.services.find(({ name }) => name === 'risk')!;

const change = (
  action: PlannedChange['action'],
  differences: readonly AttributeDifference[] = [],
  over: Partial<PlannedChange> = {},
): PlannedChange => ({
  address: 'docker_container.risk',
  kind: 'container',
  name: risk.container,
  action,
  differences,
  ...over,
});
const planned = (...changes: PlannedChange[]) =>
  compareTerraform(manifest, { stacks: [{ stack: 'trading', changes }] });
const asText = ({ id, what, declared, live, repair, layers }: Finding) =>
  `${id} ${what}: ${declared} | ${live} | ${repair.command} | ${repair.interrupts} | ${layers.join(' ')}`;

// What Terraform 1.11.4 with provider 4.5.0 planned on Docker 20.10 after each of these was done by hand.
test.each<[string, PlannedChange[], string[]]>([
  [
    'docker update --memory: swap follows',
    [change('update', [difference('memory', '700', '256'), difference('memory_swap', '700', '256')])],
    ['risk/memory memory limit (MiB): 256 | 700 | nautilus deploy --profile ci | nothing | terraform'],
  ],
  [
    'docker update --memory-swap',
    [change('update', [difference('memory_swap', '700', '256')])],
    ['risk/swap memory and swap (MiB): 256 | 700 | nautilus deploy --profile ci | nothing | terraform'],
  ],
  [
    'docker stop',
    [change('update', [difference('must_run', 'unset', 'true')])],
    ['risk/stopped state: running | not running | nautilus deploy --profile ci | nothing | terraform'],
  ],
  [
    'docker stop of one that publishes a port',
    [change('replace', [difference('must_run', 'unset', 'true'), difference('ports', undefined, undefined, true)])],
    ['risk/stopped state: running | not running | nautilus deploy --profile ci | the service | terraform'],
  ],
  [
    'docker update --cpus --cpu-shares --restart',
    [
      change('replace', [
        difference('cpu_shares', '99', '1024'),
        difference('cpus', '0.7', '1.0', true),
        difference('restart', 'no', 'unless-stopped'),
      ]),
    ],
    [
      'risk/cpu-shares CPU shares: 1024 | 99 | nautilus deploy --profile ci | the service | terraform',
      'risk/cpus CPUs: 1.0 | 0.7 | nautilus deploy --profile ci | the service | terraform',
      'risk/restart-policy restart policy: unless-stopped | no | nautilus deploy --profile ci | the service | terraform',
    ],
  ],
  [
    'docker rm --force',
    [change('create')],
    [
      'risk/planned container: the one that Terraform made (docker_container.risk) | Terraform does not find it | docker rm --force nautilus-ci-risk; nautilus deploy --profile ci | the service | terraform',
    ],
  ],
  [
    'docker rename',
    [change('replace', [difference('name', 'other', risk.container, true)])],
    ['risk/missing container: nautilus-ci-risk | other | nautilus deploy --profile ci | the service | terraform'],
  ],
  [
    'docker tag OTHER IMAGE',
    [change('replace', [difference('image', 'sha256:18bd703c0bba', 'sha256:2a8ff3456698', true)])],
    [
      'risk/image image: sha256:2a8ff3456698 | sha256:18bd703c0bba | nautilus deploy --profile ci | the service | terraform',
    ],
  ],
  [
    'docker rmi --force: the container follows its image',
    [
      change('create', [], { kind: 'image', name: risk.image, address: 'docker_image.risk' }),
      change('adopt', [], { kind: 'image', name: risk.image, address: 'docker_image.risk' }),
      change('replace', [difference('image', undefined, undefined, true)]),
    ],
    [
      `risk/image-missing image: ${risk.image} | no image of that name | nautilus deploy --profile ci | the service | terraform`,
    ],
  ],
  [
    'docker network rm',
    [change('create', [], { kind: 'network', name: manifest.network.name, address: 'docker_network.platform' })],
    [
      'network/planned network: the one that Terraform made (docker_network.platform) | Terraform does not find it | nautilus destroy --profile ci && nautilus deploy --profile ci | the platform | terraform',
    ],
  ],
  [
    'a dashboard changed in Grafana',
    [
      change('update', [difference('config_json')], {
        kind: 'grafana_dashboard',
        name: 'trading',
        address: 'grafana_dashboard.trading',
      }),
    ],
    [
      'grafana/planned-trading grafana dashboard: as Terraform made it (grafana_dashboard.trading) | changed | nautilus deploy --profile ci | nothing | terraform',
    ],
  ],
  [
    'another declaration: the label of the specification follows what differs',
    [
      change('replace', [
        difference('env', undefined, undefined, true),
        difference('labels', undefined, undefined, true),
      ]),
    ],
    ['risk/env environment: another value | not as declared | nautilus deploy --profile ci | the service | terraform'],
  ],
])('%s', (_, changes, expected) => {
  expect(planned(...changes).map(asText)).toEqual(expected);
});

test('what has no name in the platform is told by that of Terraform', () => {
  expect(planned(change('replace', [difference('domainname', 'a', 'unset', true)])).map(asText)).toEqual([
    'risk/planned-domainname domainname of docker_container.risk: unset | a | nautilus deploy --profile ci | the service | terraform',
  ]);
});

test('a memory limit inside its band is not drift, whatever Terraform would do about it', () => {
  const postgres = manifest.services.find(({ name }) => name === 'postgres')!;
  const limited = (mebibytes: number) =>
    change(
      'update',
      [difference('memory', `${mebibytes}`, '1024'), difference('memory_swap', `${mebibytes}`, '1024')],
      { name: postgres.container },
    );
  expect(planned(limited(512))).toEqual([]);
  expect(planned(limited(511)).map(({ id }) => id)).toEqual(['postgres/memory']);
});

test('what Terraform only notes for itself is no finding', () => {
  expect(planned(change('adopt', [], { kind: 'image' }), change('forget', [], { kind: 'image' }))).toEqual([]);
});

describe('together with the layer before', () => {
  type Container = Writable<ObservedDocker>['containers'][number];
  /** Findings of both layers as one report, each with who saw it. */
  const both = (inject: (risk: Container) => void, ...changes: PlannedChange[]) => {
    const observed = structuredClone(recorded.observed) as unknown as Writable<ObservedDocker>;
    inject(observed.containers.find(({ Name }) => Name === `/${risk.container}`)!);
    return merge([...compareDocker(manifest, observed), ...planned(...changes)]).map(
      ({ id, cause, layers }) => `${id} (${cause}): ${layers.join(', ')}`,
    );
  };

  test('one limit that two layers saw is one finding', () => {
    const mebibytes = 2 ** 20;
    const update = change('update', [difference('memory', '8', '256'), difference('memory_swap', '8', '256')]);
    expect(
      both((container) => {
        container.HostConfig.Memory = 8 * mebibytes;
        container.HostConfig.MemorySwap = 8 * mebibytes;
      }, update),
    ).toEqual(['risk/memory (docker update): docker, terraform']);
  });

  test('outside of its network a container publishes nothing', () => {
    const noPorts = change('replace', [difference('ports', undefined, undefined, true)]);
    expect(both((container) => void (container.NetworkSettings.Networks = {}), noPorts)).toEqual([
      'risk/network-missing (docker network disconnect): docker, terraform',
    ]);
    expect(both(() => undefined, noPorts)).toEqual(['risk/ports (undefined): terraform']);
  });

  test('two things that were done to one container stay two', () => {
    expect(
      both(
        (container) => void (container.HostConfig.CpuShares = 2),
        change('replace', [difference('cpu_shares', '2', '512'), difference('domainname', 'a', 'unset', true)]),
      ),
    ).toEqual(['risk/cpu-shares (docker update): docker, terraform', 'risk/planned-domainname (undefined): terraform']);
  });

  test('a container that was made again by hand is not the one that Terraform knows', () => {
    expect(
      both((container) => {
        container.Config.Image = risk.image;
        container.Config.User = 'root';
        container.HostConfig.ReadonlyRootfs = false;
      }, change('create')),
    ).toEqual([
      'risk/user (made again by hand): docker, terraform',
      'risk/read-only (made again by hand): docker, terraform',
    ]);
  });

  test('made again exactly as it was, only Terraform misses the one that it made', () => {
    expect(both(() => undefined, change('create'))).toEqual([
      'risk/planned (made again by hand, or its state was lost): terraform',
    ]);
  });

  test('a name that somebody else has, an image that was moved, a container that ended', () => {
    expect(both((container) => void (container.Config.Labels = {}), change('create'))).toEqual([
      'risk/foreign (somebody else has the name): docker, terraform',
    ]);
    expect(
      both(
        (container) => {
          container.State.Status = 'exited';
          container.State.ExitCode = 143;
        },
        change('update', [difference('must_run', 'unset', 'true')]),
      ),
    ).toEqual(['risk/stopped (docker stop): docker, terraform']);
  });
});

describe('findings of settings', () => {
  const told = (layer: 'docker' | 'settings', service: string, kind: string, cause?: string, id = kind): Finding => ({
    id: `${service}/${id}`,
    service,
    kind,
    what: kind,
    declared: '1',
    live: '2',
    ...(cause && { cause }),
    repair: { command: '', interrupts: 'nothing' },
    layers: [layer],
  });
  const merged = (...findings: Finding[]) => merge(findings).map(({ id, layers }) => `${id}: ${layers.join(', ')}`);

  test('follow from the command line and the environment of a container that was made again', () => {
    expect(
      merged(
        told('docker', 'risk', 'env', 'made again by hand', 'env-nautilus-configuration'),
        told('docker', 'postgres', 'command', 'made again by hand'),
        told('settings', 'risk', 'configuration'),
        told('settings', 'postgres', 'start-setting', undefined, 'work_mem'),
        told('settings', 'postgres', 'setting', 'ALTER SYSTEM', 'jit'),
      ),
    ).toEqual([
      'risk/env-nautilus-configuration: docker, settings',
      'postgres/command: docker, settings',
      'postgres/jit: settings',
    ]);
  });

  test('the MTU of the network is that of every container in it', () => {
    expect(
      merged(
        told('docker', 'network', 'options', 'made again by hand, or by another declaration', 'mtu'),
        told('settings', 'risk', 'mtu'),
        told('settings', 'oms', 'mtu'),
      ),
    ).toEqual(['network/mtu: docker, settings']);
    expect(merged(told('settings', 'oms', 'mtu'))).toEqual(['oms/mtu: settings']);
  });

  test('of one service are not each other’s cause', () => {
    expect(
      merged(
        told('settings', 'redis', 'setting', 'CONFIG SET', 'maxmemory'),
        told('settings', 'redis', 'setting', 'CONFIG SET', 'appendfsync'),
      ),
    ).toEqual(['redis/maxmemory: settings', 'redis/appendfsync: settings']);
  });
});

import type { Manifest } from '../../../manifest';
import type { ContainerDetail } from '../../../operations/docker';
import { compareDocker } from '../../../operations/drift/docker';
import type { ObservedDocker } from '../../../operations/drift/observed';
import type { Writable } from './docker-engine';
import recorded from './recorded/ci.json';

/** Docker 20.10 on a machine with the `ci` platform: three services, the container that makes the secrets, network, volumes. */
const manifest = recorded.manifest as unknown as Manifest;
type Observation = Writable<ObservedDocker>;

/** What is found after something has changed, as text. */
function foundAfter(change: (observed: Observation) => void): string[] {
  const observed = structuredClone(recorded.observed) as unknown as Observation;
  change(observed);
  return compareDocker(manifest, observed).map(
    ({ id, kind, what, declared, live, cause, repair }) =>
      `${id} [${kind}] ${what}: ${declared} | ${live} | ${cause ?? '?'} | ${repair.command} | ${repair.interrupts}`,
  );
}

type Container = Writable<ContainerDetail>;
const in_ = (name: string, change: (container: Container) => void) => (observed: Observation) =>
  change(observed.containers.find(({ Name }) => Name === `/nautilus-ci-${name}`)!);
const risk = (change: (container: Container) => void) => in_('risk', change);
const platform = 'nautilus-ci-network';
const replace = (name: string) => `docker rm --force nautilus-ci-${name} && nautilus deploy --profile ci | the service`;

test('a platform as it was deployed has no drift', () => {
  expect(foundAfter(() => undefined)).toEqual([]);
});

describe('state', () => {
  const cases: [string, (observed: Observation) => void, string[]][] = [
    [
      'a container that was removed',
      ({ containers }) =>
        void containers.splice(
          containers.findIndex(({ Name }) => Name === '/nautilus-ci-risk'),
          1,
        ),
      [
        'risk/missing [missing] container: nautilus-ci-risk | there is none | docker rm | nautilus deploy --profile ci | nothing',
      ],
    ],
    [
      'a container that was renamed',
      risk((risk) => void (risk.Name = '/other')),
      [
        'risk/missing [missing] container: nautilus-ci-risk | it has the name other | docker rename | docker rename other nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a container of ours that nothing declares',
      (observed) => {
        const copy = structuredClone(observed.containers[0]!);
        copy.Id = 'f'.repeat(64);
        copy.Name = '/nautilus-ci-debug';
        copy.Config.Labels = { 'io.nautilus.project': 'nautilus-ci' };
        observed.containers.push(copy);
      },
      [
        'nautilus-ci-debug/extra [extra] container: none of that name | running | ? | docker rm --force nautilus-ci-debug | nothing',
      ],
    ],
    [
      'a temporary container of an operation',
      (observed) => {
        const copy = structuredClone(observed.containers[0]!);
        copy.Name = '/busy_hopper';
        copy.Config.Labels = { 'io.nautilus.project': 'nautilus-ci', 'io.nautilus.service': 'secrets-keeper' };
        observed.containers.push(copy);
      },
      [],
    ],
    [
      'a stranger with our name',
      risk((risk) => {
        risk.Config.Labels = {};
        risk.HostConfig.Memory = 1;
      }),
      [
        'risk/foreign [foreign] container: nautilus-ci-risk of project nautilus-ci | a container of no project of ours | somebody else has the name | ' +
          'docker stop nautilus-ci-risk && docker rename nautilus-ci-risk nautilus-ci-risk-foreign && nautilus deploy --profile ci | nothing',
      ],
    ],
    [
      'docker stop',
      risk(
        (risk) =>
          void Object.assign(risk.State, { Status: 'exited', ExitCode: 143, FinishedAt: '2026-11-22T12:00:00Z' }),
      ),
      [
        'risk/stopped [stopped] state: runs, healthy | exited since 2026-11-22T12:00:00Z with 143 | docker stop | docker start nautilus-ci-risk | nothing',
      ],
    ],
    [
      'an end for memory',
      risk(
        (risk) =>
          void Object.assign(risk.State, {
            Status: 'exited',
            ExitCode: 137,
            OOMKilled: true,
            FinishedAt: '2026-11-22T12:00:00Z',
          }),
      ),
      [
        'risk/stopped [stopped] state: runs, healthy | exited since 2026-11-22T12:00:00Z with 137 | killed for memory | docker start nautilus-ci-risk | nothing',
      ],
    ],
    [
      'docker kill',
      risk(
        (risk) =>
          void Object.assign(risk.State, { Status: 'exited', ExitCode: 137, FinishedAt: '2026-11-22T12:00:00Z' }),
      ),
      [
        'risk/stopped [stopped] state: runs, healthy | exited since 2026-11-22T12:00:00Z with 137 | killed (SIGKILL) | docker start nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a crash',
      risk(
        (risk) => void Object.assign(risk.State, { Status: 'exited', ExitCode: 3, FinishedAt: '2026-11-22T12:00:00Z' }),
      ),
      [
        'risk/stopped [stopped] state: runs, healthy | exited since 2026-11-22T12:00:00Z with 3 | ended by itself with 3 | docker start nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a start that failed',
      risk(
        (risk) =>
          void Object.assign(risk.State, { Status: 'created', ExitCode: 128, Error: 'port is already allocated' }),
      ),
      [
        'risk/stopped [stopped] state: runs, healthy | made and never started: port is already allocated | it could not be started | docker start nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a container that Docker could not remove',
      risk((risk) => void Object.assign(risk.State, { Status: 'dead', FinishedAt: '2026-11-22T12:00:00Z' })),
      [
        `risk/stopped [stopped] state: runs, healthy | dead since 2026-11-22T12:00:00Z with 0 | docker rm | ${replace('risk')}`,
      ],
    ],
    [
      'docker pause',
      risk((risk) => void Object.assign(risk.State, { Status: 'paused', StartedAt: '2026-11-22T10:51:33Z' })),
      [
        'risk/paused [paused] state: runs, healthy | paused, running since 2026-11-22T10:51:33Z | docker pause | docker unpause nautilus-ci-risk | nothing',
      ],
    ],
    [
      'failing health checks',
      risk(
        (risk) =>
          void Object.assign(risk.State.Health!, {
            Status: 'unhealthy',
            FailingStreak: 7,
            Log: [{ ExitCode: 1, Output: 'hunter2', End: '' }],
          }),
      ),
      [
        'risk/unhealthy [unhealthy] state: runs, healthy | runs, and 7 health checks in a row failed, the last with 1 | ? | docker restart nautilus-ci-risk | the service',
      ],
    ],
    [
      'a restart a moment ago',
      (observed) =>
        risk((risk) => {
          risk.State.StartedAt = new Date(Date.parse(observed.at) - 4_000).toISOString();
          risk.State.Health!.Status = 'starting';
        })(observed),
      [
        'risk/starting [starting] state: runs, healthy | started 4 s ago, not healthy yet | started again | docker logs --tail 50 nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a loop of restarts, between two of them',
      risk((risk) => {
        Object.assign(risk.State, { Status: 'restarting', ExitCode: 1 });
        risk.RestartCount = 5;
      }),
      [
        'risk/restarting [restarting] state: runs, healthy | started again 5 times by Docker, the last time it ended with 1 | ended by itself with 1 | docker restart nautilus-ci-risk | the service',
      ],
    ],
    [
      'a loop of restarts whose reason is in the log: another restart ends the same',
      (observed) =>
        risk((risk) => {
          Object.assign(risk.State, { Status: 'restarting', ExitCode: 1 });
          risk.RestartCount = 5;
          observed.errors = { [risk.Id]: 'NAUT_JOURNAL_KEY: the key file cannot be read' };
        })(observed),
      [
        'risk/restarting [restarting] state: runs, healthy | started again 5 times by Docker, the last time it ended with 1 | ended by itself with 1: NAUT_JOURNAL_KEY: the key file cannot be read | docker logs --tail 50 nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a loop of restarts, while it runs',
      (observed) =>
        risk((risk) => {
          risk.State.StartedAt = new Date(Date.parse(observed.at) - 2_000).toISOString();
          risk.State.Health!.Status = 'starting';
          risk.RestartCount = 5;
        })(observed),
      [
        'risk/restarting [restarting] state: runs, healthy | started again 5 times by Docker | ? | docker restart nautilus-ci-risk | the service',
      ],
    ],
    [
      'secrets that were not made',
      in_('secrets', (secrets) => void (secrets.State.ExitCode = 2)),
      [
        'secrets/exit-code [exit-code] state: ended with 0 | exited, ended with 2 | ended by itself with 2 | docker start nautilus-ci-secrets | nothing',
      ],
    ],
  ];
  test.each(cases)('%s', (_, change, expected) => expect(foundAfter(change)).toEqual(expected));
});

describe('limits', () => {
  const mib = 2 ** 20;
  const cases: [string, (observed: Observation) => void, string[]][] = [
    [
      'docker update --memory, with swap',
      risk(({ HostConfig }) => void Object.assign(HostConfig, { Memory: 512 * mib, MemorySwap: 512 * mib })),
      [
        'risk/memory [memory] memory limit: 256 MiB | 512 MiB | docker update | docker update --memory 256m --memory-swap 256m nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a limit inside its band, as something that may has moved it',
      in_(
        'postgres',
        ({ HostConfig }) => void Object.assign(HostConfig, { Memory: 1200 * mib, MemorySwap: 1200 * mib }),
      ),
      [],
    ],
    [
      'a limit inside its band whose swap was left behind',
      in_('postgres', ({ HostConfig }) => void Object.assign(HostConfig, { Memory: 768 * mib })),
      [
        'postgres/swap [swap] memory and swap together: 768 MiB: no swap | 1 GiB | docker update | docker update --memory 768m --memory-swap 768m nautilus-ci-postgres | nothing',
      ],
    ],
    [
      'a limit outside its band',
      in_('postgres', ({ HostConfig }) => void Object.assign(HostConfig, { Memory: 256 * mib })),
      [
        'postgres/memory [memory] memory limit: 1 GiB (512 MiB to 1536 MiB) | 256 MiB | docker update | docker update --memory 1024m --memory-swap 1024m nautilus-ci-postgres | nothing',
      ],
    ],
    [
      'swap',
      risk(({ HostConfig }) => void (HostConfig.MemorySwap = -1)),
      [
        'risk/swap [swap] memory and swap together: 256 MiB: no swap | unlimited | docker update | docker update --memory 256m --memory-swap 256m nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a reservation',
      risk(({ HostConfig }) => void (HostConfig.MemoryReservation = 100 * mib)),
      [
        'risk/reservation [reservation] memory reservation: 256 MiB | 100 MiB | docker update | docker update --memory-reservation 256m nautilus-ci-risk | nothing',
      ],
    ],
    [
      'CPUs',
      risk(({ HostConfig }) => void (HostConfig.NanoCpus = 2e9)),
      [
        'risk/cpus [cpus] CPU quota: 0.5 CPUs | 2 CPUs | docker update | docker update --cpus 0.5 nautilus-ci-risk | nothing',
      ],
    ],
    [
      'CPU shares',
      risk(({ HostConfig }) => void (HostConfig.CpuShares = 2)),
      [
        'risk/cpu-shares [cpu-shares] CPU shares: 512 | 2 | docker update | docker update --cpu-shares 512 nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a set of CPUs, which an update cannot take away again',
      risk(({ HostConfig }) => void (HostConfig.CpusetCpus = '0')),
      [`risk/cpuset [cpuset] CPUs that it may run on: all | CPUs 0 | docker update | ${replace('risk')}`],
    ],
    [
      'a limit of processes',
      risk(({ HostConfig }) => void (HostConfig.PidsLimit = 100)),
      [
        'risk/pids-limit [pids-limit] limit of processes: unlimited | 100 | docker update | docker update --pids-limit -1 nautilus-ci-risk | nothing',
      ],
    ],
    [
      'a restart policy',
      risk(({ HostConfig }) => void (HostConfig.RestartPolicy = { Name: 'on-failure', MaximumRetryCount: 3 })),
      [
        'risk/restart-policy [restart-policy] restart policy: unless-stopped | on-failure:3 | docker update | docker update --restart unless-stopped nautilus-ci-risk | nothing',
      ],
    ],
  ];
  test.each(cases)('%s', (_, change, expected) => expect(foundAfter(change)).toEqual(expected));
});

describe('what a container was made with', () => {
  const cases: [string, (observed: Observation) => void, string[]][] = [
    [
      'one key of an engine’s configuration: the key is told, what it holds is not',
      risk(({ Config }) => {
        Config.Env = Config.Env!.map((entry) => entry.replace('"maxPosition":10000', '"maxPosition":99999'));
      }),
      [
        `risk/env-nautilus-configuration [env] environment variable NAUTILUS_CONFIGURATION: engine.accounts.0.limits.maxPosition 10000 | engine.accounts.0.limits.maxPosition sha256:fd5f56b40a79 | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'a variable that nothing declares: never what it holds',
      risk(({ Config }) => void Config.Env!.push('PASSWORD=hunter2')),
      [
        `risk/env-password [env] environment variable PASSWORD: not set | sha256:f52fbd32b2b3 | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'a variable of the image that is gone',
      risk(({ Config }) => void (Config.Env = Config.Env!.filter((entry) => !entry.startsWith('NODE_ENV=')))),
      [
        `risk/env-node-env [env] environment variable NODE_ENV: production | not set | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'an argument',
      in_(
        'postgres',
        ({ Config }) => void (Config.Cmd = Config.Cmd!.map((one) => (one === 'fsync=on' ? 'fsync=off' : one))),
      ),
      [
        `postgres/command [command] command line: fsync=on | fsync=sha256:b4dc66dde806 | made again by hand | ${replace('postgres')}`,
      ],
    ],
    [
      'an entrypoint',
      risk(({ Config }) => void (Config.Entrypoint = ['sh'])),
      [
        `risk/entrypoint [entrypoint] entrypoint: /app/start | sha256:89c4ec9f6b3f | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'root',
      risk(({ Config }) => void (Config.User = 'root')),
      [`risk/user [user] user: 10001:10001 | root | made again by hand | ${replace('risk')}`],
    ],
    [
      'a port that all the world can reach',
      risk(({ HostConfig }) => void (HostConfig.PortBindings = { '8200/tcp': [{ HostIp: '', HostPort: '8200' }] })),
      [
        `risk/ports [ports] published ports: 127.0.0.1:8200 to 8200 | 0.0.0.0:8200 to 8200 | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'a port besides',
      risk(
        ({ HostConfig }) => void (HostConfig.PortBindings!['9229/tcp'] = [{ HostIp: '127.0.0.1', HostPort: '9229' }]),
      ),
      [
        `risk/ports [ports] published ports: 127.0.0.1:8200 to 8200 | 127.0.0.1:8200 to 8200, 127.0.0.1:9229 to 9229 | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'the socket of the engine',
      risk(
        ({ Mounts }) =>
          void Mounts!.push({ Type: 'bind', Source: '/run/docker.sock', Destination: '/run/docker.sock', RW: true }),
      ),
      [
        `risk/mount-run-docker.sock [mounts] mount at /run/docker.sock: nothing mounted | /run/docker.sock of the host, read and write | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'secrets that can be written',
      in_('nginx', ({ Mounts }) => void (Mounts![0]!.RW = true)),
      [
        `nginx/mount-run-secrets-nautilus [mounts] mount at /run/secrets/nautilus: volume nautilus-ci-secrets, read only | volume nautilus-ci-secrets, read and write | made again by hand | ${replace('nginx')}`,
      ],
    ],
    [
      'a sysctl',
      in_('nginx', ({ HostConfig }) => void (HostConfig.Sysctls!['net.core.somaxconn'] = '128')),
      [
        `nginx/sysctl-net.core.somaxconn [sysctls] net.core.somaxconn: 1024 | 128 | made again by hand | ${replace('nginx')}`,
      ],
    ],
    [
      'capabilities',
      risk(({ HostConfig }) => void (HostConfig.CapAdd = ['NET_ADMIN'])),
      [
        `risk/capabilities [capabilities] capabilities: drop ALL; add none | drop ALL; add CAP_NET_ADMIN | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'the shared memory of the host: what follows from it is not told besides',
      risk(
        ({ HostConfig }) =>
          void Object.assign(HostConfig, {
            IpcMode: 'host',
            ShmSize: 0,
            SecurityOpt: ['no-new-privileges:true', 'label=disable'],
          }),
      ),
      [
        `risk/namespaces [namespaces] namespaces shared with others: none | shared memory host | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'paths of the kernel that are uncovered',
      risk(({ HostConfig }) => void (HostConfig.MaskedPaths = [])),
      [
        `risk/security-options [security-options] security options: no-new-privileges:true | no-new-privileges:true, systempaths=unconfined | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'the time of a health check',
      risk(({ Config }) => void (Config.Healthcheck!.Interval = 60e9)),
      [
        `risk/health-check [health-check] health check: interval 5s | interval 1m0s | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'a health check that is switched off',
      risk(({ Config }) => void (Config.Healthcheck = { Test: ['NONE'] })),
      [
        `risk/health-check [health-check] health check: CMD /app/ready 8200 | none | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'options of the log',
      risk(({ HostConfig }) => void (HostConfig.LogConfig.Config = {})),
      [
        `risk/log [log] log driver and options: json-file max-file=3 max-size=10m | json-file | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'another program’s label: never what it holds',
      risk(({ Config }) => void (Config.Labels!['traefik.auth'] = 'hunter2')),
      [
        `risk/label-traefik.auth [labels] label traefik.auth: none | sha256:f52fbd32b2b3 | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'what another declaration deployed: the label that follows everything is not told besides',
      risk(({ Config }) => {
        Config.Labels!['io.nautilus.spec'] = '0123456789ab';
        Config.Hostname = 'other';
      }),
      [`risk/hostname [hostname] host name: risk | other | another declaration deployed it | ${replace('risk')}`],
    ],
    [
      'another host name, of which Docker makes a name in the network',
      risk(({ Config, NetworkSettings }) => {
        Config.Hostname = 'other';
        for (const endpoint of Object.values(NetworkSettings.Networks)) endpoint.Aliases!.push('other');
      }),
      [`risk/hostname [hostname] host name: risk | other | made again by hand | ${replace('risk')}`],
    ],
    [
      'another declaration that differs in nothing that can be read',
      risk(({ Config }) => void (Config.Labels!['io.nautilus.spec'] = '0123456789ab')),
      [
        `risk/label-io.nautilus.spec [labels] label io.nautilus.spec: b03ba8941861 | 0123456789ab | another declaration deployed it | ${replace('risk')}`,
      ],
    ],
    [
      'an image by tag is no deployment’s work',
      (observed) => {
        const postgres = observed.containers.find(({ Name }) => Name === '/nautilus-ci-postgres')!;
        risk((risk) => {
          risk.Config.Image = 'alpine:3';
          risk.Image = `sha256:${'9'.repeat(64)}`;
          observed.images[risk.Image] = {
            ...observed.images[postgres.Image]!,
            Config: riskImage(observed),
            Id: risk.Image,
            RepoTags: ['alpine:3'],
          };
        })(observed);
      },
      [
        `risk/image [image] image: nautilus-ci/risk:144c89b6bde5 | alpine:3 (sha256:999999999999) | made again by hand | ${replace('risk')}`,
      ],
    ],
    [
      'a tag that was moved',
      (observed) => {
        const image = observed.images['nautilus-ci/risk:144c89b6bde5']!;
        observed.images[image.Id] = { ...image, RepoTags: null };
        observed.images['nautilus-ci/risk:144c89b6bde5'] = { ...image, Id: `sha256:${'7'.repeat(64)}` };
      },
      [
        'risk/image-moved [image-moved] image: nautilus-ci/risk:144c89b6bde5, now sha256:777777777777 | sha256:62dd14521e68 | the tag was moved to another image | docker tag sha256:62dd14521e683bf0d459c1ea10adf7bc425d85aa2765a1a270eb986f799df8a3 nautilus-ci/risk:144c89b6bde5 | nothing',
      ],
    ],
    [
      'a tag that was taken away',
      (observed) => {
        const image = observed.images['nautilus-ci/risk:144c89b6bde5']!;
        observed.images[image.Id] = { ...image, RepoTags: null };
        delete observed.images['nautilus-ci/risk:144c89b6bde5'];
      },
      [
        'risk/image-missing [image-missing] image: nautilus-ci/risk:144c89b6bde5 | no image of that name; it runs sha256:62dd14521e68 | docker image rm | docker tag sha256:62dd14521e683bf0d459c1ea10adf7bc425d85aa2765a1a270eb986f799df8a3 nautilus-ci/risk:144c89b6bde5 | nothing',
      ],
    ],
  ];
  const riskImage = ({ images }: Observation) => images['nautilus-ci/risk:144c89b6bde5']!.Config;
  test.each(cases)('%s', (_, change, expected) => expect(foundAfter(change)).toEqual(expected));
});

describe('networks and volumes', () => {
  const cases: [string, (observed: Observation) => void, string[]][] = [
    [
      'docker network disconnect',
      risk(({ NetworkSettings }) => void (NetworkSettings.Networks = {})),
      [
        `risk/network-missing [network-missing] network ${platform}: in it at 172.21.0.32 as risk | not in it | docker network disconnect | docker network connect --alias risk --ip 172.21.0.32 ${platform} nautilus-ci-risk | nothing`,
      ],
    ],
    [
      'docker network connect without an address',
      risk(({ NetworkSettings }) => {
        NetworkSettings.Networks[platform]!.IPAMConfig = null;
        NetworkSettings.Networks[platform]!.IPAddress = '172.21.0.2';
      }),
      [
        `risk/network-address [network-address] address in ${platform}: 172.21.0.32 | 172.21.0.2, as the network gives it | docker network connect | docker network disconnect ${platform} nautilus-ci-risk && docker network connect --alias risk --ip 172.21.0.32 ${platform} nautilus-ci-risk | the service`,
      ],
    ],
    [
      'a name that is lost',
      risk(({ NetworkSettings }) => void (NetworkSettings.Networks[platform]!.Aliases = ['33c8f7fddc54'])),
      [
        `risk/network-alias [network-alias] names in ${platform}: risk | none | docker network connect | docker network disconnect ${platform} nautilus-ci-risk && docker network connect --alias risk --ip 172.21.0.32 ${platform} nautilus-ci-risk | the service`,
      ],
    ],
    [
      'another network',
      risk(({ NetworkSettings }) => void (NetworkSettings.Networks.bridge = { IPAddress: '172.17.0.2' })),
      [
        'risk/network-bridge [network-extra] network bridge: not in it | in it at 172.17.0.2 | docker network connect | docker network disconnect bridge nautilus-ci-risk | nothing',
      ],
    ],
    [
      'the host’s network',
      risk(({ HostConfig, NetworkSettings }) => {
        HostConfig.NetworkMode = 'host';
        NetworkSettings.Networks = { host: { IPAddress: '' } };
      }),
      [`risk/network-mode [network-mode] network: ${platform} | host | made again by hand | ${replace('risk')}`],
    ],
    [
      'a stranger in the network',
      ({ networks }) =>
        void (networks[0]!.Containers!['e'.repeat(64)] = { Name: 'sniffer', IPv4Address: '172.21.0.99/16' }),
      [
        `network/member-sniffer [network-unknown-member] container sniffer in ${platform}: not in it | in it at 172.21.0.99 | docker network connect | docker network disconnect ${platform} sniffer | nothing`,
      ],
    ],
    [
      'a network without what newer engines add by themselves',
      ({ networks }) => {
        delete networks[0]!.Options!['com.docker.network.enable_ipv4'];
        delete networks[0]!.Options!['com.docker.network.enable_ipv6'];
      },
      [],
    ],
    [
      'a network with small packets',
      ({ networks }) => void (networks[0]!.Options!['com.docker.network.driver.mtu'] = '1500'),
      [
        'network/mtu [options] option com.docker.network.driver.mtu: 9000 | 1500 | made again by hand, or by another declaration | nautilus destroy --profile ci && nautilus deploy --profile ci | the platform',
      ],
    ],
    [
      'a network that is gone, told once',
      (observed) => {
        observed.networks = [];
        for (const { NetworkSettings } of observed.containers) delete NetworkSettings.Networks[platform];
      },
      [
        `network/missing [missing] network: ${platform} | there is none | docker network rm | nautilus deploy --profile ci | the platform`,
      ],
    ],
    [
      'a volume that is gone',
      (observed) => void (observed.volumes = observed.volumes.filter(({ Name }) => !Name.endsWith('risk-data'))),
      [
        'volume risk-data/missing [missing] volume: nautilus-ci-risk-data: state: risk-data | there is none | docker volume rm | nautilus deploy --profile ci | the platform',
      ],
    ],
    [
      'a volume without its label',
      (observed) =>
        void (observed.volumes.find(({ Name }) => Name.endsWith('risk-data'))!.Labels = {
          'io.nautilus.project': 'nautilus-ci',
        }),
      [
        'volume risk-data/label-io.nautilus.stack [labels] label io.nautilus.stack: storage | none | made again by hand, or by another declaration | nautilus destroy --profile ci && docker volume rm nautilus-ci-risk-data && nautilus deploy --profile ci  # after a copy of its data | the platform',
      ],
    ],
  ];
  test.each(cases)('%s', (_, change, expected) => expect(foundAfter(change)).toEqual(expected));
});

test('nothing is said of what could not be read', () => {
  expect(
    foundAfter((observed) => {
      observed.containers = observed.containers.filter(({ Name }) => Name !== '/nautilus-ci-risk');
      observed.networks = [];
      delete observed.images['nautilus-ci/nginx:884bbce1127b'];
      for (const what of ['risk', 'network', 'image nautilus-ci/nginx:884bbce1127b'])
        observed.unread.push({ layer: 'docker', what, reason: 'no answer within 5000 ms' });
    }),
  ).toEqual([]);
});

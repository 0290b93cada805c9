import type { Layer } from '../../operations/drift';

/** A container as the engine tells it, as far as it takes to make it again. */
export interface Made {
  readonly Config: Readonly<Record<string, unknown>> & { readonly Env: readonly string[] };
  readonly HostConfig: Readonly<Record<string, unknown>> & {
    readonly Mounts: readonly object[] | null;
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>;
  };
}

export interface Changes {
  readonly Config?: Readonly<Record<string, unknown>>;
  readonly HostConfig?: Readonly<Record<string, unknown>>;
}

/** What `terraform plan` says of an object of its state. */
export type Planned = 'nothing' | 'update' | 'replace' | 'create';

/** One way to change a running platform behind its declaration's back, and what must be said of it. */
export interface Injection {
  /** Kind of the finding. */
  readonly kind: string;
  /** Service whose container is changed; `secrets`, `network`, `volume …` where it is no service. */
  readonly at: string;
  /** `how` for a person, where its lines are more than the matter. */
  readonly told?: string;
  /** Address in Terraform's state. @default the service's container */
  readonly object?: string;
  readonly how: /**
   * Lines of a shell. `$p` is the project, `$subnet` the beginning of its addresses, `$image` an image that has nothing to do
   * with the platform, `$image-of-X` the one that service X was declared with.
   */
    | { readonly run: readonly string[] }
    /** The container is made again with the same options and this one, as `docker run` would write it, after the lines of `first`. */
    | { readonly again: string; readonly change: (made: Made) => Changes; readonly first?: readonly string[] };
  /** Id of the finding; undefined where nothing may be reported. */
  readonly finding: string | undefined;
  readonly cause?: string;
  /** Layers that see it, Terraform aside. */
  readonly seenBy: readonly Exclude<Layer, 'terraform'>[];
  /** What `terraform plan` says of the same moment. */
  readonly plan: Planned;
  /** Terraform says so, or nothing: it depends on the moment. @default false */
  readonly wavers?: boolean;
  /** How it is put right: `nautilus drift repair` does it, or the command that the finding names. */
  readonly repair: 'in place' | 'command' | 'none needed';
  /** State of the container in which it is looked at. @default running and healthy */
  readonly when?: 'unhealthy' | 'restarting' | 'not running';
  /** What only a person can put right, before the repair: lines of a shell. */
  readonly remedy?: readonly string[];
  /** What the injection made besides, taken away afterwards: lines of a shell. */
  readonly afterwards?: readonly string[];
}

export interface Round {
  readonly title: string;
  readonly injections: readonly Injection[];
}

const docker = (...run: readonly string[]) => ({ run });
const sql = (user: string, statement: string) =>
  `docker exec $p-postgres psql -Xq -U ${user} -d nautilus -c "${statement}"`;
const redis = (command: string) =>
  `docker exec $p-redis sh -c 'REDISCLI_AUTH=$(cat /run/secrets/nautilus/redis-password) redis-cli ${command}'`;
/** A shell that moves a file of the secrets' volume. */
const moveSecret = (from: string, to: string) =>
  `docker run --rm --user 0 --network none --volume $p-secrets:/secrets --entrypoint mv $image /secrets/${from} /secrets/${to}`;

const updated = { cause: 'docker update', seenBy: ['docker'], repair: 'in place' } as const;

/** Limits, networks, settings: nothing is stopped or made again. */
const whileItRuns: readonly Injection[] = [
  {
    ...updated,
    kind: 'memory',
    at: 'pms',
    how: docker('docker update --memory 200m --memory-swap 200m $p-pms'),
    finding: 'pms/memory',
    plan: 'update',
    seenBy: ['docker', 'settings'],
  },
  {
    ...updated,
    kind: 'memory inside its band',
    at: 'marketdata',
    how: docker('docker update --memory 300m --memory-swap 300m $p-marketdata'),
    finding: undefined,
    plan: 'update',
    repair: 'none needed',
  },
  {
    ...updated,
    kind: 'swap',
    at: 'risk',
    how: docker('docker update --memory-swap 512m $p-risk'),
    finding: 'risk/swap',
    plan: 'update',
  },
  {
    ...updated,
    kind: 'reservation',
    at: 'ml',
    how: docker('docker update --memory-reservation 64m $p-ml'),
    finding: 'ml/reservation',
    plan: 'update',
  },
  {
    ...updated,
    kind: 'cpus',
    at: 'features',
    how: docker('docker update --cpus 0.4 $p-features'),
    finding: 'features/cpus',
    plan: 'replace',
    seenBy: ['docker', 'settings'],
  },
  {
    ...updated,
    kind: 'cpu-shares',
    at: 'websocket',
    how: docker('docker update --cpu-shares 2 $p-websocket'),
    finding: 'websocket/cpu-shares',
    plan: 'update',
  },
  {
    ...updated,
    kind: 'cpuset',
    at: 'strategy',
    how: docker('docker update --cpuset-cpus 0 $p-strategy'),
    finding: 'strategy/cpuset',
    plan: 'update',
    repair: 'command',
  },
  {
    ...updated,
    kind: 'pids-limit',
    at: 'portfolio',
    how: docker('docker update --pids-limit 64 $p-portfolio'),
    finding: 'portfolio/pids-limit',
    plan: 'nothing',
  },
  {
    ...updated,
    kind: 'restart-policy',
    at: 'factor',
    how: docker('docker update --restart no $p-factor'),
    finding: 'factor/restart-policy',
    plan: 'update',
  },
  {
    kind: 'paused',
    at: 'analytics',
    how: docker('docker pause $p-analytics'),
    finding: 'analytics/paused',
    cause: 'docker pause',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'in place',
    when: 'not running',
  },
  {
    kind: 'stopped',
    at: 'frontend',
    how: docker('docker stop $p-frontend'),
    finding: 'frontend/stopped',
    cause: 'docker stop',
    seenBy: ['docker'],
    plan: 'replace',
    repair: 'in place',
    when: 'not running',
  },
  {
    kind: 'stopped',
    at: 'backend',
    how: docker('docker kill $p-backend'),
    finding: 'backend/stopped',
    cause: 'killed (SIGKILL)',
    seenBy: ['docker'],
    plan: 'replace',
    repair: 'in place',
    when: 'not running',
  },
  {
    kind: 'network-missing',
    at: 'redis-exporter',
    how: docker('docker network disconnect $p-network $p-redis-exporter'),
    finding: 'redis-exporter/network-missing',
    cause: 'docker network disconnect',
    seenBy: ['docker', 'settings'],
    plan: 'replace',
    repair: 'in place',
  },
  {
    kind: 'network-alias',
    at: 'postgres-exporter',
    how: docker(
      'docker network disconnect $p-network $p-postgres-exporter',
      'docker network connect --ip $subnet.64 --alias postgres-exporter --alias reports $p-network $p-postgres-exporter',
    ),
    finding: 'postgres-exporter/network-alias',
    cause: 'docker network connect',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'network-address',
    at: 'prometheus',
    how: docker(
      'docker network disconnect $p-network $p-prometheus',
      'docker network connect --ip $subnet.200 --alias prometheus $p-network $p-prometheus',
    ),
    finding: 'prometheus/network-address',
    cause: 'docker network connect',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'network-extra',
    at: 'nginx',
    how: docker('docker network create side-of-$p', 'docker network connect side-of-$p $p-nginx'),
    finding: 'nginx/network-side-of-$p',
    cause: 'docker network connect',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'in place',
    afterwards: ['docker network rm side-of-$p'],
  },
  {
    kind: 'mtu',
    at: 'oms',
    how: docker("nsenter --net --target $(docker inspect --format '{{.State.Pid}}' $p-oms) ip link set eth0 mtu 1500"),
    told: 'ip link set eth0 mtu 1500, in the name space of the container',
    finding: 'oms/mtu',
    cause: 'ip link set',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'cgroup-limit',
    at: 'ems',
    how: docker(
      'id=$(docker inspect --format {{.Id}} $p-ems); file=$(find /sys/fs/cgroup -path "*$id*" "(" -name memory.limit_in_bytes -o -name memory.max ")" | head -n 1); echo 209715200 >"$file"',
    ),
    told: "200 MiB written into the cgroup's own file, past Docker",
    finding: 'ems/cgroup-limit',
    cause: 'another than Docker wrote to the cgroup',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'setting',
    at: 'postgres',
    how: docker(sql('postgres', "ALTER DATABASE nautilus SET work_mem = '64MB'")),
    told: "ALTER DATABASE nautilus SET work_mem = '64MB'",
    finding: 'postgres/work_mem',
    cause: 'ALTER DATABASE',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'setting',
    at: 'postgres',
    how: docker(sql('postgres', 'ALTER SYSTEM SET jit = on'), sql('postgres', 'SELECT pg_reload_conf()')),
    told: 'ALTER SYSTEM SET jit = on, then a reload',
    finding: 'postgres/jit',
    cause: 'ALTER SYSTEM',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'setting-undeclared',
    at: 'postgres',
    how: docker(sql('postgres', 'ALTER SYSTEM SET log_connections = on'), sql('postgres', 'SELECT pg_reload_conf()')),
    told: 'ALTER SYSTEM SET log_connections = on, then a reload',
    finding: 'postgres/log_connections',
    cause: 'ALTER SYSTEM',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'setting-pending-restart',
    at: 'postgres',
    how: docker(
      sql('postgres', 'ALTER SYSTEM SET max_prepared_transactions = 10'),
      sql('postgres', 'SELECT pg_reload_conf()'),
    ),
    told: 'ALTER SYSTEM SET max_prepared_transactions = 10, then a reload',
    finding: 'postgres/max_prepared_transactions',
    cause: 'ALTER SYSTEM',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'role-setting',
    at: 'postgres',
    how: docker(sql('postgres', "ALTER ROLE postgres_exporter SET statement_timeout = '1h'")),
    told: "ALTER ROLE postgres_exporter SET statement_timeout = '1h'",
    finding: 'postgres/postgres_exporter.statement_timeout',
    cause: 'ALTER ROLE',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'extension',
    at: 'postgres',
    how: docker(sql('postgres', 'DROP EXTENSION pg_stat_statements')),
    told: 'DROP EXTENSION pg_stat_statements',
    finding: 'postgres/extension-pg_stat_statements',
    cause: 'DROP EXTENSION',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'setting',
    at: 'redis',
    how: docker(redis('CONFIG SET maxmemory 64mb')),
    told: 'CONFIG SET maxmemory 64mb',
    finding: 'redis/maxmemory',
    cause: 'CONFIG SET',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
  {
    kind: 'setting',
    at: 'redis',
    how: docker(redis('CONFIG SET appendfsync no')),
    told: 'CONFIG SET appendfsync no',
    finding: 'redis/appendfsync',
    cause: 'CONFIG SET',
    seenBy: ['settings'],
    plan: 'nothing',
    repair: 'in place',
  },
];

const byHand = { cause: 'made again by hand', seenBy: ['docker'], plan: 'create', repair: 'command' } as const;
const again = (option: string, change: (made: Made) => Changes) => ({ again: option, change });
/** `change` of the engine's part of it. */
const host = (change: Readonly<Record<string, unknown>>) => () => ({ HostConfig: change });

/** What is gone, broken or in the way; and the first half of what is made again. */
const brokenOrMadeAgain: readonly Injection[] = [
  {
    kind: 'unhealthy',
    at: 'ml',
    how: docker('docker kill --signal STOP $p-ml'),
    finding: 'ml/unhealthy',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'in place',
    when: 'unhealthy',
  },
  {
    kind: 'missing',
    at: 'factor',
    how: docker('docker rm --force $p-factor'),
    finding: 'factor/missing',
    cause: 'docker rm',
    seenBy: ['docker'],
    plan: 'create',
    repair: 'command',
    when: 'not running',
  },
  {
    kind: 'foreign',
    at: 'features',
    how: docker(
      'docker rm --force $p-features',
      'docker run --detach --name $p-features --network none --entrypoint sleep $image 1d',
    ),
    finding: 'features/foreign',
    cause: 'somebody else has the name',
    seenBy: ['docker'],
    plan: 'create',
    repair: 'command',
    when: 'not running',
    afterwards: ['docker rm --force --volumes $p-features-foreign'],
  },
  {
    kind: 'extra',
    at: 'shadow',
    how: docker(
      'docker create --name $p-shadow --label io.nautilus.project=$p --label io.nautilus.service=shadow $image',
    ),
    finding: '$p-shadow/extra',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'command',
    when: 'not running',
  },
  {
    kind: 'network-unknown-member',
    at: 'network',
    how: docker('docker run --detach --name stranger-of-$p --network $p-network --entrypoint sleep $image 1d'),
    finding: 'network/member-stranger-of-$p',
    cause: 'docker network connect',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'command',
    afterwards: ['docker rm --force --volumes stranger-of-$p'],
  },
  {
    kind: 'restarting',
    at: 'redis-exporter',
    how: docker(moveSecret('redis-exporter-password', 'away'), 'docker restart $p-redis-exporter'),
    told: 'its password file renamed in the volume, docker restart nautilus-redis-exporter',
    finding: 'redis-exporter/restarting',
    cause: 'ended by itself with 1',
    wavers: true,
    seenBy: ['docker'],
    plan: 'replace',
    repair: 'in place',
    when: 'restarting',
    remedy: [moveSecret('away', 'redis-exporter-password')],
  },
  {
    kind: 'image-moved',
    at: 'portfolio',
    how: docker('docker tag $image $image-of-portfolio'),
    finding: 'portfolio/image-moved',
    cause: 'the tag was moved to another image',
    seenBy: ['docker'],
    plan: 'replace',
    repair: 'command',
  },
  {
    kind: 'planned',
    at: 'websocket',
    how: again('nothing else', () => ({})),
    finding: 'websocket/planned',
    cause: 'made again by hand, or its state was lost',
    seenBy: [],
    plan: 'create',
    repair: 'command',
  },
  {
    ...byHand,
    kind: 'env',
    at: 'analytics',
    how: again('--env TZ=Asia/Tokyo', ({ Config }) => ({ Config: { Env: [...Config.Env, 'TZ=Asia/Tokyo'] } })),
    finding: 'analytics/env-tz',
  },
  {
    ...byHand,
    kind: 'env',
    at: 'strategy',
    how: again('--env UV_THREADPOOL_SIZE=64', ({ Config }) => ({
      Config: { Env: Config.Env.map((entry) => entry.replace(/^(UV_THREADPOOL_SIZE)=.*/, '$1=64')) },
    })),
    finding: 'strategy/env-uv-threadpool-size',
    seenBy: ['docker', 'settings'],
  },
  {
    ...byHand,
    kind: 'env',
    at: 'risk',
    how: again('--env NAUTILUS_CONFIGURATION=<one value changed>', ({ Config }) => ({
      Config: {
        Env: Config.Env.map((entry) =>
          entry.startsWith('NAUTILUS_CONFIGURATION=') ? entry.replace('"profile":"', '"profile":"another-') : entry,
        ),
      },
    })),
    finding: 'risk/env-nautilus-configuration',
    seenBy: ['docker', 'settings'],
  },
  {
    ...byHand,
    kind: 'groups',
    at: 'backend',
    how: again('--group-add 10103', host({ GroupAdd: ['10103'] })),
    finding: 'backend/groups',
  },
  {
    ...byHand,
    kind: 'hostname',
    at: 'frontend',
    how: again('--hostname elsewhere', () => ({ Config: { Hostname: 'elsewhere' } })),
    finding: 'frontend/hostname',
  },
  {
    ...byHand,
    kind: 'working-directory',
    at: 'pms',
    how: again('--workdir /tmp', () => ({ Config: { WorkingDir: '/tmp' } })),
    finding: 'pms/working-directory',
  },
  {
    ...byHand,
    kind: 'sysctls',
    at: 'nginx',
    how: again('--sysctl net.core.somaxconn=128', ({ HostConfig }) => ({
      HostConfig: { Sysctls: { ...(HostConfig.Sysctls as object), 'net.core.somaxconn': '128' } },
    })),
    finding: 'nginx/sysctl-net.core.somaxconn',
  },
  {
    ...byHand,
    kind: 'ulimits',
    at: 'redis',
    how: again('--ulimit nofile=2048:2048', host({ Ulimits: [{ Name: 'nofile', Soft: 2048, Hard: 2048 }] })),
    finding: 'redis/ulimits',
  },
  {
    kind: 'missing',
    at: 'prometheus',
    how: docker('docker rm --force $p-prometheus', 'docker volume rm $p-prometheus-data'),
    finding: 'prometheus/missing',
    cause: 'docker rm',
    seenBy: ['docker'],
    plan: 'create',
    repair: 'command',
    when: 'not running',
  },
  {
    kind: 'missing',
    at: 'volume prometheus-data',
    object: 'docker_volume.prometheus-data',
    how: docker(),
    told: 'the same: docker volume rm nautilus-prometheus-data',
    finding: 'volume prometheus-data/missing',
    cause: 'docker volume rm',
    seenBy: ['docker'],
    plan: 'create',
    repair: 'command',
  },
  {
    ...byHand,
    kind: 'names-of-hosts',
    at: 'ems',
    how: again('--add-host redis:192.0.2.1', host({ ExtraHosts: ['redis:192.0.2.1'] })),
    finding: 'ems/names-of-hosts',
  },
  {
    ...byHand,
    kind: 'out-of-memory',
    at: 'oms',
    how: again('--oom-score-adj 500', host({ OomScoreAdj: 500 })),
    finding: 'oms/out-of-memory',
  },
  {
    ...byHand,
    kind: 'mounts',
    at: 'postgres-exporter',
    how: again('--volume $p-secrets:/run/secrets/nautilus (not read-only)', ({ HostConfig }) => ({
      HostConfig: { Mounts: HostConfig.Mounts?.map((mount) => ({ ...mount, ReadOnly: false })) },
    })),
    finding: 'postgres-exporter/mount-run-secrets-nautilus',
  },
  {
    ...byHand,
    kind: 'shm',
    at: 'marketdata',
    how: again('--shm-size 64m', host({ ShmSize: 64 * 2 ** 20 })),
    finding: 'marketdata/shm',
  },
];

/** The second half. */
const madeAgain: readonly Injection[] = [
  {
    kind: 'exit-code',
    at: 'secrets',
    // It may end by itself before the signal reaches it.
    how: docker(
      'for attempt in 1 2 3 4 5 6 7 8 9; do docker start $p-secrets',
      'docker kill $p-secrets && [ "$(docker wait $p-secrets)" = 137 ] && break; done',
    ),
    told: 'docker start nautilus-secrets and, while it works, docker kill nautilus-secrets',
    finding: 'secrets/exit-code',
    cause: 'killed (SIGKILL)',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'in place',
    when: 'not running',
  },
  {
    ...byHand,
    kind: 'labels',
    at: 'factor',
    how: again('--label team=desk-3', ({ Config }) => ({
      Config: { Labels: { ...(Config.Labels as object), team: 'desk-3' } },
    })),
    finding: 'factor/label-team',
  },
  {
    ...byHand,
    kind: 'namespaces',
    at: 'portfolio',
    how: again('--ipc host', host({ IpcMode: 'host' })),
    finding: 'portfolio/namespaces',
  },
  {
    ...byHand,
    kind: 'entrypoint',
    at: 'redis-exporter',
    how: again('--entrypoint sh -ec', () => ({ Config: { Entrypoint: ['sh', '-ec'] } })),
    finding: 'redis-exporter/entrypoint',
  },
  {
    ...byHand,
    kind: 'user',
    at: 'ml',
    how: again('--user 10001:0', () => ({ Config: { User: '10001:0' } })),
    finding: 'ml/user',
  },
  {
    ...byHand,
    kind: 'mounts',
    at: 'features',
    how: again('--volume /etc:/host:ro', ({ HostConfig }) => ({
      HostConfig: {
        Mounts: [...(HostConfig.Mounts ?? []), { Type: 'bind', Source: '/etc', Target: '/host', ReadOnly: true }],
      },
    })),
    finding: 'features/mount-host',
  },
  {
    ...byHand,
    kind: 'capabilities',
    at: 'websocket',
    how: again('--cap-add NET_ADMIN', host({ CapAdd: ['NET_ADMIN'] })),
    finding: 'websocket/capabilities',
  },
  {
    ...byHand,
    kind: 'security-options',
    at: 'strategy',
    how: again('no --security-opt no-new-privileges:true', host({ SecurityOpt: null })),
    finding: 'strategy/security-options',
  },
  {
    ...byHand,
    kind: 'read-only',
    at: 'risk',
    how: again('no --read-only', host({ ReadonlyRootfs: false })),
    finding: 'risk/read-only',
  },
  {
    ...byHand,
    kind: 'privileged',
    at: 'analytics',
    how: again('--privileged', host({ Privileged: true })),
    finding: 'analytics/privileged',
  },
  {
    ...byHand,
    kind: 'init',
    at: 'backend',
    how: again('--init', host({ Init: true })),
    finding: 'backend/init',
  },
  {
    ...byHand,
    kind: 'tmpfs',
    at: 'frontend',
    how: again('--tmpfs /tmp:size=16m,mode=1777,exec', ({ HostConfig }) => ({
      HostConfig: { Tmpfs: { ...(HostConfig.Tmpfs as object), '/tmp': 'size=16m,mode=1777,exec' } },
    })),
    finding: 'frontend/tmpfs-tmp',
  },
  {
    ...byHand,
    kind: 'health-check',
    at: 'pms',
    how: again('--no-healthcheck', () => ({ Config: { Healthcheck: { Test: ['NONE'] } } })),
    finding: 'pms/health-check',
  },
  {
    ...byHand,
    kind: 'log',
    at: 'postgres-exporter',
    how: again('no --log-opt max-size, max-file', host({ LogConfig: { Type: 'json-file', Config: {} } })),
    finding: 'postgres-exporter/log',
  },
  {
    ...byHand,
    kind: 'ports',
    at: 'ems',
    how: again('--publish 0.0.0.0:… in place of 127.0.0.1:…', ({ HostConfig }) => ({
      HostConfig: {
        PortBindings: Object.fromEntries(
          Object.entries(HostConfig.PortBindings).map(([port, places]) => [
            port,
            places.map((place) => ({ ...place, HostIp: '0.0.0.0' })),
          ]),
        ),
      },
    })),
    finding: 'ems/ports',
  },
  {
    ...byHand,
    kind: 'command',
    at: 'prometheus',
    how: again('--storage.tsdb.retention.time=7d', ({ Config }) => ({
      Config: {
        Cmd: (Config.Cmd as string[]).map((flag) => flag.replace(/(retention\.time)=.*/, '$1=7d')),
      },
    })),
    finding: 'prometheus/command',
    seenBy: ['docker', 'settings'],
  },
  {
    ...byHand,
    kind: 'stop-timeout',
    at: 'oms',
    how: again('--stop-timeout 1', () => ({ Config: { StopTimeout: 1 } })),
    finding: 'oms/stop-timeout',
  },
  {
    ...byHand,
    kind: 'devices',
    at: 'marketdata',
    how: again(
      '--device /dev/null:/dev/fuse',
      host({ Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' }] }),
    ),
    finding: 'marketdata/devices',
  },
  {
    ...byHand,
    kind: 'stop-signal',
    at: 'redis',
    how: again('--stop-signal SIGKILL', () => ({ Config: { StopSignal: 'SIGKILL' } })),
    finding: 'redis/stop-signal',
  },
  {
    ...byHand,
    kind: 'image',
    at: 'nginx',
    how: {
      ...again('$p-committed', () => ({ Config: { Image: '$p-committed' } })),
      first: ['docker commit $p-nginx $p-committed'],
    },
    finding: 'nginx/image',
    // It has the container's labels: a destruction removes it with the images of ours.
    afterwards: ['docker image rm $p-committed || true'],
  },
];

const network = {
  at: 'network',
  object: 'docker_network.platform',
  cause: 'made again by hand, or by another declaration',
  seenBy: ['docker'],
  plan: 'create',
  repair: 'command',
} as const;

/** The network is made again while everything runs in it; a volume, while its container is away. */
const ofThePlatform: readonly Injection[] = [
  {
    ...network,
    kind: 'subnet',
    how: docker(
      'members=$(docker network inspect --format \'{{range .Containers}}{{.Name}}/{{.IPv4Address}}{{"\\n"}}{{end}}\' $p-network | grep .)',
      'while IFS=/ read -r name _; do docker network disconnect $p-network "$name"; done <<<"$members"',
      'docker network rm $p-network',
      'docker network create --subnet $subnet.0/24 --gateway $subnet.1 --label io.nautilus.project=$p --opt com.docker.network.bridge.name=$bridge $p-network',
      'while IFS=/ read -r name address _; do docker network connect --ip "$address" --alias "$(docker inspect --format {{.Config.Hostname}} "$name")" $p-network "$name"; done <<<"$members"',
    ),
    told: 'docker network rm and docker network create --subnet 172.20.0.0/24, all containers connected again as they were',
    finding: 'network/subnet',
  },
  { ...network, kind: 'reserved', how: docker(), told: 'the same: no --aux-address', finding: 'network/reserved' },
  {
    ...network,
    kind: 'labels',
    how: docker(),
    told: 'the same: one --label less',
    finding: 'network/label-io.nautilus.stack',
  },
  {
    ...network,
    kind: 'options',
    how: docker(),
    told: 'the same: no --opt com.docker.network.driver.mtu=9000',
    finding: 'network/mtu',
    seenBy: ['docker', 'settings'],
  },
  {
    kind: 'missing',
    at: 'ems',
    how: docker(
      'docker rm --force $p-ems',
      'docker volume rm $p-ems-data',
      'docker volume create --label io.nautilus.project=$p $p-ems-data',
    ),
    told: 'docker rm --force nautilus-ems',
    finding: 'ems/missing',
    cause: 'docker rm',
    seenBy: ['docker'],
    plan: 'create',
    repair: 'command',
    when: 'not running',
  },
  {
    kind: 'labels',
    at: 'volume ems-data',
    how: docker(),
    told: 'docker volume rm, docker volume create with one --label less',
    finding: 'volume ems-data/label-io.nautilus.stack',
    cause: 'made again by hand, or by another declaration',
    seenBy: ['docker'],
    plan: 'nothing',
    repair: 'command',
  },
];

/**
 * Each round is injected as a whole: no two of them change the same thing, so that each finding proves one injection. The
 * network's comes first: an engine before 28.1 may lose count of endpoints that are deleted while networks are looked at, and
 * then cannot remove the network.
 */
export const rounds: readonly Round[] = [
  { title: 'The network and a volume', injections: ofThePlatform },
  { title: 'Changed while it runs', injections: whileItRuns },
  { title: 'Gone, broken, in the way, made again', injections: brokenOrMadeAgain },
  { title: 'Made again with one option more or less', injections: madeAgain },
];

import { containerPaths, Duration, deployedService, MemorySize, type Profile } from '@nautilus/config';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { platformSecrets } from '../secrets/platform-secrets';
import { Health, Service } from '../service';
import { toExpectations } from '../setting';
import { openFiles, tcpBacklog, toRedisConfiguration, tuneRedis } from './settings';

export interface OrderCacheProps {
  readonly profile: Profile;
  /** @default starts at once */
  readonly after?: readonly ITerraformDependable[];
}

const passwordFile = `${containerPaths.secrets}/${platformSecrets.redis.file}`;
const configuration = '/run/redis/redis.conf';

/**
 * Settings and password become a file in memory that only Redis can read. On the command line the password would be in
 * `docker inspect` and in every process list, in the environment in Terraform's state.
 */
const start = (settings: readonly string[]) =>
  [
    'set -eu',
    'umask 077',
    `{ cat <<'SETTINGS'`,
    ...settings,
    'SETTINGS',
    `printf 'requirepass %s\\n' "$(cat ${passwordFile})"; } > ${configuration}`,
    `exec redis-server ${configuration}`,
  ].join('\n');

/** Redis as the platform's order, position and trade cache: bounded, never evicting an order. */
export class OrderCache extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile, after }: OrderCacheProps) {
    super(scope, id);
    const service = deployedService(profile, 'redis');
    const input = { limit: service.claim.memory.limit, clients: profile.workload.cacheClients };
    const settings = tuneRedis(input);

    this.service = new Service(this, 'service', {
      profile,
      service,
      image: profile.images.redis,
      after,
      // The image's own user, who owns /data.
      user: { name: 'redis' },
      entrypoint: ['sh', '-c'],
      command: [start([`port ${service.port}`, 'bind *', 'dir /data', ...toRedisConfiguration(settings)])],
      secrets: [platformSecrets.redis],
      volumes: [{ volume: 'redis-data', target: '/data' }],
      tmpfs: {
        '/tmp': { size: MemorySize.mebibytes(1) },
        '/run/redis': { size: MemorySize.mebibytes(1) },
      },
      openFiles: openFiles(input),
      sysctls: { 'net.core.somaxconn': String(tcpBacklog(input).value) },
      health: Health.shell(
        `test "$(REDISCLI_AUTH="$(cat ${passwordFile})" redis-cli -p ${service.port} ping)" = PONG`,
        { startPeriod: Duration.minutes(1) },
      ),
      stopGrace: Duration.seconds(30),
      expects: toExpectations(settings, 'redis'),
    });
  }
}

import { cacheTmpfs, containerPaths, Duration, deployedService, type Profile } from '@nautilus/config';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { platformSecrets } from '../secrets/platform-secrets';
import { Health, Service } from '../service';
import { toExpectations } from '../setting';
import { openFiles, redisDialect, redisWorstCase, tcpBacklog, toRedisConfiguration, tuneRedis } from './settings';
import { makeUsers, newestPassword, runtimeDirectory, usersFile, usersProgram } from './users';

export interface OrderCacheProps {
  readonly profile: Profile;
  /** @default starts at once */
  readonly after?: readonly ITerraformDependable[];
}

const passwordFile = `${containerPaths.secrets}/${platformSecrets.redis.file}`;
const configuration = `${runtimeDirectory}/redis.conf`;

/**
 * Settings and users become files in memory that only Redis can read. On the command line a password would be in
 * `docker inspect` and in every process list, in the environment in Terraform's state.
 */
const start = (port: string, settings: readonly string[]) =>
  [
    'set -eu',
    'umask 077',
    `mkdir -p ${runtimeDirectory}`,
    `cat > ${configuration} <<'SETTINGS'`,
    ...settings,
    'SETTINGS',
    `cat > ${usersProgram} <<'USERS'`,
    `${makeUsers(port)}USERS`,
    `sh ${usersProgram}`,
    `exec redis-server ${configuration}`,
  ].join('\n');

/** Redis answers somebody who has the password; the password goes through a pipe. */
const answers = (port: string) =>
  `printf 'AUTH "%s"\\nPING\\n' "$(${newestPassword(passwordFile)})" | redis-cli -p ${port} | grep -qx PONG`;

/** Redis as the platform's order, position and trade cache: bounded, never evicting an order. */
export class OrderCache extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile, after }: OrderCacheProps) {
    super(scope, id);
    const service = deployedService(profile, 'redis');
    const input = { limit: service.claim.memory.limit, clients: profile.workload.cacheClients };
    const settings = tuneRedis(input);
    const port = service.port.toString();
    const places = [`port ${port}`, 'bind *', 'dir /data', `aclfile ${usersFile}`];

    this.service = new Service(this, 'service', {
      profile,
      service,
      image: profile.images.redis,
      after,
      // The image's own user, who owns /data.
      user: { name: 'redis' },
      entrypoint: ['sh', '-c'],
      command: [start(port, [...places, ...toRedisConfiguration(settings)])],
      secrets: [platformSecrets.redis, platformSecrets.redisExporter],
      volumes: [{ volume: 'redis-data', target: '/data' }],
      tmpfs: { '/tmp': { size: cacheTmpfs } },
      worstCase: redisWorstCase(input),
      openFiles: openFiles(input),
      sysctls: { 'net.core.somaxconn': String(tcpBacklog(input).value) },
      health: Health.shell(answers(port), { startPeriod: Duration.minutes(1) }),
      stopGrace: Duration.seconds(30),
      expects: toExpectations(settings, 'redis', redisDialect),
    });
  }
}

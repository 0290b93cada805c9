import { containerName, containerPaths, Duration, deployedService, MemorySize, type Profile } from '@nautilus/config';
import { Construct } from 'constructs';
import { exporterUser, newestPassword } from '../cache/users';
import { platformSecrets } from '../secrets/platform-secrets';
import { Health, Service } from '../service';
import { toExpectations } from '../setting';
import { tuneRedisExporter } from './redis-exporter-settings';

const program = '/redis_exporter';
const passwordFile = `${containerPaths.secrets}/${platformSecrets.redisExporter.file}`;
const passwords = '/tmp/passwords.json';

/**
 * The exporter wants its password in a JSON map by the server's address, older versions without and newer ones with the user
 * in it. The map is made in memory at each start.
 */
function start(server: string, options: readonly string[]): string {
  const withUser = server.replace('://', `://${exporterUser}@`);
  return [
    'set -eu',
    'umask 077',
    `password=$(${newestPassword(passwordFile)})`,
    `printf '{"%s":"%s","%s":"%s"}' '${server}' "$password" '${withUser}' "$password" > ${passwords}`,
    `exec ${program} ${options.join(' ')}`,
  ].join('\n');
}

/** Metrics of the cache: Redis's own statistics, and how many keys of each kind take how much memory. It may look and nothing else. */
export class RedisExporter extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile }: { readonly profile: Profile }) {
    super(scope, id);
    const service = deployedService(profile, 'redis-exporter');
    const settings = tuneRedisExporter();
    const server = `redis://${containerName(profile, 'redis')}:${deployedService(profile, 'redis').port}`;

    this.service = new Service(this, 'service', {
      profile,
      service,
      image: profile.images['redis-exporter'],
      user: { name: '59000:59000' },
      entrypoint: ['sh', '-c'],
      command: [
        start(
          server,
          settings.map(({ name, value }) => `'--${name}=${value}'`),
        ),
      ],
      env: { REDIS_ADDR: server, REDIS_USER: exporterUser, REDIS_PASSWORD_FILE: passwords },
      tmpfs: { '/tmp': { size: MemorySize.mebibytes(1) } },
      secrets: [platformSecrets.redisExporter],
      health: Health.wget(`http://127.0.0.1:${service.port}/health`, { startPeriod: Duration.seconds(10) }),
      expects: toExpectations(settings, 'redis-exporter'),
    });
  }
}

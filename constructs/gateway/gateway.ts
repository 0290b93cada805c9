import { catalog, Duration, deployedService, type Profile } from '@nautilus/config';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { platformSecrets } from '../secrets/platform-secrets';
import { Health, Service } from '../service';
import { toExpectations } from '../setting';
import { nginxUser } from './image';
import { gatewayInput } from './input';
import { runDirectory } from './layout';
import { nginxWorstCase, runSize } from './places';
import { backlog, nginxDialect, tuneNginx } from './settings';
import { workerOpenFiles } from './settings/workers';

export interface GatewayProps {
  readonly profile: Profile;
  /** Reference of the image that `gatewayBundle` builds. */
  readonly image: string;
  /** @default starts at once */
  readonly after?: readonly ITerraformDependable[];
}

/** nginx before everything that people and programs outside reach: TLS, who may do what, how much of it, and where it leads. */
export class Gateway extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile, image, after }: GatewayProps) {
    super(scope, id);
    const input = gatewayInput(profile);
    const settings = tuneNginx(input, String(catalog.nginx.port));

    this.service = new Service(this, 'service', {
      profile,
      service: deployedService(profile, 'nginx'),
      image,
      after,
      user: { name: nginxUser.name },
      secrets: [platformSecrets.gatewayCertificate, platformSecrets.gatewayKey, platformSecrets.gatewayUsers],
      tmpfs: { [runDirectory]: { size: runSize, mode: '0700', owner: nginxUser } },
      openFiles: Math.max(1024, workerOpenFiles(input).value),
      sysctls: {
        'net.core.somaxconn': String(backlog(input)),
        // 443 and 80 are open to everybody in the container, so nginx needs no capability for them.
        'net.ipv4.ip_unprivileged_port_start': '0',
      },
      health: Health.command(
        [
          'curl',
          '--insecure',
          '--fail',
          '--silent',
          '--output',
          '/dev/null',
          `https://127.0.0.1:${catalog.nginx.port}/healthz`,
        ],
        { startPeriod: Duration.seconds(30) },
      ),
      worstCase: nginxWorstCase(input),
      expects: toExpectations(Object.values(settings).flat(), 'nginx', nginxDialect),
    });
  }
}

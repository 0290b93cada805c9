import { containerPaths, Duration, deployedService, grafana, MemorySize, type Profile } from '@nautilus/config';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { platformSecrets } from '../secrets/platform-secrets';
import { Health, Service } from '../service';
import { toExpectations } from '../setting';
import { publicUrl } from './address';
import { objectExpectations } from './objects';
import { grafanaDialect, toEnvironment, tuneGrafana } from './settings';

export interface DashboardServerProps {
  readonly profile: Profile;
  /** @default starts at once */
  readonly after?: readonly ITerraformDependable[];
}

/** Owner of Grafana's files in its image, in a group of his own. */
const user = '472:472';

/** Grafana: people look at dashboards there, and it sends alerts. What it shows is the dashboards stack's. */
export class DashboardServer extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile, after }: DashboardServerProps) {
    super(scope, id);
    const service = deployedService(profile, 'grafana');
    const { limit } = service.claim.memory;
    const settings = tuneGrafana({
      url: publicUrl(profile),
      published: service.published,
      scrapeInterval: profile.monitoring.scrapeInterval,
    });

    this.service = new Service(this, 'service', {
      profile,
      service,
      image: profile.images.grafana,
      after,
      user: { name: user },
      env: {
        ...toEnvironment(settings),
        GF_SERVER_HTTP_PORT: String(service.port),
        // Grafana reads the file itself; its image would copy a variable that ends in __FILE into the process's environment.
        GF_SECURITY_ADMIN_PASSWORD: `$__file{${containerPaths.secrets}/${platformSecrets.grafana.file}}`,
        // Go knows neither limit by itself: it collects garbage before the kernel kills, and runs on the CPUs that it has.
        GOMEMLIMIT: `${limit.times(0.85).floorTo(MemorySize.mebibytes(1)).toDockerMebibytes()}MiB`,
        GOMAXPROCS: String(Math.ceil(service.claim.cpus.cores)),
      },
      secrets: [platformSecrets.grafana],
      volumes: [{ volume: 'grafana-data', target: '/var/lib/grafana' }],
      health: Health.command(
        [
          'curl',
          '--silent',
          '--fail',
          '--output',
          '/dev/null',
          `http://127.0.0.1:${service.port}${grafana.path}api/health`,
        ],
        // The first start makes the database: several hundred migrations.
        { startPeriod: Duration.minutes(2) },
      ),
      startTimeout: Duration.minutes(4),
      stopGrace: Duration.seconds(30),
      expects: [
        ...settings.flatMap((setting) => toExpectations([setting], 'grafana', grafanaDialect(setting.name))),
        ...objectExpectations(profile),
      ],
    });
  }
}

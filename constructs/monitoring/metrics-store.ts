import { Duration, deployedService, MemorySize, type Profile } from '@nautilus/config';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Health, nobody, Service } from '../service';
import { checkMonitoring } from './check';
import { configurationDirectory } from './image';
import {
  type PrometheusInput,
  prometheusExpectations,
  toEnvironment,
  toPrometheusArguments,
  tunePrometheus,
} from './settings';
import { seriesEstimate, targetsOf } from './targets';
import { checkPrometheusFits, prometheusWorstCase } from './worst-case';

export interface MetricsStoreProps {
  readonly profile: Profile;
  /** Reference of the image that `metricsBundle` builds. */
  readonly image: string;
  /** @default starts at once */
  readonly after?: readonly ITerraformDependable[];
}

/** The official image's directory, which its user owns: a new volume takes over that owner. */
const dataDirectory = '/prometheus';

/** What the settings of a profile's Prometheus are derived from. Throws NAUT_SERVICE_NOT_DEPLOYED. */
export function prometheusInput(profile: Profile): PrometheusInput {
  const { claim } = deployedService(profile, 'prometheus');
  return {
    ...profile.monitoring,
    limit: claim.memory.limit,
    cpus: claim.cpus,
    series: seriesEstimate(targetsOf(profile)),
  };
}

/** Prometheus: what it keeps, for how long and in how much memory follows from what the platform exports. */
export class MetricsStore extends Construct {
  readonly service: Service;

  /** @throws NautilusError NAUT_SCRAPE_INTERVAL, NAUT_RETENTION, NAUT_PROMETHEUS_TOO_SMALL */
  constructor(scope: Construct, id: string, { profile, image, after }: MetricsStoreProps) {
    super(scope, id);
    checkMonitoring(profile);
    const service = deployedService(profile, 'prometheus');
    const input = prometheusInput(profile);
    checkPrometheusFits(input, profile);
    const settings = tunePrometheus(input);

    this.service = new Service(this, 'service', {
      profile,
      service,
      image,
      after,
      // As the official image runs it.
      user: nobody,
      // A command replaces the image's own, and its configuration and data directory with it.
      command: [
        `--config.file=${configurationDirectory}/prometheus.yml`,
        `--storage.tsdb.path=${dataDirectory}`,
        `--web.listen-address=0.0.0.0:${service.port}`,
        ...toPrometheusArguments(settings),
      ],
      env: toEnvironment(settings),
      volumes: [{ volume: 'prometheus-data', target: dataDirectory }],
      tmpfs: { '/tmp': { size: MemorySize.mebibytes(1) } },
      health: Health.wget(`http://127.0.0.1:${service.port}/-/ready`, {
        // It reads its write-ahead log first.
        startPeriod: Duration.minutes(2),
      }),
      startTimeout: Duration.minutes(3),
      stopGrace: Duration.seconds(30),
      worstCase: prometheusWorstCase(input),
      expects: prometheusExpectations(settings),
    });
  }
}

import { containerPaths, database, deployedService, MemorySize, type Profile } from '@nautilus/config';
import { Construct } from 'constructs';
import { databaseRoles } from '../database/roles';
import { ImageBundle } from '../image';
import { platformSecrets } from '../secrets/platform-secrets';
import { Health, nobody, Service } from '../service';
import { queriesFile } from './postgres-queries';

export interface PostgresExporterProps {
  readonly profile: Profile;
  /** Reference of the image that `postgresExporterBundle` builds. */
  readonly image: string;
}

const queries = '/etc/postgres_exporter/queries.yaml';

/** The database's figures for Prometheus: the server's own, and those of orders, executions and the write-behind. */
export class PostgresExporter extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile, image }: PostgresExporterProps) {
    super(scope, id);
    const service = deployedService(profile, 'postgres-exporter');
    const { port } = deployedService(profile, 'postgres');
    const platform = profile.hardware.model.replaceAll('-', '_');

    this.service = new Service(this, 'service', {
      profile,
      service,
      image,
      // The image has no user of its own.
      user: nobody,
      command: [`--web.listen-address=:${service.port}`],
      env: {
        // The address alone: with a password in it, it would be in Terraform's state.
        DATA_SOURCE_URI: `postgres:${port}/${database.name}?sslmode=disable&connect_timeout=3`,
        DATA_SOURCE_USER: databaseRoles.exporter,
        DATA_SOURCE_PASS_FILE: `${containerPaths.secrets}/${platformSecrets.postgresExporter.file}`,
        PG_EXPORTER_EXTEND_QUERY_PATH: queries,
        PG_EXPORTER_CONSTANT_LABELS: `env=${profile.name},platform=${platform}`,
      },
      secrets: [platformSecrets.postgresExporter],
      tmpfs: { '/tmp': { size: MemorySize.mebibytes(1) } },
      // It lives while the database is away: pg_up says that.
      health: Health.wget(`http://127.0.0.1:${service.port}/`),
    });
  }
}

/** The profile's exporter and the platform's queries. */
export const postgresExporterBundle = (profile: Profile): ImageBundle =>
  new ImageBundle({
    name: 'postgres-exporter',
    project: profile.project,
    base: profile.images['postgres-exporter'],
    instructions: [`COPY queries.yaml ${queries}`],
    files: { 'queries.yaml': { content: queriesFile } },
  });

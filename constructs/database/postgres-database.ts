import { Duration, database, deployedService, MemorySize, type Profile } from '@nautilus/config';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { platformSecrets } from '../secrets/platform-secrets';
import { Health, Service } from '../service';
import { toExpectations } from '../setting';
import { contentExpectations } from './contents';
import { roleExpectations } from './roles';
import {
  type PostgresInput,
  postgresDialect,
  postgresWorstCase,
  sharedMemorySize,
  toPostgresArguments,
  tunePostgres,
} from './settings';

export interface PostgresDatabaseProps {
  readonly profile: Profile;
  /** Reference of the image that `databaseBundle` builds. */
  readonly image: string;
  /** @default starts at once */
  readonly after?: readonly ITerraformDependable[];
}

const dataDirectory = '/var/lib/postgresql/data';

/** What the settings of a profile's PostgreSQL are derived from. */
export function postgresInput(profile: Profile): PostgresInput {
  const { claim } = deployedService(profile, 'postgres');
  const { connections, kind } = profile.workload;
  return { limit: claim.memory.limit, cpus: claim.cpus, connections, kind };
}

/**
 * PostgreSQL, with TimescaleDB where the image has it: durable, every setting derived from its container's limit, proved not to
 * outgrow it. Roles, passwords and extensions are prepared at each start, before anybody can connect.
 */
export class PostgresDatabase extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile, image, after }: PostgresDatabaseProps) {
    super(scope, id);
    const input = postgresInput(profile);
    const settings = tunePostgres(input);

    this.service = new Service(this, 'service', {
      profile,
      service: deployedService(profile, 'postgres'),
      image,
      after,
      // The image's own user: initdb refuses one that is not in /etc/passwd, and its number differs between Debian and Alpine.
      user: { name: 'postgres' },
      command: ['postgres', ...toPostgresArguments(settings)],
      env: { PGDATA: dataDirectory },
      // All passwords that the server has to know.
      secrets: [platformSecrets.postgres, platformSecrets.postgresSuperuser, platformSecrets.postgresExporter],
      volumes: [{ volume: 'postgres-data', target: dataDirectory }],
      tmpfs: {
        '/tmp': { size: MemorySize.mebibytes(16) },
        '/var/run/postgresql': { size: MemorySize.mebibytes(1) },
      },
      sharedMemory: sharedMemorySize(input),
      worstCase: postgresWorstCase(input),
      // While it prepares, the server listens on its socket only: over TCP, healthy means prepared.
      health: Health.command(
        ['pg_isready', '--quiet', '--host', '127.0.0.1', '--username', database.user, '--dbname', database.name],
        { startPeriod: Duration.minutes(2) },
      ),
      // A fast shutdown writes a checkpoint.
      stopGrace: Duration.minutes(1),
      startTimeout: Duration.minutes(3),
      expects: [
        ...toExpectations(settings, 'postgres', postgresDialect),
        ...roleExpectations(),
        ...contentExpectations(profile),
      ],
    });
  }
}

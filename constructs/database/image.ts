import { containerPaths, database, type Profile } from '@nautilus/config';
import { ImageBundle } from '../image';
import { platformSecrets } from '../secrets/platform-secrets';

/** Runs once, in an empty data directory. psql reads the password itself: no command line ever has it. */
const createDatabase = `#!/bin/sh
set -eu
psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\\set password \`cat ${containerPaths.secrets}/${platformSecrets.postgres.file}\`
CREATE ROLE ${database.user} LOGIN PASSWORD :'password';
GRANT pg_monitor TO ${database.user};
CREATE DATABASE ${database.name} OWNER ${database.user};
\\connect ${database.name}
SELECT 'CREATE EXTENSION IF NOT EXISTS timescaledb' FROM pg_available_extensions WHERE name = 'timescaledb' \\gexec
SQL
# Who may enter the container may ask as the platform's role, without its password: docker exec … psql -U ${database.user}
printf 'operator postgres %s\\n' postgres ${database.user} >>"$PGDATA/pg_ident.conf"
sed -i 's/^\\(local .*\\)peer$/\\1peer map=operator/' "$PGDATA/pg_hba.conf"
`;

/** The profile's PostgreSQL image and the script that creates the platform's role and database. */
export const databaseBundle = (profile: Profile): ImageBundle =>
  new ImageBundle({
    name: 'postgres',
    project: profile.project,
    base: profile.images.postgres,
    instructions: [
      'COPY initialize /docker-entrypoint-initdb.d',
      // A tmpfs takes over the mode of the directory that it covers: anybody may make a socket there, as in the official image.
      'USER root',
      'RUN chmod 3777 /var/run/postgresql',
      'USER postgres',
    ],
    files: { 'initialize/100-nautilus.sh': { content: createDatabase, executable: true } },
  });

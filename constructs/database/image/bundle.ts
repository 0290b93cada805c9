import type { Profile } from '@nautilus/config';
import { ImageBundle } from '../../image';
import { passwordProgram } from '../rotation';
import { changePassword, prepareProgram, sqlDirectory, startProgram } from './programs';
import { databaseSql, rolesSql, updatesSql } from './sql';

const program = (content: string) => ({ content, executable: true });

/** The profile's PostgreSQL image and the programs that prepare the platform's roles and database at each start. */
export const databaseBundle = (profile: Profile): ImageBundle =>
  new ImageBundle({
    name: 'postgres',
    project: profile.project,
    base: profile.images.postgres,
    instructions: [
      'COPY bin /usr/local/bin',
      `COPY sql ${sqlDirectory}`,
      // A tmpfs takes over the mode of the directory that it covers: anybody may make a socket there, as in the official image.
      'USER root',
      'RUN chmod 3777 /var/run/postgresql',
      'USER postgres',
      'ENTRYPOINT ["nautilus-postgres"]',
    ],
    files: {
      'bin/nautilus-postgres': program(startProgram),
      'bin/nautilus-prepare': program(prepareProgram),
      [`bin/${passwordProgram}`]: program(changePassword),
      'sql/roles.sql': { content: rolesSql },
      'sql/updates.sql': { content: updatesSql },
      'sql/database.sql': { content: databaseSql },
    },
  });

import { containerPaths, database, secretFiles } from '@nautilus/config';
import { databaseRoles } from '../roles';
import { passwordProgram } from '../rotation';
import { preloaded } from '../settings';

/** Where the SQL of the preparation is in the image. */
export const sqlDirectory = '/usr/local/share/nautilus';

const secret = (file: string) => `${containerPaths.secrets}/${file}`;
const psql = 'psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres';

/**
 * First process of the container. It makes the data directory where there is none, prepares it with a server that listens on its
 * socket only, and becomes the server: who reaches that over TCP finds it prepared. The image's own entrypoint has no part in it,
 * because it would give the superuser's password to the server as a variable of its environment.
 */
export const startProgram = `#!/bin/sh
# nautilus-postgres postgres -c NAME=VALUE...  loads the libraries that this image has, prepares the data, becomes the server.
set -eu
home=$(dirname "$(dirname "$(readlink -f "$(command -v postgres)")")")
libraries=
for library in ${preloaded.join(' ')}; do
  if [ -e "$home/lib/postgresql/$library.so" ] || [ -e "$home/lib/$library.so" ]; then
    libraries=\${libraries:+$libraries,}$library
  fi
done
set -- "$@" -c "shared_preload_libraries=$libraries"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  chmod 0700 "$PGDATA"
  # Its version is the last to come: what was killed before that is made anew.
  new=$PGDATA/new
  rm -rf "$new"
  initdb --pgdata "$new" --username ${databaseRoles.superuser} --pwfile ${secret(secretFiles.postgresSuperuser)} \\
    --encoding UTF8 --data-checksums --auth-local peer --auth-host scram-sha-256 >/dev/null
  echo 'host all all all scram-sha-256' >>"$new/pg_hba.conf"
  for entry in "$new"/*; do
    [ "$entry" = "$new/PG_VERSION" ] || mv "$entry" "$PGDATA"
  done
  mv "$new/PG_VERSION" "$PGDATA"
  rmdir "$new"
fi

options="-c listen_addresses=''"
for argument in "$@"; do
  [ "$argument" = postgres ] || options="$options '$argument'"
done
stop() { pg_ctl --pgdata "$PGDATA" --silent --wait --mode fast stop; }
trap 'stop; exit 0' INT TERM
pg_ctl --pgdata "$PGDATA" --silent --wait --timeout 600 --options "$options" start
if ! nautilus-prepare; then
  stop
  exit 1
fi
stop
trap - INT TERM
exec "$@" -c 'listen_addresses=*'
`;

/** Makes roles, passwords, extensions and functions what this release needs, whatever an earlier one left. */
export const prepareProgram = `#!/bin/sh
# nautilus-prepare  needs a server on the socket and nobody else on it. Run again, it changes nothing.
set -eu
${psql} --dbname postgres --file ${sqlDirectory}/roles.sql
${passwordProgram} ${secret(secretFiles.postgres)} ${database.user} ${databaseRoles.ticks}
${passwordProgram} ${secret(secretFiles.postgresSuperuser)} ${databaseRoles.superuser}
# Where no exporter is deployed there is no password, and its role cannot log in.
if [ -e ${secret(secretFiles.postgresExporter)} ]; then
  ${passwordProgram} ${secret(secretFiles.postgresExporter)} ${databaseRoles.exporter}
fi

# A new release of an extension brings its own steps; TimescaleDB's must be the first statement of a session.
updates=$(${psql} --dbname ${database.name} --tuples-only --no-align --file ${sqlDirectory}/updates.sql)
if [ -n "$updates" ]; then ${psql} --dbname ${database.name} --command "$updates"; fi
${psql} --dbname ${database.name} --file ${sqlDirectory}/database.sql

# Who may enter the container may ask as any of the platform's roles without its password: docker exec ... psql -U ${database.user}
sed -i '/^operator /d' "$PGDATA/pg_ident.conf"
printf 'operator postgres %s\\n' ${databaseRoles.superuser} ${database.user} ${databaseRoles.ticks} ${databaseRoles.exporter} >>"$PGDATA/pg_ident.conf"
sed -i 's/^\\(local .*[[:space:]]peer\\)$/\\1 map=operator/' "$PGDATA/pg_hba.conf"
`;

/** psql hashes the password; a terminal, where there is one, is left out, because psql would ask there. */
export const changePassword = `#!/bin/sh
# ${passwordProgram} FILE ROLE...  gives the roles the password that stands in FILE.
set -eu
file=$1
shift
password=$(cat "$file")
if [ -z "$password" ]; then
  echo "${passwordProgram}: $file is empty" >&2
  exit 1
fi
export PGOPTIONS='-c log_min_duration_statement=-1 -c log_min_error_statement=panic'
for role; do
  if ! answer=$(printf '%s\\n%s\\n' "$password" "$password" | setsid ${psql} --dbname postgres --command "\\\\password $role" 2>&1); then
    printf '%s\\n' "$answer" >&2
    exit 1
  fi
done
`;

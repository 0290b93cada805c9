import { database } from '@nautilus/config';
import { monitoringFunctions, monitoringSchema } from '../monitoring';
import { databaseRoles, roleSettings } from '../roles';
import { preloaded } from '../settings';

const { user: owner, name } = database;
const { ticks, exporter } = databaseRoles;
const list = (texts: readonly string[]) => texts.map((text) => `'${text}'`).join(', ');
const text = (value: string | boolean) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : `'${value}'`);

/** Roles and the database itself, in any state that an earlier release left. */
export const rolesSql = `
SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[${list([owner, ticks, exporter])}]) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \\gexec
ALTER ROLE ${owner} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE ${ticks} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE ${exporter} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5;
${roleSettings.map((setting) => `ALTER ROLE ${setting.role} SET ${setting.name} = ${text(setting.value)};`).join('\n')}
GRANT pg_monitor TO ${owner}, ${exporter};
SELECT 'CREATE DATABASE ${name} OWNER ${owner}'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${name}') \\gexec
REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${name} TO ${ticks}, ${exporter};
`;

/** Prints the statements that bring extensions to the version of the image. */
export const updatesSql = `
SELECT format('ALTER EXTENSION %I UPDATE;', name) FROM pg_available_extensions
WHERE name IN (${list(preloaded)}) AND installed_version <> default_version ORDER BY name DESC;
`;

/** Inside the platform's database: extensions that the server has loaded, the schema of ticks, what the exporter may ask. */
export const databaseSql = `
SELECT format('CREATE EXTENSION IF NOT EXISTS %I', name) FROM pg_available_extensions
WHERE name IN (${list(preloaded)}) AND name = ANY (string_to_array(current_setting('shared_preload_libraries'), ','))
ORDER BY name DESC \\gexec
SELECT format('GRANT EXECUTE ON FUNCTION %s TO ${owner}', oid::regprocedure) FROM pg_proc
WHERE proname = 'pg_stat_statements_reset' \\gexec
CREATE SCHEMA IF NOT EXISTS market AUTHORIZATION ${ticks};
GRANT USAGE ON SCHEMA market TO ${owner};
ALTER DEFAULT PRIVILEGES FOR ROLE ${ticks} IN SCHEMA market GRANT SELECT ON TABLES TO ${owner};
BEGIN;
SET LOCAL client_min_messages = warning;
DROP SCHEMA IF EXISTS ${monitoringSchema} CASCADE;
CREATE SCHEMA ${monitoringSchema} AUTHORIZATION ${owner};
SET LOCAL ROLE ${owner};
${monitoringFunctions}
GRANT USAGE ON SCHEMA ${monitoringSchema} TO ${exporter};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${monitoringSchema} FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${monitoringSchema} TO ${exporter};
COMMIT;
`;

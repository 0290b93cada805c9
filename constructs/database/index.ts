export { databaseBundle } from './image';
export { PostgresDatabase, type PostgresDatabaseProps, postgresInput } from './postgres-database';
export { pgtune, timescaledbTune } from './published';
export { databaseRoles } from './roles';
export { passwordChange } from './rotation';
export { type PostgresInput, postgresWorstCase, tunePostgres } from './settings';

export { Database, type DatabaseProps } from './database';
export { databaseBundle } from './image';
export { databaseSecrets } from './secrets';
export { type PostgresInput, tunePostgres } from './settings';

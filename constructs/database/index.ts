export { Database, type DatabaseProps } from './database';
export { databaseBundle } from './image';
export { type PostgresInput, tunePostgres } from './settings';

export { databaseBundle } from './bundle';

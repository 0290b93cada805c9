export { PostgresExporter, postgresExporterBundle } from './postgres-exporter';
export { databaseMetrics } from './postgres-queries';
export { RedisExporter } from './redis-exporter';
export { redisExporterScrape } from './redis-exporter-settings';

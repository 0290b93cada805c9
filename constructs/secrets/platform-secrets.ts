import { secretFiles } from '@nautilus/config';
import type { Secret } from './secret';

/** Group of what no container reads: for people, through `nautilus secrets`. */
const people = 10_110;

/** Every secret of the platform: its file, who may read it, what it guards. */
export const platformSecrets = {
  postgres: { file: secretFiles.postgres, gid: 10_101, service: 'postgres' },
  postgresSuperuser: { file: secretFiles.postgresSuperuser, gid: 10_102, service: 'postgres' },
  redis: { file: secretFiles.redis, gid: 10_103, service: 'redis' },
  redisExporter: { file: secretFiles.redisExporter, gid: 10_104, service: 'redis-exporter' },
  postgresExporter: { file: secretFiles.postgresExporter, gid: 10_105, service: 'postgres-exporter' },
  grafana: { file: secretFiles.grafana, gid: 10_106, service: 'grafana' },
  gatewayUsers: { file: secretFiles.gatewayUsers, gid: 10_107, service: 'nginx' },
  gatewayCertificate: { file: secretFiles.gatewayCertificate, gid: 10_107, service: 'nginx' },
  gatewayKey: { file: secretFiles.gatewayKey, gid: 10_107, service: 'nginx' },
  gatewayViewer: { file: secretFiles.gatewayViewer, gid: people, service: 'nginx' },
  gatewayTrader: { file: secretFiles.gatewayTrader, gid: people, service: 'nginx' },
  authorityCertificate: { file: secretFiles.authorityCertificate, gid: 10_107, service: 'nginx' },
  authorityKey: { file: secretFiles.authorityKey, gid: people, service: 'nginx' },
} as const satisfies Record<string, Secret>;

import type { ServiceName } from '../catalog';
import type { Profile } from './profile';

type Project = Pick<Profile, 'project'>;

/** Names of what the platform creates in Docker: all carry the project, so two of them live side by side. */
export const containerName = ({ project }: Project, service: ServiceName | 'secrets') => `${project}-${service}`;
export const networkName = ({ project }: Project) => `${project}-network`;
export const volumeName = ({ project }: Project, volume: string) => `${project}-${volume}`;

/** Labels on every object of ours. */
export const labels = Object.freeze({
  project: 'io.nautilus.project',
  service: 'io.nautilus.service',
  stack: 'io.nautilus.stack',
  profile: 'io.nautilus.profile',
  /** Hash of the whole container specification: a changed one replaces the container. */
  spec: 'io.nautilus.spec',
  /** On an image: hash of all that it was built from. */
  content: 'io.nautilus.content',
});

/** Where an engine finds its things inside its container. */
export const containerPaths = Object.freeze({
  sharedMemory: '/run/nautilus/shm',
  data: '/var/lib/nautilus',
  secrets: '/run/secrets/nautilus',
  configuration: '/etc/nautilus/engine.json',
  /** Sample market data in the image of marketdata. */
  samples: '/app/data',
});

/** Files in the secrets volume, one secret each. */
export const secretFiles = Object.freeze({
  /** Of the role that owns the platform's database. */
  postgres: 'postgres-password',
  /** Of the superuser: for people, no service uses it. */
  postgresSuperuser: 'postgres-superuser-password',
  /** Of the role that may only look at statistics. */
  postgresExporter: 'postgres-exporter-password',
  /** Of the platform at the broker between hosts. */
  broker: 'broker-password',
  redis: 'redis-password',
  redisExporter: 'redis-exporter-password',
  grafana: 'grafana-admin-password',
  /** Of the people who may look, and of those who may trade. */
  gatewayViewer: 'gateway-viewer-password',
  gatewayTrader: 'gateway-trader-password',
  /** Users of the gateway with the hashes of their passwords. */
  gatewayUsers: 'gateway.htpasswd',
  gatewayCertificate: 'gateway.crt',
  gatewayKey: 'gateway.key',
  /** The platform's own certificate authority. */
  authorityCertificate: 'authority.crt',
  authorityKey: 'authority.key',
});

/** File in the secrets volume with the keys that an engine's journal is encrypted under. */
export const journalKeyFile = (engine: string): string => `${engine}-journal-keys`;

/**
 * Owner of the secrets. Nothing else runs as this user: who is not in the group of a secret cannot read it, the engines, which
 * share a user, neither.
 */
export const secretsKeeper = Object.freeze({ uid: 10_002, name: '10002:10002' });

/** Role and database of the engines; the superuser is for people, no service uses it. */
export const database = Object.freeze({ user: 'nautilus', name: 'nautilus', superuser: 'postgres' });

/** The newest step of each engine's tables in the database, as `trading.migrations` names it. */
export const schemaVersions = Object.freeze({
  oms: '003-linked-orders',
  pms: '002-corporate-actions-margin-calls',
});

/** Grafana's first user, and the path that it is served under, in its container as at the gateway. */
export const grafana = Object.freeze({ user: 'admin', path: '/grafana/' });

/** The order flow that comes with the platform: AAPL at Nasdaq on 2012-06-21, the first 40,000 events. */
export const sampleFile = 'AAPL_2012-06-21_message_50_first40000.csv.gz';

/** Port of the gateway's own metrics: inside the platform's network only. */
export const gatewayMetricsPort = 9113;

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
export const secretFiles = Object.freeze({ postgres: 'postgres-password', redis: 'redis-password' });

/** Role and database of the engines. */
export const database = Object.freeze({ user: 'nautilus', name: 'nautilus' });

/** The order flow that comes with the platform: AAPL at Nasdaq on 2012-06-21, the first 40,000 events. */
export const sampleFile = 'AAPL_2012-06-21_message_50_first40000.csv.gz';

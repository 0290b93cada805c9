import type { Expectation } from '@nautilus/manifest';
import type { Reader } from '../reading';
import { container } from './container';
import { engine } from './engine';
import { grafana } from './grafana';
import { nginx } from './nginx';
import { postgres, postgresRole } from './postgres';
import { prometheus } from './prometheus';
import { redis } from './redis';

/** Who is asked for the settings of which subject. */
export const readers: Partial<Record<Expectation['subject'], Reader>> = {
  container,
  engine,
  grafana,
  nginx,
  postgres,
  'postgres-role': postgresRole,
  prometheus,
  redis,
  // Options on the command line, as an engine's.
  'redis-exporter': engine,
};

import type { Expectation, ManifestService } from '@nautilus/manifest';
import type { Subject } from '../reading';
import { container } from './container';
import { engine } from './engine';
import { grafana, grafanaObject } from './grafana';
import { nginx } from './nginx';
import { postgres, postgresExtension, postgresRole, postgresSchema } from './postgres';
import { prometheus } from './prometheus';
import { redis } from './redis';

/** Who is asked for the settings of which subject. */
export const subjects: Partial<Record<Expectation['subject'], Subject>> = {
  container,
  engine,
  grafana,
  'grafana-object': grafanaObject,
  nginx,
  postgres,
  'postgres-role': postgresRole,
  'postgres-extension': postgresExtension,
  'postgres-schema': postgresSchema,
  prometheus,
  redis,
  // Options on the command line, as an engine's.
  'redis-exporter': engine,
};

/** All that is asked in a service's container. */
export function questionsOf(service: ManifestService): Readonly<Record<string, string>> {
  const asked = new Set(service.expectations.map(({ subject }) => subject));
  return Object.assign({}, ...[...asked].map((subject) => subjects[subject]?.questions(service)));
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  catalog,
  database,
  type EngineName,
  engineNames,
  engineSettings,
  localPlacement,
  NautilusError,
  type Profile,
  profileArgument,
  type ServiceName,
  secretFiles,
} from '@nautilus/config';
import { detectHardware } from '../../host';
import { type LocalPaths, LocalPlatform, logTail } from '../../local';
import { fetched, realTime } from './http';
import type { Platform } from './platform';

const instead: Partial<Record<ServiceName, string>> = {
  redis: 'local mode has no Redis: the engines keep in their own memory what it caches',
  nginx: 'local mode has no gateway: the engines are asked directly, on 127.0.0.1',
  prometheus: 'local mode has no Prometheus: each engine’s /metrics is read directly',
};

const isEngine = (service: ServiceName): service is EngineName => (engineNames as readonly string[]).includes(service);

/**
 * The platform that `nautilus local up` started here.
 * @throws NautilusError NAUT_NOT_RUNNING, NAUT_OTHER_PROFILE
 */
export function localMode(profile: Profile, paths: LocalPaths): Platform {
  const platform = new LocalPlatform(paths);
  const run = platform.run();
  if (run === undefined)
    throw new NautilusError({
      code: 'NAUT_NOT_RUNNING',
      message: 'nothing of the platform runs here without Docker',
      fix: 'run `nautilus local up`, or leave --local out for the platform in Docker',
    });
  if (run.profile !== profile.name)
    throw new NautilusError({
      code: 'NAUT_OTHER_PROFILE',
      message: `what runs here is profile ${run.profile}, not ${profile.name}`,
      fix: `add --profile ${profileArgument({ name: run.profile, file: run.profileFile })}`,
    });
  const ports = new Map<string, number>(run.services.map(({ name, port }) => [name, port]));
  const base = (service: ServiceName) => `http://127.0.0.1:${ports.get(service) ?? catalog[service].port}`;
  const access = {
    host: '127.0.0.1',
    port: ports.get('postgres') ?? catalog.postgres.port,
    user: database.user,
    database: database.name,
    passwordFile: path.join(paths.secrets, secretFiles.postgres),
  };
  const placement = localPlacement(profile, {
    sharedMemory: paths.sharedMemory,
    dataDirectory: path.dirname(paths.data('oms')),
    secrets: paths.secrets,
    postgres: access,
  });
  return {
    mode: 'local',
    profile,
    clock: realTime,
    absent(service) {
      if (!profile.services[service]) return `profile ${profile.name} has no ${service}`;
      return isEngine(service) || service === 'postgres'
        ? undefined
        : (instead[service] ?? `local mode has no ${service}`);
    },
    ask: (service, route, request) => fetched(base(service), route, request),
    async rows(query) {
      // Only now: it takes a tenth of the start of every other command.
      const { Client } = await import('pg');
      const { passwordFile, ...server } = access;
      const password = readFileSync(passwordFile, 'utf8').trim();
      const client = new Client({ ...server, password, connectionTimeoutMillis: 5_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' });
        return rows.map((row) => row.map(String));
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    log: async (service, lines) => logTail(paths.log(service), lines).join('\n'),
    configuration: (service) =>
      engineSettings(profile, service as EngineName, placement) as unknown as Readonly<Record<string, unknown>>,
    hardware: () => detectHardware(),
    processes: { status: () => platform.status() },
  };
}

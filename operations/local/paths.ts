import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';

/** Where the platform keeps everything when it runs without Docker. */
export interface LocalPaths {
  readonly home: string;
  readonly runFile: string;
  readonly sharedMemory: string;
  data(service: string): string;
  log(service: string): string;
  config(service: string): string;
  readonly secrets: string;
}

/**
 * @param home the data directory; default NAUTILUS_HOME, else `.nautilus/local` of the installation
 */
export function localPaths(home = process.env.NAUTILUS_HOME): LocalPaths {
  const resolved = path.resolve(home ?? path.join(installationRoot(), '.nautilus', 'local'));
  const id = createHash('sha256').update(resolved).digest('hex').slice(0, 12);
  return {
    home: resolved,
    runFile: path.join(resolved, 'run.json'),
    sharedMemory: existsSync('/dev/shm') ? `/dev/shm/nautilus-${id}` : path.join(resolved, 'shared-memory'),
    data: (service) => path.join(resolved, 'data', service),
    log: (service) => path.join(resolved, 'logs', `${service}.log`),
    config: (service) => path.join(resolved, 'config', `${service}.json`),
    secrets: path.join(resolved, 'secrets'),
  };
}

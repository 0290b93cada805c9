import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { type ServiceName, services } from '../../config';

/** Services of the small platform. */
export const kept = ['analytics', 'factor', 'postgres', 'redis'] as const satisfies readonly ServiceName[];

/** A platform of four containers on the ci profile's figures: enough to be interrupted, small enough to be made again and again. */
export function writeSmallProfile(over: {
  readonly docker?: object;
  readonly images?: object;
  readonly exposed?: readonly ServiceName[];
}): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-docker-'));
  const file = path.join(folder, 'fault-test.yaml');
  const others = services.map(({ name }) => name).filter((name) => !(kept as readonly ServiceName[]).includes(name));
  const profile = {
    name: 'fault-test',
    extends: 'laptop',
    description: 'four containers that are interrupted',
    project: 'nautilus-fault',
    docker: { memory: '6GiB', cpus: 2, cpuOvercommit: 7, ...over.docker },
    network: { subnet: '172.27.0.0/16', bridgeName: 'nautilus-fault0' },
    exposure: { services: over.exposed ?? [], portOffset: 23_000 },
    ...(over.images && { images: over.images }),
    services: {
      ...Object.fromEntries(others.map((name) => [name, null])),
      postgres: { claim: { memory: { min: '1GiB', limit: '1GiB', max: '1GiB' }, cpus: 1 } },
    },
    workload: { connections: 50, cacheClients: 100, symbols: 10, ordersPerSecond: 500, retention: '1d' },
    trading: { poll: 'sleep' },
  };
  fs.writeFileSync(file, stringify(profile));
  return file;
}

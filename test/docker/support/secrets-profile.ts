import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { root } from '../platform';

const claim = (memory: string, cpus: number) => ({
  claim: { memory: { min: memory, limit: memory, max: memory }, cpus },
});

/** What has secrets, and the order path that uses them. */
const services = {
  postgres: claim('768MiB', 1),
  redis: claim('256MiB', 0.5),
  marketdata: claim('384MiB', 0.5),
  risk: claim('256MiB', 0.5),
  oms: claim('320MiB', 0.5),
  ems: claim('320MiB', 0.5),
  pms: claim('256MiB', 0.5),
  backend: claim('192MiB', 0.5),
  frontend: claim('192MiB', 0.25),
};
const unused = ['analytics', 'factor', 'ml', 'features', 'websocket', 'strategy', 'portfolio', 'prometheus', 'grafana'];

/** A small profile under a name, a network and ports of its own; `gateway` as an operator may change it. */
export function secretsProfile(file: string | undefined = undefined, gateway: object = {}): string {
  const target = file ?? path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-docker-')), 'secrets-test.yaml');
  const profile = {
    name: 'secrets-test',
    extends: path.join(root, 'config', 'profiles', 'laptop.yaml'),
    description: 'what the tests of the secrets deploy',
    project: 'nautilus-secrets',
    docker: { memory: '6GiB', cpus: 2, cpuOvercommit: 7 },
    workload: { connections: 50, cacheClients: 100, symbols: 10, ordersPerSecond: 500, retention: '1d' },
    network: { subnet: '172.29.0.0/16', bridgeName: 'naut-secrets0' },
    exposure: { portOffset: 23_000 },
    services: { ...services, ...Object.fromEntries(unused.map((name) => [name, null])) },
    gateway,
    trading: { poll: 'sleep' },
  };
  fs.writeFileSync(target, stringify(profile));
  return target;
}

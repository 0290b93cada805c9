import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { catalog, type ServiceName, services, topicNames } from '../catalog';
import { m4MaxVariant } from '../hardware/m4-max';
import { Port } from '../units';
import { poolOf } from './budget';
import { containerAddress } from './checks/addresses';
import { hostPorts } from './checks/ports';
import { feedFile } from './checks/trading';
import { withFiles } from './feeds';
import { networkName } from './naming';
import type { Profile, ServiceProfile } from './profile';
import type { ProfileSource } from './schema';

/** Fills in what follows from a checked profile, and freezes it. `said` is the profile before the engine's own figures. */
export function resolveProfile(source: ProfileSource, said: ProfileSource, file: string): Profile {
  const { docker, network, hardware, trading } = source;
  const pool = poolOf(docker.memory, docker.reservePercent);
  return deepFreeze<Profile>({
    name: source.name,
    description: source.description,
    project: source.project,
    file,
    hash: hashOf(said),
    hardware:
      hardware.model === 'm4-max' ? { model: 'm4-max', variant: m4MaxVariant(hardware.memory!)! } : { model: 'any' },
    docker: {
      memory: docker.memory,
      cpus: docker.cpus,
      cpuOvercommit: docker.cpuOvercommit,
      host: docker.host,
      certificates: docker.certificates && resolve(dirname(file), docker.certificates),
      reserve: docker.memory.minus(pool),
      pool,
      sharedMemory: docker.sharedMemory,
    },
    workload: source.workload,
    network: { ...network, name: networkName(source), gateway: network.subnet.host(1) },
    images: source.images,
    exposure: { address: source.exposure.address },
    services: Object.fromEntries(
      services.filter(({ name }) => source.services[name]).map(({ name }) => [name, resolveService(source, name)]),
    ),
    gateway: source.gateway,
    monitoring: source.monitoring,
    diagnostics: source.diagnostics,
    backend: backendOf(source),
    journals: source.journals,
    transport: transportOf(source),
    trading: {
      ...trading,
      feeds: trading.feeds.map((feed) => withFiles(feed, (name) => feedFile(file, name))),
      record: trading.record && resolve(dirname(file), trading.record),
    },
  });
}

function transportOf({ transport }: ProfileSource): Profile['transport'] {
  const { kind, servers = [], topics = topicNames, ...others } = transport;
  return kind === 'nats' ? { kind, servers, topics, ...others, user: others.user } : { kind };
}

function resolveService(source: ProfileSource, name: ServiceName): ServiceProfile {
  const { claim, optional } = source.services[name]!;
  const { memory, cpus, priority, policy } = claim;
  const { min = memory.limit, limit, max = memory.limit } = memory;
  const exposed = source.exposure.services;
  const endpoints = hostPorts(source, name).map(({ port, hostPort }) => ({
    port: Port.of(port),
    hostPort: Port.of(hostPort),
  }));
  return {
    name,
    catalog: catalog[name],
    claim: { memory: { min, limit, max }, cpus, priority, policy },
    address: containerAddress(source, name)!,
    port: endpoints[0]!.port,
    hostPort: endpoints[0]!.hostPort,
    // The gateway is what people come through.
    published: name === 'nginx' || exposed === 'all' || exposed.includes(name),
    endpoints,
    optional,
  };
}

function backendOf({ terraform }: ProfileSource): Profile['backend'] {
  const { kind, ...settings } = terraform.backend;
  return { kind: String(kind), settings };
}

/** Over the values in the schema's order, so that neither the file's order nor its comments matter. */
function hashOf({ extends: _extends, description: _description, ...said }: ProfileSource): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

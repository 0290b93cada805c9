import { setTimeout } from 'node:timers/promises';
import { type DeclaredMachine, fact, factOf, z } from '@nautilus/core/kernel';
import { shared } from '../ask';
import type { BackendConfig, DeployedService } from '../config';
import { type EngineStatus, engineStatuses } from '../engine-status';
import type { HostAgent, HostView } from '../host-agent';
import { type CpuUse, engineUse } from './engines';
import { type ProcessorTime, readProcessorTime } from './processors';
import { SERVER_WINDOW_SECONDS, type ServerUse, serverUse } from './servers';

/** Between the two looks, ms: CPU time is a total, and only its growth tells what is used. */
const WINDOW_MS = 1000;

const Figure = factOf(z.number());
const CoreType = z.object({ cores: Figure, busyCores: Figure });

export const CoreUtilization = z.object({
  askedAt: z.iso.datetime(),
  machine: z
    .object({ cpus: Figure, busyCores: Figure })
    .describe('what the containers run on: in Docker on a Mac its virtual machine'),
  performance: CoreType,
  efficiency: CoreType,
  services: z.array(
    z.object({
      name: z.string(),
      cores: Figure.describe('kept busy on average: of the container where origin is cgroup, else of the process'),
      quotaCores: Figure,
      share: Figure.describe('of the quota'),
      throttledSeconds: Figure,
      windowSeconds: z.number().nullable().describe('time that the figures are of'),
    }),
  ),
});

export type CoreUtilization = z.infer<typeof CoreUtilization>;

/** All that is read for one answer. */
export interface Looks {
  readonly askedAt: string;
  readonly engines: readonly [ReadonlyMap<string, EngineStatus>, ReadonlyMap<string, EngineStatus>];
  readonly processors: readonly [ProcessorTime | undefined, ProcessorTime | undefined];
  readonly servers: ServerUse;
  readonly host: HostView;
}

function machineUse([before, after]: Looks['processors']): CoreUtilization['machine'] {
  const reason = 'only Linux tells it, in /proc/stat';
  const passed = before && after ? after.total - before.total : 0;
  return {
    cpus: fact('measured', after?.count, reason),
    busyCores: fact(
      'measured',
      before && after && passed > 0 ? ((after.busy - before.busy) / passed) * after.count : null,
      after ? 'no time passed' : reason,
    ),
  };
}

/** No container sees which kind of core it runs on. */
function coreType(type: 'performance' | 'efficiency', host: HostView, declared: DeclaredMachine['gpuCores']) {
  const told = host.fact((report) => report[type]?.cores);
  return {
    cores: told.value === null && declared.value !== null ? declared : told,
    busyCores: host.fact((report) => report[type]?.busyCores),
  };
}

function useOf(service: DeployedService, { engines: [before, after], servers }: Looks): CpuUse {
  const second = after.get(service.name);
  if (second) return engineUse(before.get(service.name), second);
  const cores = servers(service.name);
  return {
    cores,
    quotaCores: fact('profile', service.cpus, ''),
    throttledSeconds: fact<number>('cgroup', null, `${service.name} does not tell what its cgroup accounts`),
    windowSeconds: cores.value === null ? null : SERVER_WINDOW_SECONDS,
  };
}

/** What two looks say. */
export function coreUtilization(
  services: readonly DeployedService[],
  declared: DeclaredMachine,
  looks: Looks,
): CoreUtilization {
  return {
    askedAt: looks.askedAt,
    machine: machineUse(looks.processors),
    performance: coreType('performance', looks.host, declared.performanceCores),
    efficiency: coreType('efficiency', looks.host, declared.efficiencyCores),
    services: services.map((service) => {
      const use = useOf(service, looks);
      const { cores, quotaCores } = use;
      const share = cores.value === null || quotaCores.value === null ? null : cores.value / quotaCores.value;
      const missing = 'reason' in cores ? cores.reason : 'reason' in quotaCores ? quotaCores.reason : '';
      return { name: service.name, ...use, share: fact(cores.origin, share, missing) };
    }),
  };
}

/** Answers who asks how busy the cores are; who comes while it looks gets the same answer. */
export const coreUtilizationOf = (
  { services }: Pick<BackendConfig, 'services'>,
  declared: DeclaredMachine,
  agent: HostAgent,
): (() => Promise<CoreUtilization>) =>
  shared(async () => {
    const askedAt = new Date().toISOString();
    const look = () => Promise.all([engineStatuses(services), readProcessorTime()]);
    const others = Promise.all([serverUse(services), agent.view()]);
    const [first] = await Promise.all([look(), setTimeout(WINDOW_MS)]);
    const [second, [servers, host]] = await Promise.all([look(), others]);
    return coreUtilization(services, declared, {
      askedAt,
      engines: [first[0], second[0]],
      processors: [first[1], second[1]],
      servers,
      host,
    });
  });

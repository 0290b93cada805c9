import type { LiveReading, ObservedService } from '../../live';
import { kernelOf } from '../../live/subjects/kernel';
import type { Finding, Repair } from '../finding';
import { restart, updateCpus, updateMemory } from '../repairs';
import { type Compared, finding, inWords, sides } from './finding';

/** Attributes that Docker is asked for, and not the container itself: they are of the docker layer. */
export const isOfDocker = ({ subject, setting }: LiveReading['expectation']): boolean =>
  subject === 'container' && setting.startsWith('HostConfig.');

const isLimit = ({ setting }: LiveReading['expectation']): boolean => setting.startsWith('cgroup.');

/** What the container sees of its network. Its limits are compared with what Docker says: see {@link limitsInForce}. */
export function containerSetting(compared: Compared, reading: LiveReading): Finding[] {
  if (isLimit(reading.expectation)) return [];
  return [
    finding(compared, {
      setting: 'mtu',
      kind: 'mtu',
      what: "MTU on the platform's network",
      ...sides(reading),
      // Docker sets it from the network when the container joins; a network with another one is told instead.
      ...(Number.isFinite(Number(reading.live)) && { cause: 'ip link set' }),
      repair: restart(compared.service),
    }),
  ];
}

interface Limit {
  readonly kind: 'memory' | 'cpus';
  readonly what: string;
  readonly unit: string;
  readonly declared: number;
  readonly band: readonly [least: number, most: number];
  readonly live: number | undefined;
  /** What Docker says that it is; undefined where that was not asked, because it is as declared, or not told. */
  readonly docker: number | undefined;
  readonly repair: Repair;
}

/**
 * The limits that the kernel holds the container to. Throws where one differs and Docker does not say what it should be. Another than Docker says is nobody's declaration; one that Docker says
 * too is the finding of the docker layer, seen from inside.
 */
export function limitsInForce(compared: Compared, observed: ObservedService): Finding[] {
  return limitsOf(compared, observed).flatMap(({ kind, what, unit, declared, band, live, docker, repair }) => {
    if (live === undefined || live === declared) return [];
    const [least, most] = band;
    if (docker === undefined)
      throw new Error(`the kernel has another ${what} than declared, and Docker does not tell its own`);
    const asDockerSays = docker === live;
    if (asDockerSays && live >= least && live <= most) return [];
    return [
      finding(compared, {
        setting: asDockerSays ? kind : 'cgroup-limit',
        kind: asDockerSays ? kind : 'cgroup-limit',
        what: `${what} in force`,
        declared: inWords(declared, unit),
        live: `${inWords(live, unit)}${asDockerSays ? '' : `, and Docker says ${inWords(docker, unit)}`}`,
        ...(!asDockerSays && { cause: 'another than Docker wrote to the cgroup' }),
        repair,
      }),
    ];
  });
}

function limitsOf(compared: Compared, { answers, detail }: ObservedService): Limit[] {
  const { memory, memorySwapBytes, cpus } = compared.service;
  const kernel = kernelOf(answers);
  return [
    {
      kind: 'memory',
      what: 'memory limit',
      unit: 'bytes',
      declared: memory.limitBytes,
      band: [memory.minBytes, memory.maxBytes],
      live: kernel.memoryBytes,
      docker: detail?.HostConfig.Memory,
      repair: updateMemory(compared.service, memory.limitBytes, memorySwapBytes),
    },
    {
      kind: 'cpus',
      what: 'CPU quota',
      unit: 'CPUs',
      declared: cpus,
      band: [cpus, cpus],
      live: kernel.cpus,
      docker: detail && detail.HostConfig.NanoCpus / 1e9,
      repair: updateCpus(compared.service, cpus),
    },
  ];
}

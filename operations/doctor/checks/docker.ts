import { loadProfile, MemorySize, NautilusError, ProfileError } from '@nautilus/config';
import type { DockerClient, EngineInfo, NetworkSummary } from '../../docker';
import { overlapping } from '../../terraform/preconditions';
import type { Check, Finding, Machine } from '../finding';
import { howToGet } from '../how-to-get';
import { isAtLeast } from '../version';

const oldestDocker = '20.10';

const needed = { use: 'deploy', neededFor: `deploy, diff and destroy (Docker ${oldestDocker} or later)` } as const;

/** The engine answers, is new enough, has what the profile claims, and its networks leave the profile's subnet free. */
export const docker: Check = async (machine) => {
  const engine = await findEngine(machine);
  if (!('info' in engine)) return [engine];
  const { client, info, networks } = engine;
  const old = !isAtLeast(info.ServerVersion, oldestDocker);
  const found = `${info.ServerVersion}, ${info.OperatingSystem}, ${info.Architecture}, at ${client.host}`;
  const version: Finding = {
    name: 'Docker engine',
    state: old ? 'too old' : 'ok',
    found,
    ...needed,
    ...(old && { fix: howToGet('docker', machine.host), code: 'NAUT_DOCKER_TOO_OLD' }),
  };
  return [version, resources(machine, info), subnet(machine, networks)];
};

interface Engine {
  readonly client: DockerClient;
  readonly info: EngineInfo;
  readonly networks: readonly NetworkSummary[];
}

/** The engine and what it says of itself, or the finding that there is none. */
async function findEngine(machine: Machine): Promise<Engine | Finding> {
  const missing = (found: string, fix: string, code: `NAUT_${string}`): Finding => ({
    name: 'Docker engine',
    state: 'missing',
    found,
    ...needed,
    fix,
    code,
  });
  try {
    const client = machine.docker();
    if (client) return { client, info: await client.info(), networks: await client.networks() };
  } catch (error) {
    if (!(error instanceof NautilusError)) throw error;
    const remote = machine.profile.docker.host ?? machine.env.DOCKER_HOST;
    const start = howToGet('startDocker', machine.host);
    return missing(error.message, (remote && error.fix) || start, error.code);
  }
  const installed = await machine.run('docker', ['--version'], machine.env);
  return installed
    ? missing(
        'Docker is installed and does not run: no socket is there',
        howToGet('startDocker', machine.host),
        'NAUT_DOCKER_MISSING',
      )
    : missing('no engine and no docker program', howToGet('docker', machine.host), 'NAUT_DOCKER_MISSING');
}

/** Memory and CPUs: the profile must fit into what the engine really has. */
function resources({ profile, host }: Machine, info: EngineInfo): Finding {
  const memory = MemorySize.bytes(info.MemTotal);
  const found = `${memory} and ${info.NCPU} CPUs`;
  const finding = {
    name: 'Docker resources',
    found,
    use: 'deploy',
    neededFor: `the containers of profile ${profile.name}`,
  } as const;
  try {
    loadProfile(profile.file, { docker: { memoryBytes: info.MemTotal, cpus: info.NCPU } });
    return { ...finding, state: 'ok' };
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return {
      ...finding,
      state: 'too small',
      found: `${found}: ${firstOf(error.problems.map(({ message }) => message))}`,
      fix: `${howToGet('dockerMemory', host)}; or a smaller profile, such as --profile ci`,
      code: 'NAUT_DOCKER_TOO_SMALL',
    };
  }
}

/** The first two; how many more there are. */
const firstOf = (messages: readonly string[]) =>
  [...messages.slice(0, 2), ...(messages.length > 2 ? [`and ${messages.length - 2} more`] : [])].join('; ');

function subnet({ profile }: Machine, networks: readonly NetworkSummary[]): Finding {
  const { network } = profile;
  const finding = { name: 'subnet', use: 'deploy', neededFor: `the network of profile ${profile.name}` } as const;
  const clash = overlapping(network.subnet.toString(), networks, network.name);
  if (!clash) return { ...finding, state: 'ok', found: `${network.subnet} is free` };
  return {
    ...finding,
    state: 'taken',
    found: `${network.subnet} overlaps ${clash.subnet} of the Docker network ${clash.name}`,
    fix: `docker network rm ${clash.name}, or set another network.subnet in a profile of your own`,
    code: 'NAUT_SUBNET_TAKEN',
  };
}

/** The docker program: nothing of ours calls it. */
export const dockerProgram: Check = async ({ run, env, host }) => {
  const result = await run('docker', ['--version'], env);
  const version = /version ([\w.+~-]+)/.exec(result?.stdout ?? '')?.[1];
  return [
    {
      name: 'docker program',
      state: result ? 'ok' : 'missing',
      found: result ? (version ?? 'of unknown version') : 'not on the PATH',
      use: 'comfort',
      neededFor: 'looking at containers by hand; nothing of the platform calls it',
      ...(!result && { fix: howToGet('docker', host) }),
    },
  ];
};

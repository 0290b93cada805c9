import type { Profile } from '@nautilus/config';
import type { ManifestSecurity } from '@nautilus/manifest';
import type { StackJson } from './synthesis';

/** The container as Terraform reads it: every figure here comes from cdk.tf.json and none from the constructs. */
interface ContainerJson {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly memory?: number;
  readonly memory_swap?: number;
  readonly memory_reservation?: number;
  readonly shm_size?: number;
  readonly cpus?: string;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly security_opts?: readonly string[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly log_opts?: Readonly<Record<string, string>>;
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly { readonly external?: number; readonly ip?: string }[];
  readonly mounts?: readonly { readonly type: string; readonly source: string }[];
  readonly networks_advanced?: readonly { readonly name: string; readonly ipv4_address?: string }[];
  readonly network_mode?: string;
  readonly env?: readonly string[];
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly must_run?: boolean;
  readonly stop_timeout?: number;
  readonly destroy_grace_seconds?: number;
  readonly ulimit?: readonly { readonly soft: number; readonly hard: number }[];
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly devices?: unknown;
  readonly volumes?: unknown;
  readonly pid_mode?: string;
  readonly ipc_mode?: string;
}

interface NetworkJson {
  readonly name: string;
  readonly ipam_config: readonly { readonly subnet: string }[];
  readonly options: Readonly<Record<string, string>>;
}

const resources = <T>(stacks: readonly StackJson[], type: string): T[] =>
  stacks.flatMap(({ resource }) => Object.values(resource?.[type] ?? {})) as T[];

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const repeated = <T>(values: readonly T[]) => values.filter((value, index) => values.indexOf(value) !== index);
const number32 = (address: string) => address.split('.').reduce((value, byte) => value * 256 + Number(byte), 0);
const scale: Readonly<Record<string, number>> = { k: 1 / 1024, m: 1, g: 1024 };
/** `16m`, `4GB`, `45mb`, in MiB. */
const inMebibytes = (text: string) => {
  const [, figure, unit] = /^(\d+)\s*([kmg])?b?$/i.exec(text) ?? [];
  return Number(figure) * (unit ? scale[unit.toLowerCase()]! : 1 / 2 ** 20);
};

/** Everything of D5 and D6 that is not true of what was synthesized, a line each. */
export function broken(profile: Profile, stacks: readonly StackJson[], security: ManifestSecurity): string[] {
  const containers = resources<ContainerJson>(stacks, 'docker_container');
  const letOff = (container: ContainerJson, rule: string) =>
    security.suppressions.some(
      (one) => `${profile.project}-${one.container}` === container.name && one.rule === `NAUT_RULE_${rule}`,
    );
  return [
    ...together(profile, containers),
    ...volumes(stacks, containers),
    ...network(profile, stacks, containers),
    ...containers.flatMap((container) => [
      ...hardening(profile, container, letOff).map((line) => `${container.name} ${line}`),
      ...inside(container).map((line) => `${container.name} ${line}`),
    ]),
  ];
}

/** What all of them take together. */
function together({ docker }: Profile, containers: readonly ContainerJson[]): string[] {
  const findings: string[] = [];
  const memory = sum(containers.map((container) => container.memory ?? Number.NaN));
  const pool = (docker.memory.bytes - docker.reserve.bytes) / 2 ** 20;
  if (!(memory <= pool)) findings.push(`limits add to ${memory} MiB of ${pool}`);
  const cpus = containers.map((container) => Number(container.cpus));
  if (!(sum(cpus) <= docker.cpus * docker.cpuOvercommit + 1e-6)) findings.push(`quotas add to ${sum(cpus)}`);
  if (!cpus.every((quota) => quota > 0 && quota <= docker.cpus)) findings.push(`quotas ${cpus} of ${docker.cpus}`);
  const ports = containers.flatMap((container) => (container.ports ?? []).map(({ external }) => external!));
  findings.push(...repeated(ports).map((port) => `port ${port} twice`));
  findings.push(...ports.filter((port) => !(port >= 1 && port <= 65_535)).map((port) => `port ${port}`));
  const names = containers.map(({ name }) => name);
  findings.push(...repeated(names).map((name) => `name ${name} twice`));
  return findings;
}

function volumes(stacks: readonly StackJson[], containers: readonly ContainerJson[]): string[] {
  const made = resources<{ name: string }>(stacks, 'docker_volume').map(({ name }) => name);
  const mounted = containers.flatMap(({ mounts = [] }) => mounts.map(({ source }) => source));
  return mounted.filter((source) => !made.includes(source)).map((source) => `nobody makes volume ${source}`);
}

function network(profile: Profile, stacks: readonly StackJson[], containers: readonly ContainerJson[]): string[] {
  const [bridge] = resources<NetworkJson>(stacks, 'docker_network');
  const { ipam_config, options, name } = bridge!;
  const [base, bits] = ipam_config[0]!.subnet.split('/') as [string, string];
  const first = number32(base);
  const size = 2 ** (32 - Number(bits));
  const reserved = [0, 1, 10, 11, 12, size - 1];
  const ends = containers.filter(({ network_mode }) => network_mode !== 'none');
  const addresses = ends.flatMap(({ networks_advanced = [] }) =>
    networks_advanced.map((end) => end.ipv4_address ?? ''),
  );
  return [
    ...(addresses.length === ends.length ? [] : ['not one network each']),
    ...repeated(addresses).map((address) => `address ${address} twice`),
    ...addresses
      .map((address) => number32(address) - first)
      .filter((host) => !(host >= 0 && host < size) || reserved.includes(host))
      .map((host) => `host ${host} of ${base}/${bits}`),
    ...(options['com.docker.network.bridge.name']!.length <= 15 ? [] : ['bridge name']),
    ...(name === `${profile.project}-network` ? [] : [`network ${name}`]),
  ];
}

type LetOff = (container: ContainerJson, rule: string) => boolean;

function hardening(profile: Profile, container: ContainerJson, letOff: LetOff): string[] {
  const once = container.must_run === false;
  const secrets = (container.env ?? []).filter((entry) => {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(entry)!;
    return /PASSWORD|SECRET|TOKEN/.test(name!) && !/^(\/|\$__file|true|false|\d*$)/.test(value!);
  });
  const facts: readonly (readonly [boolean, string])[] = [
    [/^[^:]+/.test(container.user ?? '') && !/^(root|0)(:|$)/.test(container.user!), 'runs as root'],
    [container.read_only === true, 'has a writable root'],
    [container.privileged !== true, 'is privileged'],
    [container.capabilities?.drop?.join() === 'ALL', 'keeps capabilities'],
    [!container.capabilities?.add?.length || letOff(container, 'NO_CAPABILITIES'), 'adds capabilities'],
    [container.security_opts?.includes('no-new-privileges:true') === true, 'may gain privileges'],
    [container.memory === container.memory_swap && container.memory! >= 6, 'may swap'],
    [/^\d+\.\d+$/.test(container.cpus ?? ''), 'has cpus that never converge'],
    [
      Number.parseInt(container.log_opts?.['max-size'] ?? '', 10) > 0 && Number(container.log_opts?.['max-file']) > 0,
      'has endless logs',
    ],
    [Object.keys(container.healthcheck ?? {}).length >= 6 || letOff(container, 'HEALTH'), 'has no health check'],
    [container.restart === (once ? 'no' : 'unless-stopped'), 'does not come back'],
    [
      once || (container.stop_timeout! > 0 && container.stop_timeout === container.destroy_grace_seconds),
      'gets no time',
    ],
    [/^\$\{docker_image\..*\.image_id\}$/.test(container.image), `has image ${container.image}`],
    [(container.mounts ?? []).every(({ type }) => type === 'volume'), 'mounts the host'],
    [container.devices === undefined && container.volumes === undefined, 'has parts of the host'],
    [container.pid_mode === undefined && container.ipc_mode === undefined, 'shares namespaces'],
    [container.network_mode === undefined || container.network_mode === 'none', 'shares a network'],
    [(container.ports ?? []).every(({ ip }) => ip === profile.exposure.address.toString()), 'publishes elsewhere'],
    [Object.keys(container.sysctls ?? {}).every((name) => name.startsWith('net.')), 'changes the kernel'],
    [
      (container.ulimit ?? []).every(({ soft, hard }) => soft >= 0 && soft <= hard && hard <= 1_048_576),
      'is unlimited',
    ],
    [secrets.length === 0, `has secrets in its environment: ${secrets}`],
    [container.name.length <= 63 && /^[a-z][a-z0-9-]*$/.test(container.name), 'has a name that is none'],
  ];
  return facts.filter(([holds]) => !holds).map(([, line]) => line);
}

/** What of its own settings must be inside its limit, as far as the text of its configuration says. */
function inside({
  name,
  memory = 0,
  memory_reservation,
  shm_size = 0,
  tmpfs = {},
  command = [],
}: ContainerJson): string[] {
  const files = sum(Object.values(tmpfs).map((options) => inMebibytes(/size=(\w+)/.exec(options)?.[1] ?? '')));
  const hardened = Object.values(tmpfs).every(
    (options) => /noexec/.test(options) && /nosuid/.test(options) && /nodev/.test(options),
  );
  const text = command.join('\n');
  const setting = (pattern: RegExp) => inMebibytes(pattern.exec(text)?.[1] ?? '0');
  const postgres =
    setting(/^shared_buffers=(\w+)$/m) + setting(/^maintenance_work_mem=(\w+)$/m) + setting(/^work_mem=(\w+)$/m);
  const redis = setting(/^maxmemory (\w+)$/m);
  const heap = Number(/--max-old-space-size=(\d+)/.exec(text)?.[1] ?? 0);
  const facts: readonly (readonly [boolean, string])[] = [
    [hardened, 'runs files of its tmpfs'],
    [files < memory, `has ${files} MiB of files in ${memory}`],
    [(memory_reservation ?? 0) <= memory, 'reserves more than its limit'],
    [postgres <= 0.9 * memory, `gives PostgreSQL ${postgres} of ${memory} MiB`],
    [2.05 * redis <= memory, `gives Redis ${redis} of ${memory} MiB`],
    [heap === 0 || heap + files + shm_size + 64 <= memory, `gives Node ${heap} of ${memory} MiB`],
  ];
  return facts.filter(([holds]) => !holds).map(([, line]) => `${line} (${name})`);
}

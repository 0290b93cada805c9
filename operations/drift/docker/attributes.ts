import type { ContainerDetail } from '../../docker';
import type { Finding } from '../finding';
import { list, size, slug } from '../text';
import { differingEntries } from './maps';
import { fixed, type Subject } from './subject';

/** One attribute that a container is made with, told the same way from both sides; undefined where that side does not tell. */
interface Attribute {
  readonly kind: string;
  readonly what: string;
  readonly declared: (subject: Subject) => string | undefined;
  readonly live: (live: ContainerDetail) => string;
}

const none = () => 'none';
const no = () => 'no';
/** Docker neither spares it from the kernel's choice nor offers it. */
const asAnyOther = 'as any other process';
const yesOrNo = (value: boolean | null | undefined) => (value ? 'yes' : 'no');
const orNone = (text: string | undefined) => text || 'none';
const capability = (name: string) => (name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`);
const capabilities = (drop: readonly string[], add: readonly string[]) => {
  const told = (names: readonly string[]) => list(names.map((name) => capability(name.toUpperCase())));
  return `drop ${told(drop)}; add ${told(add)}`;
};
/** A switch that is on may be written with or without its value. */
const securityOptions = (options: readonly string[]) =>
  list(options.map((option) => option.replace(/^no-new-privileges([:=]true)?$/, 'no-new-privileges:true')));
const logOptions = (driver: string, options: Readonly<Record<string, string>>) =>
  [
    driver,
    ...Object.entries(options)
      .sort()
      .map(([name, value]) => `${name}=${value}`),
  ].join(' ');
/** Has it a /dev/shm of its own? */
const hasOwnMemory = ({ IpcMode }: ContainerDetail['HostConfig']) => /^(|private|shareable)$/.test(IpcMode);
const declaredSwitch = (name: 'readOnly' | 'privileged' | 'init') => (subject: Subject) =>
  yesOrNo(subject.declared[name]);

const attributes: readonly Attribute[] = [
  {
    kind: 'user',
    what: 'user',
    declared: ({ declared, image }) => (declared.user === '' ? image && orNone(image.User) : declared.user),
    live: ({ Config }) => orNone(Config.User),
  },
  {
    kind: 'groups',
    what: 'groups besides the user’s own',
    declared: ({ declared }) => list(declared.groups),
    live: ({ HostConfig }) => list(HostConfig.GroupAdd ?? []),
  },
  {
    kind: 'working-directory',
    what: 'working directory',
    declared: ({ image }) => image && (image.WorkingDir || '/'),
    live: ({ Config }) => Config.WorkingDir || '/',
  },
  {
    kind: 'hostname',
    what: 'host name',
    declared: ({ declared, live }) => declared.hostname ?? live.Id.slice(0, 12),
    live: ({ Config }) => [Config.Hostname, Config.Domainname].filter(Boolean).join('.'),
  },
  {
    kind: 'read-only',
    what: 'root file system that cannot be written',
    declared: declaredSwitch('readOnly'),
    live: ({ HostConfig }) => yesOrNo(HostConfig.ReadonlyRootfs),
  },
  {
    kind: 'privileged',
    what: 'privileged',
    declared: declaredSwitch('privileged'),
    live: ({ HostConfig }) => yesOrNo(HostConfig.Privileged),
  },
  {
    kind: 'init',
    what: 'init process of Docker',
    declared: declaredSwitch('init'),
    live: ({ HostConfig }) => yesOrNo(HostConfig.Init),
  },
  {
    kind: 'capabilities',
    what: 'capabilities',
    declared: ({ declared }) => capabilities(declared.capabilities.drop, declared.capabilities.add),
    live: ({ HostConfig }) => capabilities(HostConfig.CapDrop ?? [], HostConfig.CapAdd ?? []),
  },
  {
    kind: 'security-options',
    what: 'security options',
    declared: ({ declared }) => securityOptions(declared.securityOptions),
    live: ({ HostConfig }) => {
      const { SecurityOpt, MaskedPaths, Privileged, PidMode } = HostConfig;
      // Docker adds this one by itself to what is privileged or shares the host's processes or memory.
      const open = Privileged || PidMode === 'host' || !hasOwnMemory(HostConfig);
      const options = (SecurityOpt ?? []).filter((option) => !(open && option === 'label=disable'));
      const uncovered = !Privileged && MaskedPaths?.length === 0;
      return securityOptions([...options, ...(uncovered ? ['systempaths=unconfined'] : [])]);
    },
  },
  {
    kind: 'shm',
    what: 'size of /dev/shm',
    declared: ({ declared: { sharedMemoryBytes }, live }) =>
      sharedMemoryBytes === undefined || !hasOwnMemory(live.HostConfig) ? undefined : size(sharedMemoryBytes),
    live: ({ HostConfig }) => size(HostConfig.ShmSize),
  },
  {
    kind: 'ulimits',
    what: 'ulimits',
    declared: ({ declared }) => list(declared.ulimits.map(({ name, soft, hard }) => `${name}=${soft}:${hard}`)),
    live: ({ HostConfig }) => list((HostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => `${Name}=${Soft}:${Hard}`)),
  },
  {
    kind: 'stop-timeout',
    what: 'time to stop in',
    declared: ({ declared }) => stopTimeout(declared.stopTimeoutSeconds),
    live: ({ Config }) => stopTimeout(Config.StopTimeout),
  },
  {
    kind: 'stop-signal',
    what: 'signal to stop with',
    declared: ({ image }) => image && (image.StopSignal || 'SIGTERM'),
    live: ({ Config }) => Config.StopSignal || 'SIGTERM',
  },
  {
    kind: 'log',
    what: 'log driver and options',
    declared: ({ declared: { log } }) => (log.driver === '' ? undefined : logOptions(log.driver, log.options)),
    live: ({ HostConfig }) => logOptions(HostConfig.LogConfig.Type, HostConfig.LogConfig.Config ?? {}),
  },
  // What is never declared: the rules of every container forbid it.
  {
    kind: 'devices',
    what: 'devices of the host',
    declared: none,
    live: ({ HostConfig: { Devices, DeviceRequests, DeviceCgroupRules } }) =>
      list([
        ...(Devices ?? []).map(({ PathOnHost }) => PathOnHost),
        ...(DeviceRequests ?? []).map((request) => `request ${JSON.stringify(request)}`),
        ...(DeviceCgroupRules ?? []).map((rule) => `rule ${rule}`),
      ]),
  },
  {
    kind: 'namespaces',
    what: 'namespaces shared with others',
    declared: none,
    live: ({ HostConfig }) => {
      const { IpcMode, PidMode, UTSMode, UsernsMode } = HostConfig;
      return list(
        [
          hasOwnMemory(HostConfig) ? '' : `shared memory ${IpcMode}`,
          PidMode && `processes ${PidMode}`,
          UTSMode && `host name ${UTSMode}`,
          UsernsMode && `users ${UsernsMode}`,
        ].filter(Boolean),
      );
    },
  },
  {
    kind: 'cgroup-parent',
    what: 'parent of the cgroup',
    declared: none,
    live: ({ HostConfig }) => orNone(HostConfig.CgroupParent),
  },
  {
    kind: 'names-of-hosts',
    what: 'host names and name servers of its own',
    declared: none,
    live: ({ HostConfig: { ExtraHosts, Links, Dns, DnsOptions, DnsSearch } }) =>
      list([ExtraHosts, Links, Dns, DnsOptions, DnsSearch].flatMap((names) => names ?? [])),
  },
  {
    kind: 'out-of-memory',
    what: 'what the kernel kills for memory',
    declared: () => asAnyOther,
    live: ({ HostConfig: { OomKillDisable, OomScoreAdj } }) =>
      [OomKillDisable ? 'never killed' : '', OomScoreAdj === 0 ? '' : `score ${OomScoreAdj}`]
        .filter(Boolean)
        .join(', ') || asAnyOther,
  },
  {
    kind: 'auto-remove',
    what: 'removed when it ends',
    declared: no,
    live: ({ HostConfig }) => yesOrNo(HostConfig.AutoRemove),
  },
  {
    kind: 'terminal',
    what: 'terminal or open input',
    declared: no,
    live: ({ Config }) => yesOrNo(Config.Tty || Config.OpenStdin),
  },
];

/** Docker waits ten seconds where nobody says how long. */
const stopTimeout = (seconds: number | null | undefined) => `${seconds ?? 10} s`;

export const compareAttributes = (subject: Subject): Finding[] =>
  attributes.flatMap(({ kind, what, ...sides }) => {
    const declared = sides.declared(subject);
    const live = sides.live(subject.live);
    return declared === undefined || declared === live ? [] : [fixed(subject, { kind, what, declared, live })];
  });

export const compareSysctls = (subject: Subject): Finding[] =>
  differingEntries(subject.declared.sysctls, subject.live.HostConfig.Sysctls ?? {}).map(({ key, declared, live }) =>
    fixed(subject, {
      kind: 'sysctls',
      name: `sysctl-${slug(key)}`,
      what: key,
      declared: declared ?? 'not set',
      live: live ?? 'not set',
    }),
  );

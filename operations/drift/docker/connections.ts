import type { Endpoint } from '../../docker';
import type { Finding, Repair } from '../finding';
import { list, slug } from '../text';
import { finding, fixed, origin, type Subject } from './subject';

/** The networks that a container is in: the platform's with its address and names, and no other. */
export function compareConnections(subject: Subject): Finding[] {
  const { declared, live, observed } = subject;
  const networks = live.NetworkSettings.Networks;
  // A container with the host's network, another container's or none cannot be put into one.
  const mode = live.HostConfig.NetworkMode;
  const shares = mode === 'host' || mode.startsWith('container:') || (mode === 'none' && declared.network);
  if (shares || (declared.network === undefined && mode !== 'none'))
    return [
      fixed(subject, {
        kind: 'network-mode',
        what: 'network',
        declared: declared.network?.name ?? 'none',
        live: mode,
      }),
    ];

  const findings: Finding[] = [];
  const wanted = declared.network;
  if (wanted !== undefined) {
    const endpoint = networks[wanted.name];
    // Without the network nobody can be in it, and that is told once.
    const exists = observed.networks.some(({ Name }) => Name === wanted.name);
    if (endpoint === undefined && exists) findings.push(disconnected(subject, wanted));
    if (endpoint !== undefined) findings.push(...compareEndpoint(subject, wanted, endpoint));
  }
  for (const name of Object.keys(networks)) {
    if (name === wanted?.name || name === 'none') continue;
    findings.push(
      finding(
        declared.name,
        {
          kind: 'network-extra',
          name: `network-${slug(name)}`,
          what: `network ${name}`,
          declared: 'not in it',
          live: `in it at ${networks[name]?.IPAddress || 'no address'}`,
        },
        {
          command: `docker network disconnect ${name} ${declared.container}`,
          interrupts: 'nothing',
          action: { do: 'disconnect', container: declared.container, network: name },
        },
        origin(subject) ?? 'docker network connect',
      ),
    );
  }
  return findings;
}

type Connection = NonNullable<Subject['declared']['network']>;

/** In the words of the docker program; existing connections of the container to others break. */
function reconnect({ declared }: Subject, { name, address, aliases }: Connection, leave: boolean): Repair {
  const { container } = declared;
  const options = [...aliases.map((alias) => `--alias ${alias}`), `--ip ${address}`].join(' ');
  return {
    command: `${leave ? `docker network disconnect ${name} ${container} && ` : ''}docker network connect ${options} ${name} ${container}`,
    interrupts: leave ? 'the service' : 'nothing',
    action: { do: 'connect', container, network: name, address, aliases, leave },
  };
}

const disconnected = (subject: Subject, wanted: Connection): Finding =>
  finding(
    subject.declared.name,
    {
      kind: 'network-missing',
      what: `network ${wanted.name}`,
      declared: `in it at ${wanted.address} as ${list(wanted.aliases)}`,
      live: 'not in it',
    },
    reconnect(subject, wanted, false),
    origin(subject) ?? 'docker network disconnect',
  );

/** Who reconnects a container by hand and gives no address gets any; the names go too. */
function compareEndpoint(subject: Subject, wanted: Connection, endpoint: Endpoint): Finding[] {
  const { declared, live } = subject;
  const cause = origin(subject) ?? 'docker network connect';
  const repair = reconnect(subject, wanted, true);
  const own = new Set([live.Id.slice(0, 12), declared.container]);
  // Docker makes a name of the host name, which is compared by itself.
  const isHostName = (alias: string) => alias === live.Config.Hostname && !wanted.aliases.includes(alias);
  const names = [...new Set(endpoint.Aliases ?? [])].filter((alias) => !own.has(alias) && !isHostName(alias));
  const fixedAddress = endpoint.IPAMConfig?.IPv4Address;
  const is = fixedAddress ?? `${endpoint.IPAddress || 'any'}, as the network gives it`;
  const told = (kind: string, what: string, sides: { declared: string; live: string }) =>
    sides.declared === sides.live ? [] : [finding(declared.name, { kind, what, ...sides }, repair, cause)];
  return [
    ...told('network-address', `address in ${wanted.name}`, { declared: wanted.address, live: is }),
    ...told('network-alias', `names in ${wanted.name}`, { declared: list(wanted.aliases), live: list(names) }),
  ];
}

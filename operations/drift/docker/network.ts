import { labels } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { NetworkDetail } from '../../docker';
import type { Finding } from '../finding';
import type { ObservedDocker } from '../observed';
import { deploy, makePlatformAnew } from '../repairs';
import { slug } from '../text';
import { toldLabel } from './labels';
import { differingEntries } from './maps';
import { finding, isUnread } from './subject';
import { unreadNames } from './unread';

const service = 'network';

/** The platform's network, who is in it, and networks of ours that nothing declares. */
export function compareNetworks(manifest: Manifest, observed: ObservedDocker): Finding[] {
  const { name } = manifest.network;
  const live = observed.networks.find((network) => network.Name === name);
  const others = observed.networks
    .filter((network) => network.Name !== name)
    .map((network) =>
      finding(
        service,
        {
          kind: 'extra',
          name: `extra-${slug(network.Name)}`,
          what: `network ${network.Name}`,
          declared: 'none of that name',
          live: 'there, with the label of this platform',
        },
        { command: `docker network rm ${network.Name}`, interrupts: 'nothing' },
      ),
    );
  if (live === undefined) return isUnread(observed, unreadNames.network) ? others : [missing(manifest), ...others];
  const isOurs = live.Labels?.[labels.project] === manifest.project;
  return [...compareNetwork(manifest, live), ...(isOurs ? strangers(manifest, observed, live) : []), ...others];
}

const missing = (manifest: Manifest): Finding =>
  finding(
    service,
    { kind: 'missing', what: 'network', declared: manifest.network.name, live: 'there is none' },
    deploy(manifest, 'the platform'),
    'docker network rm',
  );

/** Everything about a network is fixed when it is made, and it cannot go while a container is in it. */
function compareNetwork(manifest: Manifest, live: NetworkDetail): Finding[] {
  const { network } = manifest;
  const repair = makePlatformAnew(manifest);
  const tell = (kind: string, what: string, declared: string, is: string, name = kind): Finding[] =>
    declared === is
      ? []
      : [
          finding(
            service,
            { kind, name, what, declared, live: is },
            repair,
            'made again by hand, or by another declaration',
          ),
        ];
  const pool = live.IPAM.Config?.[0];
  const more = live.IPAM.Config?.slice(1).map(({ Subnet }) => Subnet) ?? [];
  const yesOrNo = (value: boolean) => (value ? 'yes' : 'no');
  const addresses = (reserved: Readonly<Record<string, string>>) =>
    Object.entries(reserved)
      .sort()
      .map(([name, address]) => `${name} ${address}`)
      .join(', ') || 'none';
  return [
    ...tell('driver', 'driver', network.driver, live.Driver),
    ...tell('subnet', 'subnet', network.subnet, [pool?.Subnet ?? 'none', ...more].join(', ')),
    ...tell('gateway', 'gateway', network.gateway, pool?.Gateway ?? 'none'),
    ...tell('reserved', 'reserved addresses', addresses(network.reserved), addresses(pool?.AuxiliaryAddresses ?? {})),
    ...tell('internal', 'closed to the outside', 'no', yesOrNo(live.Internal)),
    ...tell('attachable', 'open to containers by hand', 'no', yesOrNo(live.Attachable)),
    ...tell('ipv6', 'IPv6', 'no', yesOrNo(live.EnableIPv6)),
    ...differingEntries(withoutDefaults(network.options), withoutDefaults(live.Options ?? {})).flatMap((entry) =>
      tell(
        'options',
        `option ${entry.key}`,
        entry.declared ?? 'not set',
        entry.live ?? 'not set',
        optionName(entry.key),
      ),
    ),
    ...differingEntries(network.labels, live.Labels ?? {}).flatMap((entry) => {
      const { declared, live: is } = toldLabel(entry);
      return tell('labels', `label ${entry.key}`, declared, is, `label-${slug(entry.key)}`);
    }),
  ];
}

/** What newer engines add by themselves, and older ones do not know. */
const defaults: Readonly<Record<string, string>> = {
  'com.docker.network.enable_ipv4': 'true',
  'com.docker.network.enable_ipv6': 'false',
};
const withoutDefaults = (options: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(options).filter(([name, value]) => defaults[name] !== value));

const optionName = (key: string): string =>
  key === 'com.docker.network.driver.mtu' ? 'mtu' : `option-${slug(key.replace('com.docker.network.', ''))}`;

/** Containers in our network that are neither declared nor ours: ours are told by themselves. */
function strangers(manifest: Manifest, observed: ObservedDocker, network: NetworkDetail): Finding[] {
  const ids = new Set(observed.containers.map(({ Id }) => Id));
  // One that came or went between the two replies is told as a container.
  const names = new Set(manifest.services.map(({ container }) => container));
  return Object.entries(network.Containers ?? {})
    .filter(([id, { Name }]) => !ids.has(id) && !names.has(Name))
    .map(([, { Name, IPv4Address }]) =>
      finding(
        service,
        {
          kind: 'network-unknown-member',
          name: `member-${slug(Name)}`,
          what: `container ${Name} in ${manifest.network.name}`,
          declared: 'not in it',
          live: `in it at ${IPv4Address.replace(/\/\d+$/, '') || 'no address'}`,
        },
        { command: `docker network disconnect ${network.Name} ${Name}`, interrupts: 'nothing' },
        'docker network connect',
      ),
    );
}

import { catalog, reservedHostNumbers, type ServiceName } from '../../catalog';
import type { Ipv4Address } from '../../units';
import type { ProfileSource } from '../schema';
import type { Readable } from '../validate';
import type { Check } from './check';

/** Address of a container: the profile's own, else the catalogue's host number in the subnet; undefined when outside. */
export function containerAddress(
  source: Readable & Pick<ProfileSource, 'network'>,
  service: ServiceName,
): Ipv4Address | undefined {
  const own = source.addresses?.[service];
  if (own) return own;
  const { subnet } = source.network;
  const { hostNumber } = catalog[service];
  return hostNumber <= subnet.size - 2 ? subnet.host(hostNumber) : undefined;
}

/** Every container has an address of its own, inside the subnet, and none that is kept for something else. */
export const addressesAreRight: Check = ({ source, position }) => {
  const { network, services } = source;
  if (!network) return [];
  const { subnet } = network;
  const reserved = new Map<string, string>(
    Object.entries(reservedHostNumbers).map(([name, hostNumber]) => [subnet.host(hostNumber).toString(), name]),
  );
  const taken = new Map<string, string>();
  const wanted = [
    ...new Set([...Object.keys(services ?? {}), ...Object.keys(source.addresses ?? {})]),
  ] as ServiceName[];
  wanted.sort((a, b) => Number(source.addresses?.[a] !== undefined) - Number(source.addresses?.[b] !== undefined));
  return wanted.flatMap((service) => {
    const at = position(['addresses', service]);
    const address = containerAddress({ ...source, network }, service);
    if (!address)
      return [
        {
          code: 'NAUT_ADDRESS_OUTSIDE' as const,
          message: `network.subnet has no room for ${service}, whose host number is ${catalog[service].hostNumber}`,
          value: subnet.toString(),
          allowed: '/8 to /25',
          fix: `take a larger subnet, such as ${subnet.network}/24, or set addresses.${service}`,
          position: position(['network', 'subnet']),
        },
      ];
    const text = address.toString();
    const problem = (code: `NAUT_${string}`, message: string, allowed: string) => [
      { code, message, value: text, allowed, fix: `change addresses.${service}, or take it out`, position: at },
    ];
    if (!subnet.contains(address) || address.equals(subnet.network) || address.equals(subnet.broadcast))
      return problem(
        'NAUT_ADDRESS_OUTSIDE',
        `addresses.${service} is no host of the platform's network`,
        `${subnet.host(1)} to ${subnet.host(subnet.size - 2)}`,
      );
    const keptFor = reserved.get(text);
    if (keptFor)
      return problem(
        'NAUT_ADDRESS_RESERVED',
        `addresses.${service} is kept for the ${keptFor}`,
        `any host of ${subnet} but ${[...reserved.keys()].join(', ')}`,
      );
    const owner = taken.get(text);
    taken.set(text, owner ?? service);
    return owner
      ? problem(
          'NAUT_ADDRESS_CONFLICT',
          `${service} and ${owner} both want address ${text}`,
          'an address that no other service has',
        )
      : [];
  });
};

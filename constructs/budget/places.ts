import type { ContainerNetworksAdvanced, ContainerPorts } from '@cdktf/provider-docker/lib/container';
import { hostParts, Ipv4Address, reservedHostNumbers } from '@nautilus/config';
import { blocks } from '../rules';
import type { Claimant, Finding, Proof } from './finding';

/** Those who want what another has already. */
function conflicts(
  wanted: Iterable<{ readonly owner: string; readonly thing: string }>,
  taken: Map<string, string>,
  tell: (owner: string, other: string, thing: string) => Finding,
): Finding[] {
  const findings: Finding[] = [];
  for (const { owner, thing } of wanted) {
    const other = taken.get(thing);
    if (other === undefined) taken.set(thing, owner);
    else findings.push(tell(owner, other, thing));
  }
  return findings;
}

/** No two containers, and no part of the platform on the host, publish the same port. */
export const portsAreUnique: Proof = ({ claimants }) =>
  conflicts(
    claimants.flatMap(({ name, container }) =>
      blocks<ContainerPorts>(container.portsInput).map(({ external }) => ({ owner: name, thing: String(external) })),
    ),
    new Map(Object.values(hostParts).map(({ name, port }) => [String(port), name])),
    (owner, other, port) => ({
      code: 'NAUT_PORT_CONFLICT',
      message: `${owner} and ${other} both want host port ${port}`,
      fix: `change ports.${owner} in the profile`,
    }),
  );

const addressesOf = ({ name, container }: Claimant) =>
  blocks<ContainerNetworksAdvanced>(container.networksAdvancedInput).flatMap(({ ipv4Address }) =>
    ipv4Address ? [{ owner: name, thing: ipv4Address }] : [],
  );

/** Each container has an address of its own, inside the subnet, that is kept for nothing else. */
export const addressesAreRight: Proof = ({ profile, claimants }) => {
  const { subnet } = profile.network;
  const wanted = claimants.flatMap(addressesOf);
  const kept = Object.entries(reservedHostNumbers).map(
    ([name, hostNumber]) => [subnet.host(hostNumber).toString(), name] as const,
  );
  const outside = wanted
    .filter(({ thing }) => {
      const address = Ipv4Address.parse(thing);
      return !subnet.contains(address) || address.equals(subnet.network) || address.equals(subnet.broadcast);
    })
    .map(({ owner, thing }) => ({
      code: 'NAUT_ADDRESS_OUTSIDE' as const,
      message: `${owner} has address ${thing}, which is no host of ${subnet}`,
      fix: `change addresses.${owner} in the profile`,
    }));
  const clashes = conflicts(wanted, new Map(kept), (owner, other, address) => ({
    code: 'NAUT_ADDRESS_CONFLICT',
    message: `${owner} and ${other} both want address ${address}`,
    fix: `change addresses.${owner} in the profile`,
  }));
  return [...outside, ...clashes];
};

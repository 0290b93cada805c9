import type { ContainerDetail, PortBinding } from '../../docker';
import type { Finding } from '../finding';
import { differingEntries } from './maps';
import { fixed, type Subject } from './subject';
import { list, slug } from './text';

/** Where each port can be reached from: an address too many is an open door. */
export function comparePorts(subject: Subject): Finding[] {
  const wanted = new Map<string, string[]>();
  for (const { target, address, port } of subject.declared.published) {
    const key = `${target}/tcp`;
    wanted.set(key, [...(wanted.get(key) ?? []), place(address, String(port))]);
  }
  return differingEntries(asTexts(wanted), asTexts(publishedBy(subject.live))).map(({ key, declared, live }) =>
    fixed(subject, {
      kind: 'ports',
      name: `port-${slug(key.replace(/\/tcp$/, ''))}`,
      what: `where port ${key.replace(/\/tcp$/, '')} can be reached`,
      declared: declared ?? 'in the platform’s network only',
      live: live ?? 'in the platform’s network only',
    }),
  );
}

/** What was asked for, and what runs besides: all exposed ports may have been published at random ones. */
function publishedBy({ HostConfig, NetworkSettings }: ContainerDetail): Map<string, string[]> {
  const asked = bound(HostConfig.PortBindings);
  const runs = bound(NetworkSettings.Ports);
  return new Map([...[...runs].filter(([port]) => !asked.has(port)), ...asked]);
}

function bound(
  ports: Readonly<Record<string, readonly PortBinding[] | null>> | null | undefined,
): Map<string, string[]> {
  const entries = Object.entries(ports ?? {}).map(
    ([port, bindings]) => [port, (bindings ?? []).map(({ HostIp, HostPort }) => place(HostIp, HostPort))] as const,
  );
  return new Map(entries.filter(([, places]) => places.length > 0));
}

/** No address is every address. */
const place = (address: string, port: string): string =>
  `${address === '' ? '0.0.0.0' : address.includes(':') ? `[${address}]` : address}:${port === '' ? 'any' : port}`;

const asTexts = (places: ReadonlyMap<string, readonly string[]>): Record<string, string> =>
  Object.fromEntries([...places].map(([port, found]) => [port, list(found)]));

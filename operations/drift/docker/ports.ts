import type { ContainerDetail, PortBinding } from '../../docker';
import type { Finding } from '../finding';
import { list } from '../text';
import { fixed, type Subject } from './subject';

/** Where each port can be reached from: an address too many is an open door. */
export function comparePorts(subject: Subject): Finding[] {
  const declared = list(
    subject.declared.published.map(({ target, address, port }) => place(`${target}/tcp`, address, String(port))),
  );
  const live = list(publishedBy(subject.live));
  return declared === live ? [] : [fixed(subject, { kind: 'ports', what: 'published ports', declared, live })];
}

/** What was asked for, and what runs besides: all exposed ports may have been published at random ones. */
function publishedBy({ HostConfig, NetworkSettings }: ContainerDetail): string[] {
  const asked = HostConfig.PortBindings ?? {};
  const besides = Object.entries(NetworkSettings.Ports ?? {}).filter(([port]) => !Object.hasOwn(asked, port));
  return [...Object.entries(asked), ...besides].flatMap(([port, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }: PortBinding) => place(port, HostIp, HostPort)),
  );
}

/** No address is every address. */
function place(port: string, address: string, hostPort: string): string {
  const host = address === '' ? '0.0.0.0' : address.includes(':') ? `[${address}]` : address;
  return `${host}:${hostPort || 'any'} to ${port.replace(/\/tcp$/, '')}`;
}

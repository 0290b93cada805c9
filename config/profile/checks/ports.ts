import { catalog, hostParts, type ServiceName } from '../../catalog';
import type { ProfileProblem } from '../problem';
import type { Readable } from '../validate';
import { type Check, quote } from './check';

/** Host port of a service: the profile's own figure, else the catalogue's plus the offset. */
export function hostPort(source: Readable, service: ServiceName): number {
  return source.ports?.[service]?.number ?? catalog[service].port + (source.exposure?.portOffset ?? 0);
}

/** No two services, and no part of the platform on the host, share a host port. */
export const portsAreUnique: Check = ({ source, position }) => {
  const taken = new Map<number, string>(Object.values(hostParts).map(({ port, name }) => [port, name]));
  const wanted = [
    ...new Set([...Object.keys(source.services ?? {}), ...Object.keys(source.ports ?? {})]),
  ] as ServiceName[];
  // A service that keeps its usual port has the better right to it than one that was moved there.
  wanted.sort((a, b) => Number(source.ports?.[a] !== undefined) - Number(source.ports?.[b] !== undefined));
  return wanted.flatMap((service): readonly ProfileProblem[] => {
    const port = hostPort(source, service);
    const owner = taken.get(port);
    if (owner === undefined) taken.set(port, service);
    if (port > 65_535)
      return [
        {
          code: 'NAUT_PORT_RANGE',
          message: `exposure.portOffset moves ${service} to port ${port}`,
          value: quote(source.exposure?.portOffset),
          allowed: 'ports up to 65535',
          fix: `lower the offset, or set ports.${service}`,
          position: position(['exposure', 'portOffset']),
        },
      ];
    if (owner === undefined) return [];
    return [
      {
        code: 'NAUT_PORT_CONFLICT',
        message: `${service} and ${owner} both want host port ${port}`,
        value: String(port),
        allowed: 'a port that no other service has',
        fix: `change ports.${service}, or take it out: ${catalog[service].port} is its usual port`,
        position: position(['ports', service], ['ports', owner], ['exposure', 'portOffset']),
      },
    ];
  });
};

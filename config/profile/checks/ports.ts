import { catalog, hostParts, type ServiceName } from '../../catalog';
import type { ProfileProblem } from '../problem';
import type { Readable } from '../validate';
import { type Check, quote } from './check';

/**
 * Each port of a service and the one on the host: the profile's own figure for the first, else the catalogue's plus the offset.
 */
export function hostPorts(
  source: Readable,
  service: ServiceName,
): { readonly port: number; readonly hostPort: number }[] {
  const { port, extraPorts = [] } = catalog[service];
  const offset = source.exposure?.portOffset ?? 0;
  return [
    { port, hostPort: source.ports?.[service]?.number ?? port + offset },
    ...extraPorts.map((extra) => ({ port: extra, hostPort: extra + offset })),
  ];
}

/** No two services, and no part of the platform on the host, share a host port. */
export const portsAreUnique: Check = ({ source, position }) => {
  const taken = new Map<number, string>(Object.values(hostParts).map(({ port, name }) => [port, name]));
  const wanted = [
    ...new Set([...Object.keys(source.services ?? {}), ...Object.keys(source.ports ?? {})]),
  ] as ServiceName[];
  // A service that keeps its usual port has the better right to it than one that was moved there.
  wanted.sort((a, b) => Number(source.ports?.[a] !== undefined) - Number(source.ports?.[b] !== undefined));
  const problem = (service: ServiceName, port: number): readonly ProfileProblem[] => {
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
  };
  return wanted.flatMap((service) => hostPorts(source, service).flatMap(({ hostPort }) => problem(service, hostPort)));
};

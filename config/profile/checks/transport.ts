import type { ServiceName } from '../../catalog';
import type { ProfileProblem } from '../problem';
import { type Check, type CheckInput, quote } from './check';

/** Whose tables an engine reads: only shared memory has tables. */
const tablesOf: Partial<Record<ServiceName, readonly ServiceName[]>> = {
  oms: ['marketdata', 'risk'],
  pms: ['marketdata'],
};

/** A broker has an address, and only a platform with a broker has engines on other hosts. */
export const brokerIsNamed: Check = ({ source: { transport }, position }) => {
  if (!transport) return [];
  if (transport.kind === 'nats')
    return transport.servers
      ? []
      : [
          {
            code: 'NAUT_PROFILE_VALUE',
            message: 'transport.kind is nats, and transport.servers names no server',
            allowed: 'transport.servers: [host:port]',
            fix: 'add the address of a NATS server with JetStream, or write transport.kind: shared-memory',
            position: position(['transport', 'kind']),
          },
        ];
  const useless = (['servers', 'topics', 'user'] as const).filter((key) => transport[key] !== undefined);
  if (Object.keys(transport.elsewhere).length === 0 && useless.length === 0) return [];
  return [
    {
      code: 'NAUT_PROFILE_VALUE',
      message: `transport.${useless[0] ?? 'elsewhere'} is of no use: transport.kind is shared-memory, which ends at this host`,
      allowed: 'transport.kind: nats beside it',
      fix: 'write transport.kind: nats, or take it out',
      position: position(['transport', useless[0] ?? 'elsewhere']),
    },
  ];
};

/** An engine is here or elsewhere, and those that share a table are on one host. */
export const hostsAreConsistent: Check = (input) => {
  const { services = {}, transport } = input.source;
  return (Object.keys(transport?.elsewhere ?? {}) as ServiceName[]).flatMap((name) => [
    ...(services[name]
      ? [problem(input, name, `${name} is deployed here`, `take it out here with services.${name}: null`)]
      : []),
    ...(Object.keys(tablesOf) as ServiceName[])
      .filter((reader) => services[reader] && tablesOf[reader]!.includes(name))
      .map((reader) =>
        problem(
          input,
          name,
          `${reader} reads a table of ${name}, which only shared memory has`,
          `deploy ${reader} and ${name} on one host`,
        ),
      ),
  ]);
};

const problem = ({ source, position }: CheckInput, name: ServiceName, why: string, fix: string): ProfileProblem => ({
  code: 'NAUT_PROFILE_VALUE',
  message: `transport.elsewhere.${name}: ${why}`,
  value: quote(source.transport?.elsewhere[name]),
  fix,
  position: position(['transport', 'elsewhere', name]),
});

import { catalog, type ServiceName } from '../../catalog';
import type { Check } from './check';

/** Who is deployed has beside it, or on another host, all that it cannot work without. */
export const requirementsAreDeployed: Check = ({ source: { services, transport }, position }) =>
  (Object.keys(services ?? {}) as ServiceName[]).flatMap((service) => {
    const missing = (catalog[service].requires ?? []).filter(
      (other) => !services?.[other as ServiceName] && !transport?.elsewhere[other as ServiceName],
    );
    if (missing.length === 0) return [];
    return [
      {
        code: 'NAUT_SERVICE_MISSING' as const,
        message: `${service} is of no use without ${missing.join(', ')}`,
        allowed: `${service} with ${(catalog[service].requires ?? []).join(', ')}`,
        fix: `add services.${missing[0]}.claim, or take ${service} out with services.${service}: null`,
        position: position(['services', missing[0]!], ['services', service]),
      },
    ];
  });

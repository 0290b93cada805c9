import { type ServiceName, serviceNames } from '../catalog';

/** Optional services that NAUTILUS_WITHOUT names, separated by commas. Throws NAUT_SERVICE_UNKNOWN. */
export const leftOut = (env: NodeJS.ProcessEnv): readonly ServiceName[] =>
  serviceNames((env.NAUTILUS_WITHOUT ?? '').split(',').filter(Boolean));

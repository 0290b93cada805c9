import { containerPaths, deployedService, gatewayMetricsPort, type Profile, type ServiceName } from '@nautilus/config';

/** Where nginx finds its things and the others: in its container, or elsewhere in a test. */
export interface NginxLayout {
  /** What it listens on, as nginx writes it: a port, or an address with one. */
  readonly listen: { readonly tls: string; readonly plain: string; readonly metrics: string };
  /** Port under which clients reach `listen.tls`. */
  readonly publicPort: number;
  /** Folder with certificate, key and users. */
  readonly secrets: string;
  /** Folder for what it writes while it runs. */
  readonly run: string;
  readonly accessLog: string;
  /** `host:port` of a service. */
  readonly upstream: (service: ServiceName) => string;
}

/** Folder in memory that belongs to nginx. */
export const runDirectory = '/run/nginx';

export function inContainer(profile: Profile): NginxLayout {
  const [tls, plain] = deployedService(profile, 'nginx').endpoints;
  return {
    listen: {
      tls: String(tls!.port.number),
      plain: String(plain!.port.number),
      metrics: String(gatewayMetricsPort),
    },
    publicPort: tls!.hostPort.number,
    secrets: containerPaths.secrets,
    run: runDirectory,
    accessLog: '/dev/stdout',
    // Addresses are fixed: no name has to be looked up, so nginx starts without the engines and finds one that was started again.
    upstream: (service) => {
      const { address, port } = deployedService(profile, service);
      return `${address}:${port}`;
    },
  };
}

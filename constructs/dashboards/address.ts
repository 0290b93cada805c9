import { deployedService, grafana, NautilusError, type Profile } from '@nautilus/config';

/** Where people find Grafana: behind the gateway where there is one, else on its own port. */
export function publicUrl(profile: Profile): string {
  const gateway = profile.services.nginx;
  if (!gateway) return publishedUrl(profile);
  const name = profile.gateway.names.find((candidate) => !candidate.includes('*')) ?? 'localhost';
  const { number } = gateway.hostPort;
  return `https://${name}${number === 443 ? '' : `:${number}`}${grafana.path}`;
}

/** Grafana's own port on the Docker host, as the machine that deploys reaches it. Throws NAUT_GRAFANA_NOT_PUBLISHED. */
export function publishedUrl(profile: Profile): string {
  const { hostPort, published } = deployedService(profile, 'grafana');
  if (!published)
    throw new NautilusError({
      code: 'NAUT_GRAFANA_NOT_PUBLISHED',
      message: `profile ${profile.name} deploys grafana and does not publish it`,
      details: ['Terraform gives Grafana its data source, dashboards and alerts through that port'],
      fix: `add grafana to exposure.services in ${profile.file}, or leave grafana out (services.grafana: null)`,
    });
  return `http://${reachable(profile)}:${hostPort.number}${grafana.path}`;
}

/** The address that ports are published on; every address of a machine is reached by the machine's name. */
function reachable({ exposure, docker }: Profile): string {
  const address = exposure.address.toString();
  if (address !== '0.0.0.0') return address;
  const remote = docker.host && !docker.host.startsWith('unix:') ? new URL(docker.host).hostname : undefined;
  return remote ?? '127.0.0.1';
}

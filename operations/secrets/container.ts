import type { Manifest } from '@nautilus/manifest';
import type { ContainerDetail, DockerClient } from '../docker';

/** Name of a service's container; undefined where the platform has no such service. */
export const containerOf = (manifest: Manifest, service: string): string | undefined =>
  manifest.services.find(({ name }) => name === service)?.container;

/** Undefined where there is no such container. */
export const stateOf = (
  docker: DockerClient,
  container: string,
): Promise<ContainerDetail['State']['Status'] | undefined> =>
  docker.container(container).then(
    ({ State }) => State.Status,
    () => undefined,
  );

import { leftOut, loadProfile, type Profile, type ServiceName } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';

export interface Deployable {
  readonly profile: Profile;
  /** Optional services that are left out; the app is told of them (NAUTILUS_WITHOUT). */
  readonly without: readonly ServiceName[];
}

/**
 * The profile as it can be deployed on this engine: an optional service stays out when its image is neither on the engine
 * nor in a registry, or when NAUTILUS_WITHOUT names it. Every command that meets the engine asks here, so all see the same services.
 *
 * @param name of the profile, or path of its file
 * @param note is told of each that is left out
 */
export async function deployable(
  name: string,
  profile: Profile,
  docker: DockerClient,
  note: (text: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Deployable> {
  const named = leftOut(env);
  const checked = await Promise.all(
    Object.values(profile.services)
      .filter(({ optional, name }) => optional && !named.includes(name))
      .map(async (service) => {
        const reference = imageReference(profile, service.name);
        if (reference === undefined || (await docker.hasImage(reference)) || (await docker.canPull(reference)))
          return [];
        note(`without ${service.name}, which is optional: ${reference} is not on the engine and no registry gives it`);
        return [service.name];
      }),
  );
  const without = [...named, ...checked.flat()].filter((service) => profile.services[service]);
  return without.length === 0 ? { profile, without } : { profile: loadProfile(name, { without }), without };
}

/** The profile as it was deployed: without the optional services that the manifest has not. @param name as of {@link deployable} */
export function asDeployed(name: string, profile: Profile, { services }: Pick<Manifest, 'services'>): Profile {
  const deployed = new Set<string>(services.map((service) => service.name));
  const without = Object.values(profile.services)
    .filter((service) => service.optional && !deployed.has(service.name))
    .map((service) => service.name);
  return without.length === 0 ? profile : loadProfile(name, { without });
}

/** Images that are not built here, of the services that the profile deploys; the first is what ours are built on. */
export function pulledImages(profile: Profile): readonly string[] {
  const named = Object.keys(profile.services).flatMap((name) => imageReference(profile, name as ServiceName) ?? []);
  return [...new Set([profile.images.node, ...named])];
}

/** Undefined for a service whose image is built here on that of Node. */
const imageReference = ({ images }: Profile, service: ServiceName): string | undefined =>
  Object.hasOwn(images, service) ? images[service as keyof Profile['images']] : undefined;

import net from 'node:net';
import { NautilusError, type Profile } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient, NetworkSummary } from '../docker';
import { each } from '../each';
import { pulledImages } from './availability';
import { nameOf } from './sweep';

/** The first network other than `own` with a subnet that shares addresses with `subnet` (IPv4, `a.b.c.d/n`). */
export function overlapping(
  subnet: string,
  networks: readonly NetworkSummary[],
  own: string,
): { name: string; subnet: string } | undefined {
  const wanted = range(subnet);
  for (const network of networks) {
    if (network.Name === own) continue;
    for (const { Subnet } of network.IPAM.Config ?? []) {
      const other = Subnet === undefined ? undefined : range(Subnet);
      if (Subnet !== undefined && other && wanted && wanted.first <= other.last && other.first <= wanted.last)
        return { name: network.Name, subnet: Subnet };
    }
  }
  return undefined;
}

function range(subnet: string): { first: number; last: number } | undefined {
  const found = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet);
  if (!found) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = found.slice(1).map(Number);
  const size = 2 ** (32 - prefix);
  const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return { first, last: first + size - 1 };
}

/**
 * Every port that the manifest publishes is free, or published by the platform's own container already. Of an engine on
 * another machine only the containers can be asked; what else listens there is found when a container is started.
 * @throws NautilusError NAUT_PORT_TAKEN naming all that are not
 */
export async function requireFreePorts(docker: DockerClient, manifest: Manifest): Promise<void> {
  const containers = await docker.containers();
  const holder = new Map(
    containers.flatMap((container) =>
      container.Ports.flatMap(({ PublicPort }) =>
        PublicPort === undefined ? [] : [[PublicPort, nameOf(container)] as const],
      ),
    ),
  );
  const taken: string[] = [];
  for (const { name, container, published } of manifest.services) {
    for (const { address, port } of published) {
      const by = holder.get(port);
      if (by === container) continue;
      if (by !== undefined) taken.push(`${name}: port ${port} is published by the container ${by}`);
      else if (docker.isLocal && !(await canListen(address, port)))
        taken.push(`${name}: ${address}:${port} is taken by another program`);
    }
  }
  if (taken.length === 0) return;
  throw new NautilusError({
    code: 'NAUT_PORT_TAKEN',
    message: `${taken.length === 1 ? 'a port is' : `${taken.length} ports are`} taken on the machine of the Docker engine`,
    details: taken,
    fix: 'stop what holds it (`nautilus local down` ends the platform without Docker), or set exposure.portOffset in the profile',
  });
}

function canListen(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Downloads at the same time. */
const PULLS = 3;

/**
 * The images of the deployed services that are not built here are on the engine; those that are not are pulled.
 * @throws NautilusError NAUT_IMAGE_MISSING naming all that could not be pulled
 */
export async function requireImages(
  docker: DockerClient,
  profile: Profile,
  note: (text: string) => void,
): Promise<void> {
  const missing: string[] = [];
  const pull = async (reference: string): Promise<void> => {
    if (await docker.hasImage(reference)) return;
    note(`pulling ${reference}`);
    const problem = await docker.pull(reference);
    if (problem !== undefined) missing.push(`${reference}: ${problem}`);
  };
  await each(pulledImages(profile), pull, PULLS);
  if (missing.length === 0) return;
  throw new NautilusError({
    code: 'NAUT_IMAGE_MISSING',
    message: `profile ${profile.name} names ${missing.length === 1 ? 'an image' : 'images'} that the engine has not and cannot pull`,
    details: missing.sort(),
    fix: 'docker pull it where a registry can be reached, name another under images in the profile, or, on Debian without a registry, run test/stand-ins/build',
  });
}

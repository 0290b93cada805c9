import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NautilusError } from '@nautilus/config';

/** Where a Docker Engine listens. */
export type DockerEndpoint =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Port of an engine whose `tcp://` address names none (plain HTTP). */
const DEFAULT_TCP_PORT = 2375;

/** Sockets in the order in which they are tried: the engine, Docker Desktop, OrbStack, Colima, rootless Docker. */
function wellKnownSockets(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME ?? os.homedir();
  const rootless = env.XDG_RUNTIME_DIR === undefined ? [] : [path.join(env.XDG_RUNTIME_DIR, 'docker.sock')];
  return [
    '/var/run/docker.sock',
    path.join(home, '.docker/run/docker.sock'),
    path.join(home, '.docker/desktop/docker.sock'),
    path.join(home, '.orbstack/run/docker.sock'),
    path.join(home, '.colima/default/docker.sock'),
    ...rootless,
  ];
}

/** Parses a DOCKER_HOST value. @throws NautilusError NAUT_DOCKER_HOST for a scheme that is not unix or tcp */
export function parseDockerHost(value: string): DockerEndpoint {
  const unix = /^unix:\/\/(\/.+)$/.exec(value);
  if (unix?.[1] !== undefined) return { kind: 'unix', socketPath: unix[1] };
  const tcp = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(value);
  if (tcp?.[1] !== undefined)
    return { kind: 'tcp', host: tcp[1].replace(/^\[|\]$/g, ''), port: Number(tcp[2] ?? DEFAULT_TCP_PORT) };
  throw new NautilusError({
    code: 'NAUT_DOCKER_HOST',
    message: `DOCKER_HOST is "${value}", which is no address of a Docker engine that can be used here`,
    details: ['allowed: unix:///path/to/docker.sock, tcp://host:port'],
    fix: 'unset DOCKER_HOST to use the local engine, or set it to one of these forms (an engine behind ssh needs a forwarded socket)',
  });
}

/** The engine that DOCKER_HOST names, else the first socket that exists; undefined when there is none. */
export function findDockerEndpoint(env: NodeJS.ProcessEnv): DockerEndpoint | undefined {
  if (env.DOCKER_HOST !== undefined && env.DOCKER_HOST !== '') return parseDockerHost(env.DOCKER_HOST);
  const socketPath = wellKnownSockets(env).find((candidate) =>
    fs.statSync(candidate, { throwIfNoEntry: false })?.isSocket(),
  );
  return socketPath === undefined ? undefined : { kind: 'unix', socketPath };
}

/** As DOCKER_HOST wants it, for child processes that must talk to the same engine. */
export function toDockerHost(endpoint: DockerEndpoint): string {
  if (endpoint.kind === 'unix') return `unix://${endpoint.socketPath}`;
  return `tcp://${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
}

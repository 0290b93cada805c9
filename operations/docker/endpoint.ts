import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NautilusError } from '@nautilus/config';

/** Where a Docker Engine listens. */
export type DockerEndpoint =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Folder with ca.pem, cert.pem and key.pem: both sides prove who they are. Undefined: plain HTTP. */
      readonly certificates?: string;
    }
  | {
      /** Reached through the ssh program and `docker system dial-stdio` on the other machine. */
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** Socket of the engine on the other machine. @default where its docker program looks */
      readonly socketPath?: string;
    };

/** The engine that a profile asks for. */
export interface WantedEngine {
  /** As DOCKER_HOST names it. */
  readonly host?: string;
  /** Folder of the certificates of a tcp:// engine. */
  readonly certificates?: string;
}

/** Ports of an engine whose `tcp://` address names none. */
const defaultPort = { plain: 2375, tls: 2376 } as const;

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

/**
 * Parses a DOCKER_HOST value.
 * @param certificates folder of a tcp:// engine's certificates
 * @throws NautilusError NAUT_DOCKER_HOST for what is no address of an engine
 */
export function parseDockerHost(value: string, certificates?: string): DockerEndpoint {
  const unix = /^unix:\/\/(\/.+)$/.exec(value);
  if (unix?.[1] !== undefined) return { kind: 'unix', socketPath: unix[1] };
  const tcp = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(value);
  if (tcp?.[1] !== undefined) {
    const port = Number(tcp[2] ?? (certificates === undefined ? defaultPort.plain : defaultPort.tls));
    return { kind: 'tcp', host: bare(tcp[1]), port, ...(certificates !== undefined && { certificates }) };
  }
  // A name that begins with a dash would be an option of ssh.
  const ssh = /^ssh:\/\/(?:([\w.][\w.-]*)@)?(\[[^\]]+\]|[\w.][\w.-]*)(?::(\d+))?(\/.*)?$/.exec(value);
  if (ssh?.[2] !== undefined) {
    const [, user, host, port, socketPath = '/'] = ssh;
    return {
      kind: 'ssh',
      host: bare(host),
      ...(user !== undefined && { user }),
      ...(port !== undefined && { port: Number(port) }),
      ...(socketPath !== '/' && { socketPath }),
    };
  }
  throw new NautilusError({
    code: 'NAUT_DOCKER_HOST',
    message: `"${value}" is no address of a Docker engine that can be used here`,
    details: ['allowed: unix:///path/to/docker.sock, tcp://host:port, ssh://user@host:port'],
    fix: 'correct docker.host in the profile or DOCKER_HOST, or leave both out to use the engine of this machine',
  });
}

/** The engine that the profile names, else DOCKER_HOST, else the first socket that exists; undefined when there is none. */
export function findDockerEndpoint(env: NodeJS.ProcessEnv, wanted: WantedEngine = {}): DockerEndpoint | undefined {
  const host = wanted.host ?? (env.DOCKER_HOST || undefined);
  if (host !== undefined) return parseDockerHost(host, wanted.certificates ?? certificatesOf(env));
  const socketPath = wellKnownSockets(env).find((candidate) =>
    fs.statSync(candidate, { throwIfNoEntry: false })?.isSocket(),
  );
  return socketPath === undefined ? undefined : { kind: 'unix', socketPath };
}

/** As the docker program finds them. */
function certificatesOf(env: NodeJS.ProcessEnv): string | undefined {
  if (env.DOCKER_CERT_PATH) return env.DOCKER_CERT_PATH;
  return env.DOCKER_TLS_VERIFY ? path.join(env.HOME ?? os.homedir(), '.docker') : undefined;
}

/** As DOCKER_HOST wants it. */
export function toDockerHost(endpoint: DockerEndpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `unix://${endpoint.socketPath}`;
    case 'tcp':
      return `tcp://${bracketed(endpoint.host)}:${endpoint.port}`;
    case 'ssh': {
      const { user, host, port, socketPath = '' } = endpoint;
      return `ssh://${user === undefined ? '' : `${user}@`}${bracketed(host)}${port === undefined ? '' : `:${port}`}${socketPath}`;
    }
  }
}

/** Variables by which terraform's provider and the docker program find the same engine; undefined ones must not be set. */
export function dockerEnvironment(endpoint: DockerEndpoint): Record<string, string | undefined> {
  const certificates = endpoint.kind === 'tcp' ? endpoint.certificates : undefined;
  return {
    DOCKER_HOST: toDockerHost(endpoint),
    DOCKER_CERT_PATH: certificates,
    DOCKER_TLS_VERIFY: certificates === undefined ? undefined : '1',
    DOCKER_CONTEXT: undefined,
  };
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

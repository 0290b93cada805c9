import { readFileSync } from 'node:fs';
import type http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { NautilusError } from '@nautilus/config';
import type { DockerEndpoint } from './endpoint';
import { dialSsh, SshAgent } from './ssh';

/**
 * How a request gets to the engine, as options of http.request. Only ssh keeps connections: each costs a login.
 * @throws NautilusError NAUT_DOCKER_CERTIFICATES
 */
export function transport(endpoint: DockerEndpoint): http.RequestOptions {
  switch (endpoint.kind) {
    case 'unix':
      return { agent: false, socketPath: endpoint.socketPath };
    case 'ssh':
      return { agent: new SshAgent(endpoint) };
    case 'tcp': {
      const { host, port, certificates } = endpoint;
      if (certificates === undefined) return { agent: false, host, port };
      const identity = readCertificates(certificates);
      // http takes the connection only where no agent is given.
      return { host, port, createConnection: () => tls.connect({ host, port, ...identity }) };
    }
  }
}

/** A new connection to the engine. @throws NautilusError NAUT_DOCKER_CERTIFICATES */
export function dial(endpoint: DockerEndpoint): Duplex {
  switch (endpoint.kind) {
    case 'unix':
      return net.connect(endpoint.socketPath);
    case 'ssh':
      return dialSsh(endpoint);
    case 'tcp': {
      const { host, port, certificates } = endpoint;
      return certificates === undefined
        ? net.connect(port, host)
        : tls.connect({ host, port, ...readCertificates(certificates) });
    }
  }
}

/** Who may sign for the engine, and who we are. */
function readCertificates(folder: string): { ca: Buffer; cert: Buffer; key: Buffer } {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(path.join(folder, file));
    } catch (error) {
      throw new NautilusError({
        code: 'NAUT_DOCKER_CERTIFICATES',
        message: `the certificates of the Docker engine cannot be read: ${(error as Error).message}`,
        details: [
          'allowed: a folder with ca.pem (who signs for the engine), cert.pem and key.pem (who you are), as docker uses it',
        ],
        fix: 'set docker.certificates in the profile, or DOCKER_CERT_PATH, to that folder',
        cause: error,
      });
    }
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

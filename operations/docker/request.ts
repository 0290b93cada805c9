import http from 'node:http';
import { NautilusError } from '@nautilus/config';
import { type DockerEndpoint, toDockerHost } from './endpoint';

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON; bytes are sent as they are, as a tar archive. */
  readonly body?: unknown;
  /** Milliseconds of silence until the request is given up. @default 30,000 */
  readonly timeoutMs?: number;
}

/** What the engine answers to what it will not do. */
export class DockerRefusal extends NautilusError {
  /** @param status of HTTP: 404 no such thing, 409 not in this state */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super({ code: 'NAUT_DOCKER_REFUSED', message });
  }
}

/** An engine, and how its requests get there. */
export interface Line {
  readonly endpoint: DockerEndpoint;
  readonly transport: http.RequestOptions;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * One request; the reply's body as it came.
 * @throws NautilusError NAUT_DOCKER_UNREACHABLE (no answer), NAUT_DOCKER_REFUSED (an HTTP status of 400 or more: {@link DockerRefusal})
 */
export function send(line: Line, method: Method, path: string, options: RequestOptions = {}): Promise<Buffer> {
  const query = options.query === undefined ? '' : `?${new URLSearchParams(stringValues(options.query))}`;
  const archive = Buffer.isBuffer(options.body);
  const body =
    archive || options.body === undefined ? (options.body as Buffer | undefined) : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(unreachable(line.endpoint, error));
    const request = http.request(
      {
        ...line.transport,
        method,
        path: `${path}${query}`,
        headers: {
          Host: 'docker',
          ...(body === undefined
            ? {}
            : {
                'Content-Type': archive ? 'application/x-tar' : 'application/json',
                'Content-Length': Buffer.byteLength(body),
              }),
        },
      },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('error', fail);
        reply.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const status = reply.statusCode ?? 0;
          if (status >= 400) reject(refused(method, path, status, bytes));
          else resolve(bytes);
        });
      },
    );
    const timeoutMs = options.timeoutMs ?? 30_000;
    request.setTimeout(timeoutMs, () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on('error', fail);
    request.end(body);
  });
}

function stringValues(query: NonNullable<RequestOptions['query']>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

/** The JSON of a reply; undefined where it is empty. */
export function parse<T>(bytes: Buffer): T {
  return (bytes.length === 0 ? undefined : JSON.parse(bytes.toString())) as T;
}

function unreachable(endpoint: DockerEndpoint, cause: Error): NautilusError {
  return new NautilusError({
    code: 'NAUT_DOCKER_UNREACHABLE',
    message: `the Docker engine at ${toDockerHost(endpoint)} does not answer: ${cause.message}`,
    fix: remedy(endpoint, cause as NodeJS.ErrnoException),
    cause,
  });
}

function remedy(endpoint: DockerEndpoint, { code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'EACCES') return 'add your user to the group docker (sudo usermod -aG docker $USER) and log in again';
  if (endpoint.kind === 'ssh')
    return code === 'ENOENT'
      ? 'install the ssh program (openssh-client)'
      : `make \`ssh ${endpoint.user === undefined ? '' : `${endpoint.user}@`}${endpoint.host} docker version\` work without a question: a key in the agent, a known host, docker on the other machine`;
  if (
    endpoint.kind === 'tcp' &&
    endpoint.certificates !== undefined &&
    /cert|tls|ssl|alert/i.test(`${code} ${message}`)
  )
    return `check ${endpoint.certificates}: ca.pem must sign the engine's certificate, which must name ${endpoint.host}; the engine must accept cert.pem`;
  if (
    endpoint.kind === 'tcp' &&
    endpoint.certificates === undefined &&
    /hang up|ECONNRESET|Parse Error/i.test(`${code} ${message}`)
  )
    return 'an engine that speaks TLS wants docker.certificates in the profile, or DOCKER_CERT_PATH';
  return 'start Docker (Docker Desktop or OrbStack on a Mac, the docker service on Linux), or set DOCKER_HOST';
}

function refused(method: string, path: string, status: number, body: Buffer): DockerRefusal {
  let message = body.toString().trim();
  try {
    message = (JSON.parse(message) as { message?: string }).message ?? message;
  } catch {
    // An engine behind a proxy answers with text: that is the message then.
  }
  return new DockerRefusal(status, `Docker refused ${method} ${path}: ${message} (HTTP ${status})`);
}

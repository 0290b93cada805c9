import http from 'node:http';
import { NautilusError } from '@nautilus/config';
import type {
  ContainerDetail,
  ContainerSummary,
  EngineInfo,
  EngineVersion,
  ImageSummary,
  NetworkSummary,
  VolumeSummary,
} from './api';
import { type DockerEndpoint, findDockerEndpoint, toDockerHost, type WantedEngine } from './endpoint';
import { demultiplex, firstFile } from './streams';
import { transport } from './transport';

/** How long a pull may say nothing. */
const PULL_SILENCE_MS = 120_000;

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON; bytes are sent as they are, as a tar archive. */
  readonly body?: unknown;
  /** Milliseconds of silence until the request is given up. @default 30,000 */
  readonly timeoutMs?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
}

/** Label filter of the engine's list calls, e.g. `{ 'io.nautilus.project': 'nautilus' }`. */
export type LabelFilter = Readonly<Record<string, string>>;

/** The Docker Engine's HTTP API over a socket, TCP with or without TLS, or ssh. */
export class DockerClient {
  private readonly transport: http.RequestOptions;

  /** @throws NautilusError NAUT_DOCKER_CERTIFICATES */
  constructor(readonly endpoint: DockerEndpoint) {
    this.transport = transport(endpoint);
  }

  /**
   * The engine that the profile asks for, or this machine has an address of; it may still not answer (see {@link ping}).
   * @throws NautilusError NAUT_DOCKER_HOST, NAUT_DOCKER_CERTIFICATES
   */
  static detect(env: NodeJS.ProcessEnv = process.env, wanted: WantedEngine = {}): DockerClient | undefined {
    const endpoint = findDockerEndpoint(env, wanted);
    return endpoint === undefined ? undefined : new DockerClient(endpoint);
  }

  /** Address of the engine, as DOCKER_HOST names it. */
  get host(): string {
    return toDockerHost(this.endpoint);
  }

  /** Are the ports that it publishes ports of this machine? */
  get isLocal(): boolean {
    return this.endpoint.kind === 'unix';
  }

  /** Whether the engine answers within `timeoutMs`. Never throws. */
  async ping(timeoutMs = 3_000): Promise<boolean> {
    return this.request('GET', '/_ping', { timeoutMs }).then(
      () => true,
      () => false,
    );
  }

  info(): Promise<EngineInfo> {
    return this.get('/info');
  }

  version(): Promise<EngineVersion> {
    return this.get('/version');
  }

  /** Containers in every state, stopped ones too. */
  containers(labels: LabelFilter = {}): Promise<ContainerSummary[]> {
    return this.get('/containers/json', { all: true, ...filters(labels) });
  }

  container(idOrName: string): Promise<ContainerDetail> {
    return this.get(`/containers/${encodeURIComponent(idOrName)}/json`);
  }

  networks(labels: LabelFilter = {}): Promise<NetworkSummary[]> {
    return this.get('/networks', filters(labels));
  }

  async volumes(labels: LabelFilter = {}): Promise<VolumeSummary[]> {
    const reply = await this.get<{ Volumes: VolumeSummary[] | null }>('/volumes', filters(labels));
    return reply.Volumes ?? [];
  }

  images(labels: LabelFilter = {}): Promise<ImageSummary[]> {
    return this.get('/images/json', filters(labels));
  }

  /** Whether the engine has an image under this reference. */
  async hasImage(reference: string): Promise<boolean> {
    const images = await this.get<ImageSummary[]>('/images/json', {
      filters: JSON.stringify({ reference: [reference] }),
    });
    return images.length > 0;
  }

  /** Pulls an image. Returns what went wrong, undefined when nothing did. Registries that want a login are for `docker pull`. */
  async pull(reference: string): Promise<string | undefined> {
    const separator = reference.includes('@') ? '@' : ':';
    const at = reference.lastIndexOf(separator);
    const tagged = separator === '@' || at > reference.lastIndexOf('/');
    const query = tagged
      ? { fromImage: reference.slice(0, at), tag: reference.slice(at + 1) }
      : { fromImage: reference, tag: 'latest' };
    try {
      const progress = await this.request('POST', '/images/create', { query, timeoutMs: PULL_SILENCE_MS });
      const last = progress.toString().trimEnd().split('\n').at(-1) ?? '';
      return (JSON.parse(last || '{}') as { error?: string }).error;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Whether a registry has the image for the engine. Never throws. */
  async canPull(reference: string): Promise<boolean> {
    return this.request('GET', `/distribution/${encodeURIComponent(reference)}/json`).then(
      () => true,
      () => false,
    );
  }

  /** The last lines that a container wrote, both streams. */
  async logs(idOrName: string, lines: number): Promise<string> {
    const raw = await this.request('GET', `/containers/${encodeURIComponent(idOrName)}/logs`, {
      query: { stdout: true, stderr: true, tail: lines },
    });
    return demultiplex(raw);
  }

  /** One file of a container. @throws NautilusError NAUT_DOCKER_REFUSED when there is no such container or file */
  async readFile(idOrName: string, file: string): Promise<Buffer> {
    const archive = await this.request('GET', `/containers/${encodeURIComponent(idOrName)}/archive`, {
      query: { path: file },
    });
    return firstFile(archive);
  }

  /** Runs a command inside a running container and waits for its end. */
  async exec(idOrName: string, command: readonly string[], timeoutMs = 30_000): Promise<ExecResult> {
    const { Id } = await this.post<{ Id: string }>(`/containers/${encodeURIComponent(idOrName)}/exec`, {
      AttachStdout: true,
      AttachStderr: true,
      Cmd: command,
    });
    const raw = await this.request('POST', `/exec/${Id}/start`, { body: { Detach: false, Tty: false }, timeoutMs });
    const { ExitCode } = await this.get<{ ExitCode: number | null }>(`/exec/${Id}/json`);
    return { exitCode: ExitCode ?? -1, output: demultiplex(raw) };
  }

  /** Creates and starts a container; it is gone when `work` is done. `body` is the engine's own, as of POST /containers/create. */
  async withContainer<T>(body: object, work: (id: string) => Promise<T>): Promise<T> {
    const { Id } = await this.post<{ Id: string }>('/containers/create', body);
    try {
      await this.post(`/containers/${Id}/start`);
      return await work(Id);
    } finally {
      await this.delete(`/containers/${Id}`, { force: true });
    }
  }

  /** Waits until a container has ended; its exit code. */
  async ended(idOrName: string): Promise<number> {
    const { StatusCode } = await this.post<{ StatusCode: number }>(`/containers/${idOrName}/wait`);
    return StatusCode;
  }

  async get<T>(path: string, query?: RequestOptions['query']): Promise<T> {
    return parse(await this.request('GET', path, { query }));
  }

  async post<T>(path: string, body?: unknown, query?: RequestOptions['query']): Promise<T> {
    return parse(await this.request('POST', path, { body, query }));
  }

  async delete(path: string, query?: RequestOptions['query']): Promise<void> {
    await this.request('DELETE', path, { query });
  }

  /**
   * One request; the reply's body as it came.
   * @throws NautilusError NAUT_DOCKER_UNREACHABLE (no answer), NAUT_DOCKER_REFUSED (an HTTP status of 400 or more)
   */
  request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, options: RequestOptions = {}): Promise<Buffer> {
    const query = options.query === undefined ? '' : `?${new URLSearchParams(stringValues(options.query))}`;
    const archive = Buffer.isBuffer(options.body);
    const body =
      archive || options.body === undefined ? (options.body as Buffer | undefined) : JSON.stringify(options.body);
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(unreachable(this.endpoint, error));
      const request = http.request(
        {
          ...this.transport,
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
}

function filters(labels: LabelFilter): { filters?: string } {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return wanted.length === 0 ? {} : { filters: JSON.stringify({ label: wanted }) };
}

function stringValues(query: NonNullable<RequestOptions['query']>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

function parse<T>(bytes: Buffer): T {
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

function refused(method: string, path: string, status: number, body: Buffer): NautilusError {
  let message = body.toString().trim();
  try {
    message = (JSON.parse(message) as { message?: string }).message ?? message;
  } catch {
    // An engine behind a proxy answers with text: that is the message then.
  }
  return new NautilusError({
    code: 'NAUT_DOCKER_REFUSED',
    message: `Docker refused ${method} ${path}: ${message} (HTTP ${status})`,
  });
}

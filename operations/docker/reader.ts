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
import { type Line, parse, type RequestOptions, send } from './request';
import { demultiplex, firstFile } from './streams';
import { transport } from './transport';

/** Label filter of the engine's list calls, e.g. `{ 'io.nautilus.project': 'nautilus' }`. */
export type LabelFilter = Readonly<Record<string, string>>;

/**
 * What the Docker Engine tells, over a socket, TCP with or without TLS, or ssh. Sends GET and nothing else: what holds a
 * reader can change nothing.
 */
export class DockerReader {
  protected readonly line: Line;

  /** @throws NautilusError NAUT_DOCKER_CERTIFICATES */
  constructor(readonly endpoint: DockerEndpoint) {
    this.line = { endpoint, transport: transport(endpoint) };
  }

  /**
   * The engine that the profile asks for, or this machine has an address of; it may still not answer (see {@link ping}).
   * @throws NautilusError NAUT_DOCKER_HOST, NAUT_DOCKER_CERTIFICATES
   */
  static detect<Engine extends DockerReader>(
    this: new (
      endpoint: DockerEndpoint,
    ) => Engine,
    env: NodeJS.ProcessEnv = process.env,
    wanted: WantedEngine = {},
  ): Engine | undefined {
    const endpoint = findDockerEndpoint(env, wanted);
    // biome-ignore lint/complexity/noThisInStatic: a client's own detect finds a client
    return endpoint === undefined ? undefined : new this(endpoint);
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
    return this.read('/_ping', { timeoutMs }).then(
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

  /** Whether a registry has the image for the engine. Never throws. */
  async canPull(reference: string): Promise<boolean> {
    return this.read(`/distribution/${encodeURIComponent(reference)}/json`).then(
      () => true,
      () => false,
    );
  }

  /** The last lines that a container wrote, both streams. */
  async logs(idOrName: string, lines: number): Promise<string> {
    const raw = await this.read(`/containers/${encodeURIComponent(idOrName)}/logs`, {
      query: { stdout: true, stderr: true, tail: lines },
    });
    return demultiplex(raw);
  }

  /** One file of a container. @throws NautilusError NAUT_DOCKER_REFUSED when there is no such container or file */
  async readFile(idOrName: string, file: string): Promise<Buffer> {
    const archive = await this.read(`/containers/${encodeURIComponent(idOrName)}/archive`, {
      query: { path: file },
    });
    return firstFile(archive);
  }

  async get<T>(path: string, query?: RequestOptions['query']): Promise<T> {
    return parse(await this.read(path, { query }));
  }

  /** As {@link get}, the reply's body as it came. @throws NautilusError as {@link send} */
  read(path: string, options: Omit<RequestOptions, 'body'> = {}): Promise<Buffer> {
    return send(this.line, 'GET', path, options);
  }
}

function filters(labels: LabelFilter): { filters?: string } {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return wanted.length === 0 ? {} : { filters: JSON.stringify({ label: wanted }) };
}

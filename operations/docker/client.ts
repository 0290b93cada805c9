import { DockerReader } from './reader';
import { type Method, parse, type RequestOptions, send } from './request';
import { demultiplex } from './streams';

/** How long a pull may say nothing. */
const PULL_SILENCE_MS = 120_000;

export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
}

/** The Docker Engine's HTTP API: what it tells, and everything that changes something. */
export class DockerClient extends DockerReader {
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
      await this.removeContainer(Id);
    }
  }

  /** With its unnamed volumes: an image may declare some. Without `force` one that runs stays. */
  async removeContainer(idOrName: string, force = true): Promise<void> {
    await this.delete(`/containers/${idOrName}`, { force, v: true });
  }

  /** Waits until a container has ended; its exit code. */
  async ended(idOrName: string): Promise<number> {
    const { StatusCode } = await this.post<{ StatusCode: number }>(`/containers/${idOrName}/wait`);
    return StatusCode;
  }

  async post<T>(path: string, body?: unknown, query?: RequestOptions['query']): Promise<T> {
    return parse(await this.request('POST', path, { body, query }));
  }

  async delete(path: string, query?: RequestOptions['query']): Promise<void> {
    await this.request('DELETE', path, { query });
  }

  /** One request of any method. @throws NautilusError as {@link send} */
  request(method: Method, path: string, options: RequestOptions = {}): Promise<Buffer> {
    return send(this.line, method, path, options);
  }
}

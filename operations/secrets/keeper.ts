import { labels, NautilusError } from '@nautilus/config';
import { type DockerClient, DockerRefusal } from '../docker';
import { reported } from '../terraform/synthesize';
import { type ArchivedFile, type FileOwner, toTar } from './archive';
import { temporaryService } from './temporary';

/** The container that made the secrets, as the last deployment left it; the parts of Docker's reply that are used here. */
interface MakerDetail {
  readonly Id: string;
  readonly Image: string;
  readonly State: { readonly Running: boolean; readonly ExitCode: number; readonly FinishedAt: string };
  readonly Config: {
    readonly User: string;
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
  };
  readonly HostConfig: Readonly<Record<string, unknown>>;
}

/** What the program that makes the secrets was told, as far as it is of use here. */
interface Declaration {
  readonly directory: string;
  readonly gateway?: {
    readonly from: 'platform' | 'own';
    readonly names: readonly string[];
    readonly certificate: { readonly file: string; readonly gid: number };
    readonly key: { readonly file: string; readonly gid: number };
  };
}

/** What may be told of a secret. */
export interface SecretState {
  readonly file: string;
  readonly present: boolean;
  /** ISO 8601. */
  readonly changedAt?: string;
  /** A rotation was begun and not finished. */
  readonly waits: boolean;
  /** ISO 8601; certificates only. */
  readonly expiresAt?: string;
}

/** How long a container that waits for commands lives when nobody ends it. */
const OPEN_SECONDS = 120;

/** The container of a platform that makes its secrets, and the volume behind it. It is there after a deployment, ended. */
export class SecretMaker {
  private constructor(
    private readonly docker: DockerClient,
    private readonly project: string,
    private readonly detail: MakerDetail,
  ) {}

  /** Undefined where the platform is not deployed. */
  static async find(docker: DockerClient, project: string): Promise<SecretMaker | undefined> {
    const [found] = await docker.containers({ [labels.project]: project, [labels.service]: 'secrets' });
    return found && new SecretMaker(docker, project, await docker.get<MakerDetail>(`/containers/${found.Id}/json`));
  }

  /** Throws NAUT_SECRETS_NOT_DEPLOYED. */
  static async require(docker: DockerClient, project: string): Promise<SecretMaker> {
    const maker = await SecretMaker.find(docker, project);
    if (maker) return maker;
    throw new NautilusError({
      code: 'NAUT_SECRETS_NOT_DEPLOYED',
      message: `there is no container ${project}-secrets on this engine: the platform is not deployed, or its ended containers were removed`,
      fix: 'run `nautilus deploy` with the same profile',
    });
  }

  /** A container of an older release has none. */
  get declaration(): Declaration {
    const [command, declaration = ''] = this.detail.Config.Cmd;
    return command === 'make' ? (JSON.parse(declaration) as Declaration) : { directory: '/secrets' };
  }

  get user(): string {
    return this.detail.Config.User;
  }

  get failed(): boolean {
    return !this.detail.State.Running && this.detail.State.ExitCode !== 0;
  }

  get endedAt(): Date {
    return new Date(this.detail.State.FinishedAt);
  }

  /** Makes once more what is missing. Throws what the program says is wrong. */
  async run(): Promise<void> {
    const { Id } = this.detail;
    await this.docker.post(`/containers/${Id}/start`);
    if ((await this.docker.ended(Id)) !== 0) throw problem(await this.docker.logs(Id, 4));
  }

  /** A file of the volume; undefined when there is none. It comes through Docker's API: no log, no screen. */
  async read(file: string): Promise<Buffer | undefined> {
    try {
      return await this.docker.readFile(this.detail.Id, `${this.declaration.directory}/${file}`);
    } catch (error) {
      if (error instanceof DockerRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Puts files into the volume, each whole. */
  async write(files: readonly (ArchivedFile & FileOwner)[]): Promise<void> {
    const query = { path: this.declaration.directory };
    await this.docker.request('PUT', `/containers/${this.detail.Id}/archive`, { query, body: toTar(files) });
  }

  /** Runs `work` with a container in which the program takes commands; it is gone afterwards, and ends by itself when this process is killed. */
  async whileOpen<T>(work: (keeper: SecretKeeper) => Promise<T>): Promise<T> {
    await this.removeEnded();
    const { Image, Config, HostConfig } = this.detail;
    const [, declaration = ''] = Config.Cmd;
    const waiting = {
      Image,
      User: Config.User,
      Entrypoint: ['sleep'],
      Cmd: [String(OPEN_SECONDS)],
      Labels: { [labels.project]: this.project, [labels.service]: temporaryService },
      HostConfig,
    };
    return this.docker.withContainer(waiting, (id) =>
      work(new SecretKeeper(this.docker, id, Config.Entrypoint, declaration)),
    );
  }

  /** What operations that were killed left. */
  private async removeEnded(): Promise<void> {
    const left = await this.docker.containers({ [labels.project]: this.project, [labels.service]: temporaryService });
    for (const { Id, State } of left) if (State === 'exited') await this.docker.removeContainer(Id, false);
  }
}

/** The program that makes the secrets, one command at a time. Each may be interrupted and repeated. */
export class SecretKeeper {
  constructor(
    private readonly docker: DockerClient,
    private readonly container: string,
    private readonly program: readonly string[],
    private readonly declaration: string,
  ) {}

  async list(): Promise<SecretState[]> {
    return JSON.parse(await this.command('list')) as SecretState[];
  }

  /** A new value of each file waits beside the one in force. */
  async prepare(files: readonly string[]): Promise<void> {
    await this.command('prepare', ...files);
  }

  /** What waits comes into force. */
  async accept(files: readonly string[]): Promise<void> {
    await this.command('accept', ...files);
  }

  private async command(name: string, ...files: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.docker.exec(this.container, [
      ...this.program,
      name,
      this.declaration,
      ...files,
    ]);
    if (exitCode !== 0) throw problem(output);
    return output;
  }
}

/** What the program said, as an error again. */
const problem = (output: string): NautilusError =>
  reported(output) ??
  new NautilusError({
    code: 'NAUT_SECRETS_FAILED',
    message: 'the program that makes the secrets failed',
    details: output.trim().split('\n').slice(-4),
  });

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { secretFiles } from '@nautilus/config';
import { DockerClient } from '../../operations/docker';
import type { Synthesis } from '../synth/support/synthesis';

/** What a stack says of one container, as far as `docker run` needs it. */
interface Specification {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly string[];
  readonly user: string;
  readonly group_add?: readonly string[];
  readonly memory: number;
  readonly cpus: string;
  readonly shm_size: number;
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly ulimit?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly mounts?: readonly { readonly source: string; readonly target: string; readonly read_only?: boolean }[];
}

/** What the `docker` command prints. */
export const docker = (...args: readonly string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
/** Terraform's template signs, which the stack doubles. */
const plain = (text: string) => text.replace(/([$%])\1(?=\{)/g, '$1');

/** Single containers of a synthesized platform with the limits and the hardening of their stack, without Terraform. */
export class OneByOne {
  readonly client = DockerClient.detect()!;

  constructor(
    private readonly platform: Synthesis,
    private readonly prefix: string,
  ) {}

  /** Builds the image of a service from its bundle; returns its reference. */
  build(service: string): string {
    const reference = `${this.prefix}-${service}:test`;
    const context = path.join(this.platform.output, 'images', service);
    execFileSync('docker', ['build', '--quiet', '--tag', reference, context], {
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
      stdio: 'pipe',
    });
    return reference;
  }

  /** Fills the volume of the secrets; every container of the test may read all of them. */
  writeSecrets(image: string, secrets: Readonly<Record<string, string>>): void {
    const volume = this.volumeName(`${this.platform.profile.project}-secrets`);
    const script = Object.entries(secrets)
      .map(([file, value]) => `printf %s '${value}' >/secrets/${file} && chmod 0444 /secrets/${file}`)
      .join(' && ');
    docker('run', '--rm', '--user', '0', '--volume', `${volume}:/secrets`, '--entrypoint', 'sh', image, '-c', script);
  }

  /** Starts a service as its stack describes it. `extra` are more options of `docker run`. */
  start(stack: string, service: string, image: string, extra: readonly string[] = []): string {
    const wanted = this.platform.stack(stack).resource.docker_container![service] as unknown as Specification;
    const name = `${this.prefix}-${service}`;
    const options = [
      ...['--detach', '--name', name, '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges:true'],
      ...['--memory', `${wanted.memory}m`, '--memory-swap', `${wanted.memory}m`, '--cpus', wanted.cpus],
      ...['--shm-size', `${wanted.shm_size}m`, '--user', wanted.user],
      ...(wanted.group_add ?? []).flatMap((group) => ['--group-add', group]),
      ...(wanted.env ?? []).flatMap((variable) => ['--env', plain(variable)]),
      ...(wanted.ulimit ?? []).flatMap(({ name, soft, hard }) => ['--ulimit', `${name}=${soft}:${hard}`]),
      ...Object.entries(wanted.sysctls ?? {}).flatMap(([key, value]) => ['--sysctl', `${key}=${value}`]),
      ...Object.entries(wanted.tmpfs).flatMap(([target, mount]) => ['--tmpfs', `${target}:${mount}`]),
      ...(wanted.mounts ?? []).flatMap(({ source, target, read_only }) => [
        '--volume',
        `${this.volumeName(source)}:${target}${read_only ? ':ro' : ''}`,
      ]),
    ];
    // `docker run` takes one word as entrypoint; the rest of it stands before the command.
    const [program, ...words] = wanted.entrypoint ?? [];
    const entrypoint = program === undefined ? [] : ['--entrypoint', program];
    const command = [...words, ...(wanted.command ?? [])].map(plain);
    docker('run', ...options, ...entrypoint, ...extra, image, ...command);
    return name;
  }

  /** Waits until the health check of the stack succeeds inside the container. */
  async healthy(stack: string, service: string): Promise<void> {
    const wanted = this.platform.stack(stack).resource.docker_container![service] as unknown as Specification;
    const [, ...test] = wanted.healthcheck.test.map(plain);
    const name = `${this.prefix}-${service}`;
    for (;;) {
      const ended = await this.client
        .exec(name, test)
        .catch((error: Error) => ({ exitCode: 1, output: error.message }));
      if (ended.exitCode === 0) return;
      if (docker('inspect', '--format', '{{.State.Running}}', name) !== 'true')
        throw new Error(`${service} ended:\n${await this.client.logs(name, 50)}`);
      await delay(200);
    }
  }

  /** Host port of a port of the container. */
  port(service: string, port: number): number {
    return Number(docker('port', `${this.prefix}-${service}`, `${port}/tcp`).split('\n')[0]!.split(':').at(-1));
  }

  restart(service: string): void {
    docker('restart', '--time', '60', `${this.prefix}-${service}`);
  }

  log(service: string): Promise<string> {
    return this.client.logs(`${this.prefix}-${service}`, 100_000);
  }

  /** Everything of the test goes, volumes and images too: also what one that was killed has left. */
  remove(): void {
    const named = (list: readonly string[], filter: string) =>
      docker(...list, '--quiet', '--filter', filter)
        .split('\n')
        .filter((id) => id !== '');
    for (const id of named(['ps', '--all'], `name=^${this.prefix}-`)) docker('rm', '--force', '--volumes', id);
    for (const volume of named(['volume', 'ls'], `name=^${this.prefix}-`)) docker('volume', 'rm', '--force', volume);
    for (const image of named(['images'], `reference=${this.prefix}-*`)) docker('rmi', '--force', image);
  }

  private volumeName(source: string): string {
    return `${this.prefix}-${source}`;
  }
}

export const newSecret = () => randomBytes(24).toString('hex');

/** A value for each secret of the database. */
export const databaseSecrets = () =>
  Object.fromEntries(
    [secretFiles.postgres, secretFiles.postgresSuperuser, secretFiles.postgresExporter].map((file) => [
      file,
      newSecret(),
    ]),
  ) as Record<string, string>;

/** Why containers cannot be started one by one here; undefined when they can. */
export function missingForOneByOne(images: readonly string[]): string | undefined {
  try {
    docker('version');
  } catch (error) {
    return `no Docker engine answers the command docker (${(error as Error).message.split('\n')[0]})`;
  }
  const absent = images.filter((image) => {
    try {
      docker('image', 'inspect', image);
      return false;
    } catch {
      return true;
    }
  });
  return absent.length > 0 ? `images are missing: ${absent.join(', ')}; run test/stand-ins/build` : undefined;
}

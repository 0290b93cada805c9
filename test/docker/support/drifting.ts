import { execFile } from 'node:child_process';
import path from 'node:path';
import { networkName } from '../../../config';
import type { ManifestService } from '../../../manifest';
import type { Report } from '../../../operations/drift';
import { each } from '../../../operations/each';
import { terraformEnvironment, terraformProgram } from '../../../operations/terraform';
import { eventually } from '../../support/eventually';
import type { Changes, Injection, Made, Planned } from '../injections';
import { DeployedPlatform, type Ended, root } from '../platform';

interface Inspected extends Made {
  readonly Id: string;
  readonly State: { readonly Status: string; readonly Health?: { readonly Status: string } };
  readonly RestartCount: number;
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { IPAMConfig: object | null; Aliases: readonly string[] | null }>>;
  };
}

/** Enough ends in a row that Docker waits seconds between two starts. */
const RESTARTS_IN_A_LOOP = 6;

/** What must be true of the container before it is looked at. */
const ready: Readonly<Record<NonNullable<Injection['when']> | 'healthy', (container: Inspected) => boolean>> = {
  healthy: ({ State }) => State.Status === 'running' && (State.Health?.Status ?? 'healthy') === 'healthy',
  unhealthy: ({ State }) => State.Health?.Status === 'unhealthy',
  restarting: ({ State, RestartCount }) => State.Status === 'restarting' && RestartCount >= RESTARTS_IN_A_LOOP,
  'not running': ({ State }) => State.Status !== 'running' || State.Health === undefined,
};

/** A deployed platform that is changed behind its declaration's back, and looked at. */
export class DriftingPlatform extends DeployedPlatform {
  /** Text of a table's line with the names of this platform. */
  named(text: string): string {
    const subnet = this.manifest().network.subnet.split('.').slice(0, 3).join('.');
    return text
      .replaceAll(/\$image-of-([a-z-]+)/g, (_, service) => this.declared(service).image)
      .replaceAll('$image', this.profile.images.redis)
      .replaceAll('$subnet', subnet)
      .replaceAll('$bridge', this.profile.network.bridgeName)
      .replaceAll(/\$p\b/g, this.profile.project);
  }

  private declared(service: string): ManifestService {
    const found = this.manifest().services.find(({ name }) => name === service);
    if (found === undefined) throw new Error(`no service ${service} is declared`);
    return found;
  }

  /** Runs lines of a shell on this machine, with this `nautilus` and the engine of the platform. */
  async shell(lines: readonly string[]): Promise<void> {
    const script = [
      `nautilus() { '${process.execPath}' '${path.join(root, 'cli', 'nautilus.js')}' "$@"; }`,
      ...lines.map((line) => this.named(line)),
    ].join('\n');
    const { code, stdout, stderr } = await ended('bash', ['-euc', script], { DOCKER_HOST: this.docker.host });
    if (code !== 0) throw new Error(`${lines.join('\n')}\nended with ${code}: ${stdout}${stderr}`);
  }

  /** Injects all of them: the network's first, as they reach every container; then those of several containers side by side. */
  async inject(injections: readonly Injection[]): Promise<void> {
    const inTurn = async (at: string) => {
      for (const injection of injections) if (injection.at === at) await this.injectOne(injection);
    };
    await inTurn('network');
    const places = new Set(injections.map(({ at }) => at));
    places.delete('network');
    await each([...places], inTurn);
  }

  private async injectOne({ at, how }: Injection): Promise<void> {
    if ('run' in how) return this.shell(how.run);
    if (how.first) await this.shell(how.first);
    const name = `${this.profile.project}-${at}`;
    const made = await this.docker.get<Inspected>(`/containers/${name}/json`);
    await this.makeAgain(name, made, how.change(made));
  }

  /** As `docker run` with the options that the container was made with, and those of `changes`. */
  private async makeAgain(name: string, made: Inspected, changes: Changes): Promise<void> {
    const network = networkName(this.profile);
    const { IPAMConfig, Aliases } = made.NetworkSettings.Networks[network] ?? { IPAMConfig: null, Aliases: null };
    const own = { IPAMConfig, Aliases: Aliases?.filter((alias) => !made.Id.startsWith(alias)) };
    const image = changes.Config?.Image;
    const config = {
      ...made.Config,
      ...changes.Config,
      ...(typeof image === 'string' && { Image: this.named(image) }),
    };
    await this.docker.removeContainer(name);
    await this.docker.post(
      '/containers/create',
      {
        ...config,
        HostConfig: { ...made.HostConfig, ...changes.HostConfig, NetworkMode: network },
        NetworkingConfig: { EndpointsConfig: { [network]: own } },
      },
      { name },
    );
    await this.docker.post(`/containers/${name}/start`);
  }

  /** Waits until every container is as the injections leave it: running and healthy but for those. */
  async settled(injections: readonly Injection[] = []): Promise<void> {
    const states = new Map<string, keyof typeof ready>();
    for (const { at, when = 'healthy' } of injections) states.set(at, when);
    const { services } = this.manifest();
    await Promise.all(
      services.map(({ name, container }) =>
        eventually(
          `${name} is ${states.get(name) ?? 'healthy'}`,
          async () => {
            const state = states.get(name) ?? 'healthy';
            const seen = await this.docker.get<Inspected>(`/containers/${container}/json`).catch((error: Error) => {
              if (state === 'not running') return undefined;
              throw error;
            });
            return seen === undefined || ready[state](seen) ? true : undefined;
          },
          120,
        ),
      ),
    );
  }

  /** `nautilus drift --json`: what it reported, and its exit code. */
  async look(env: NodeJS.ProcessEnv = {}, ...options: string[]): Promise<{ code: number; report: Report }> {
    const { code, stdout, stderr } = await this.drift(env, '--json', ...options);
    if (!stdout.startsWith('{')) throw new Error(`nautilus drift ended with ${code}: ${stdout}${stderr}`);
    return { code, report: JSON.parse(stdout) as Report };
  }

  /** `nautilus drift …` with this profile. */
  drift(env: NodeJS.ProcessEnv, ...options: string[]): Promise<Ended> {
    const nautilus = path.join(root, 'cli', 'nautilus.js');
    return ended(process.execPath, [nautilus, 'drift', ...options, '--profile', this.profileFile], env);
  }

  /** What `terraform plan -detailed-exitcode` says by itself: its action by the object's address, for all stacks. */
  async planned(): Promise<Map<string, Planned>> {
    const folder = path.join(root, '.nautilus', this.profile.name, 'cdktf.out', 'stacks');
    const found = new Map<string, Planned>();
    const waiting = this.manifest().stacks.filter(({ name }) => name !== 'dashboards');
    const next = async (): Promise<void> => {
      for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
        const plan = await ended(
          terraformProgram(),
          ['plan', '-detailed-exitcode', '-json', '-lock=false', '-input=false'],
          terraformEnvironment(process.env, { DOCKER_HOST: this.docker.host }),
          path.join(folder, stack.name),
        );
        if (plan.code === 1) throw new Error(`terraform plan of ${stack.name}: ${plan.stdout}${plan.stderr}`);
        for (const [address, action] of plannedChanges(plan.stdout)) found.set(address, action);
      }
    };
    await Promise.all([next(), next(), next()]);
    return found;
  }
}

interface PlanMessage {
  readonly type: string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: Planned };
}

function plannedChanges(lines: string): [string, Planned][] {
  return lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => {
      const { type, change } = JSON.parse(line) as PlanMessage;
      return type === 'planned_change' && change ? [[change.resource.addr, change.action] as [string, Planned]] : [];
    });
}

/** Runs a program to its end; exit codes are returned, not thrown. */
export function ended(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string = root,
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

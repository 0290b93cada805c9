import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  database,
  deployedService,
  type EngineName,
  engineNames,
  engineSettings,
  installationRoot,
  journalKeyFile,
  localPlacement,
  NautilusError,
  orderPath,
  type PostgresEndpoint,
  type Profile,
  secretFiles,
  writeWhole,
} from '@nautilus/config';
import { readiness } from './http';
import type { LocalPaths } from './paths';
import { startPostgres } from './postgres';
import { endProcess, isAlive, isListening, type ProcessIdentity, residentBytes, startDetached } from './processes';

/** The cache is inside the engines: no Redis here. */
type LocalService = 'postgres' | EngineName;

interface RunningService extends ProcessIdentity {
  readonly name: LocalService;
  readonly port: number;
}

/** What `local up` started, kept in run.json. */
interface Run {
  readonly version: 1;
  readonly profile: string;
  /** Absolute path; absent in what an older release started. */
  readonly profileFile?: string;
  readonly startedAt: string;
  readonly services: RunningService[];
}

export interface ServiceStatus {
  readonly name: string;
  /** healthy: answers and is ready; starting: runs but is not ready; stopped: its process has ended. */
  readonly state: 'healthy' | 'starting' | 'stopped';
  readonly port: number;
  readonly pid: number;
  readonly memoryBytes: number | null;
  readonly reason?: string;
}

/** Told about each step as it happens: one short line. */
export type Progress = (line: string) => void;

const gracePeriodMs = 8_000;

const portOf = (profile: Profile, name: LocalService): number => deployedService(profile, name).hostPort.number;

/** The platform as processes on this machine, with an embedded PostgreSQL and a data directory of its own. */
export class LocalPlatform {
  constructor(private readonly paths: LocalPaths) {}

  /** The run that `up` left behind, with or without living processes; undefined when there is none. */
  run(): Run | undefined {
    if (!existsSync(this.paths.runFile)) return undefined;
    try {
      const run = JSON.parse(readFileSync(this.paths.runFile, 'utf8')) as Run;
      if (run.version === 1 && Array.isArray(run.services)) return run;
    } catch {
      // told below, like any other damage
    }
    throw new NautilusError({
      code: 'NAUT_RUN_FILE_CORRUPT',
      message: `${this.paths.runFile} cannot be read`,
      fix: 'end what `ps` shows of the platform, then remove this file',
    });
  }

  /** Base address of a running engine. */
  address(service: LocalService): string {
    const found = this.run()?.services.find(({ name }) => name === service);
    if (!found) {
      throw new NautilusError({
        code: 'NAUT_NOT_RUNNING',
        message: `${service} is not running here`,
        fix: 'run `nautilus local up`',
      });
    }
    return `http://127.0.0.1:${found.port}`;
  }

  /**
   * Starts whatever of the platform does not run yet and waits until all of it is ready. Returns whether nothing of it ran before.
   *
   * @throws NautilusError NAUT_PORT_TAKEN before anything is started; NAUT_START_FAILED with the end of the log
   */
  async up(profile: Profile, progress: Progress): Promise<boolean> {
    const before = this.run();
    const alive = (before?.services ?? []).filter(isAlive);
    if (alive.length > 0 && before?.profile !== profile.name) {
      throw new NautilusError({
        code: 'NAUT_ALREADY_RUNNING',
        message: `profile ${before?.profile} already runs here, and ${profile.name} was asked for`,
        fix: 'run `nautilus local down` first',
      });
    }
    const deployed = (names: readonly EngineName[]) => names.filter((name) => profile.services[name]);
    // Trading does not wait for the others.
    const groups = [deployed(orderPath), deployed(engineNames).filter((name) => !orderPath.includes(name))];
    const wanted: LocalService[] = [...(profile.services.postgres ? ['postgres' as const] : []), ...groups.flat()];
    const missing = wanted.filter((name) => !alive.some((service) => service.name === name));
    await this.refuseTakenPorts(profile, missing);
    mkdirSync(this.paths.home, { recursive: true });
    // Rings that no living engine has a hand in are left over from a crash of the whole machine: the journals are the truth.
    if (alive.length === 0) rmSync(this.paths.sharedMemory, { recursive: true, force: true });
    mkdirSync(this.paths.sharedMemory, { recursive: true, mode: 0o700 });
    this.ensureSecret(secretFiles.postgres, () => randomBytes(24).toString('base64url'));
    for (const [engine, { encryption }] of Object.entries(profile.journals))
      if (encryption) this.ensureSecret(journalKeyFile(engine), () => `k1 ${randomBytes(32).toString('base64')}\n`);

    const services = [...alive];
    const keep = (service: RunningService) => {
      services.push(service);
      this.save({
        version: 1,
        profile: profile.name,
        profileFile: profile.file,
        startedAt: before?.startedAt ?? new Date().toISOString(),
        services,
      });
    };
    if (missing.includes('postgres')) {
      progress(existsSync(this.paths.data('postgres')) ? 'starting PostgreSQL' : 'making a PostgreSQL database');
      const access = this.databaseAccess(profile);
      const [dataDirectory, log] = [this.paths.data('postgres'), this.paths.log('postgres')];
      keep({ name: 'postgres', port: access.port, ...(await startPostgres({ ...access, dataDirectory, log })) });
    }
    for (const group of groups) {
      const starting = group.filter((name) => missing.includes(name));
      if (starting.length > 0) progress(`starting ${starting.join(', ')}`);
      for (const name of starting) keep({ name, port: portOf(profile, name), ...this.startEngine(profile, name) });
      for (const service of services) if (service.name !== 'postgres') await this.untilReady(service);
    }
    return alive.length === 0;
  }

  /** Ends every process that `up` started and removes their shared memory; data stays. Returns how many were ended. */
  async down(progress: Progress): Promise<number> {
    const run = this.run();
    if (!run) return 0;
    const alive = run.services.filter(isAlive);
    const database = alive.filter(({ name }) => name === 'postgres');
    const others = alive.filter(({ name }) => name !== 'postgres');
    if (others.length > 0) progress(`stopping ${others.map(({ name }) => name).join(', ')}`);
    await Promise.all(others.map((service) => endProcess(service, 'SIGTERM', gracePeriodMs)));
    if (database.length > 0) progress('stopping PostgreSQL');
    await Promise.all(database.map((service) => endProcess(service, 'SIGINT', gracePeriodMs)));
    rmSync(this.paths.sharedMemory, { recursive: true, force: true });
    rmSync(this.paths.runFile, { force: true });
    return alive.length;
  }

  async status(): Promise<ServiceStatus[]> {
    const services = this.run()?.services ?? [];
    return Promise.all(
      services.map(async (service) => {
        const { name, port, pid } = service;
        if (!isAlive(service))
          return {
            name,
            state: 'stopped' as const,
            port,
            pid,
            memoryBytes: null,
            reason: `see ${this.paths.log(name)}`,
          };
        const { ready, reason } = await this.probe(service);
        return {
          name,
          state: ready ? ('healthy' as const) : ('starting' as const),
          port,
          pid,
          memoryBytes: residentBytes(pid) ?? null,
          reason,
        };
      }),
    );
  }

  private async probe(service: RunningService): Promise<{ ready: boolean; reason?: string }> {
    if (service.name === 'postgres') return { ready: await isListening(service.port) };
    return readiness(`http://127.0.0.1:${service.port}`);
  }

  private async refuseTakenPorts(profile: Profile, names: readonly LocalService[]): Promise<void> {
    const taken = [];
    for (const name of names)
      if (await isListening(portOf(profile, name))) taken.push(`${name} needs ${portOf(profile, name)}`);
    if (taken.length === 0) return;
    throw new NautilusError({
      code: 'NAUT_PORT_TAKEN',
      message: `${taken.length === 1 ? 'a port is' : 'ports are'} taken by another program on 127.0.0.1`,
      details: taken,
      fix: `stop that program (\`ss -ltnp\` or \`lsof -iTCP -sTCP:LISTEN\` names it), or give the service another port in a profile of your own`,
    });
  }

  private databaseAccess(profile: Profile): PostgresEndpoint {
    return {
      host: '127.0.0.1',
      port: portOf(profile, 'postgres'),
      user: database.user,
      database: database.name,
      passwordFile: path.join(this.paths.secrets, secretFiles.postgres),
    };
  }

  private ensureSecret(name: string, value: () => string): void {
    const file = path.join(this.paths.secrets, name);
    if (existsSync(file)) return;
    mkdirSync(this.paths.secrets, { recursive: true, mode: 0o700 });
    writeFileSync(file, value(), { mode: 0o600 });
  }

  private startEngine(profile: Profile, name: EngineName): ProcessIdentity {
    const placement = localPlacement(profile, {
      sharedMemory: this.paths.sharedMemory,
      dataDirectory: path.dirname(this.paths.data(name)),
      secrets: this.paths.secrets,
      postgres: profile.services.postgres && this.databaseAccess(profile),
    });
    const settings = engineSettings(profile, name, placement);
    const file = this.paths.config(name);
    mkdirSync(path.dirname(file), { recursive: true });
    mkdirSync(this.paths.data(name), { recursive: true });
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
    return startDetached(process.execPath, [path.join(installationRoot(), 'bin', 'engine.js'), name], {
      log: this.paths.log(name),
      env: { ...process.env, NAUTILUS_CONFIG: file },
    });
  }

  private async untilReady(service: RunningService): Promise<void> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const { ready, reason } = await this.probe(service);
      if (ready) return;
      if (!isAlive(service) || Date.now() > deadline) {
        throw new NautilusError({
          code: 'NAUT_START_FAILED',
          message: `${service.name} did not become ready: ${isAlive(service) ? reason : 'its process has ended'}`,
          details: logTail(this.paths.log(service.name)),
          fix: `read \`nautilus local logs ${service.name}\`, then run \`nautilus local down\``,
        });
      }
      await delay(25);
    }
  }

  private save(run: Run): void {
    writeWhole(this.paths.runFile, `${JSON.stringify(run, null, 2)}\n`);
  }
}

/** The last lines of a log. */
export function logTail(file: string, lines = 5): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines) : [];
}

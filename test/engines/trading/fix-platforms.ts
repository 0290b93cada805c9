/** Two platforms of which one is a venue of the other: engines as real processes, from profiles, each of which can be killed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { engineSettings, loadProfile, localPlacement } from '@nautilus/config';
import type { EngineName } from '@nautilus/config/catalog';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

export interface Fill {
  readonly executionId: number;
  readonly orderId: number;
  readonly childId: number;
  readonly price: number;
  readonly quantity: number;
  readonly venue: number;
}

export interface Order {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly status: string;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly reason?: string;
}

const programs = scratchDirectory('programs');
const bundles = new Map<EngineName, string>();
/** The bundles of all engines that were used. */
export const removePrograms = (): void => programs.remove();

export class TradingPlatform {
  private readonly scratch = scratchDirectory('platform');
  private readonly ports = new Map<EngineName, number>();
  private readonly running = new Map<EngineName, EngineProcess>();
  private readonly profile: string;

  /** @param trading lines of the profile's section `trading`, without their indentation */
  constructor(
    readonly name: string,
    trading: readonly string[],
  ) {
    this.profile = path.join(this.scratch.path, `${name}.yaml`);
    const lines = [
      `name: ${name}`,
      'extends: laptop',
      'description: a test',
      'trading:',
      ...trading.map((line) => `  ${line}`),
    ];
    writeFileSync(this.profile, lines.join('\n'));
  }

  async start(...engines: readonly EngineName[]): Promise<void> {
    for (const engine of engines) {
      if (!bundles.has(engine)) bundles.set(engine, bundle(`engines/${engine}/main.ts`, programs.path));
      if (!this.ports.has(engine)) this.ports.set(engine, await freePort());
    }
    for (const engine of engines) this.spawn(engine);
    await Promise.all(engines.map((engine) => this.engine(engine).answers()));
  }

  /** Starts an engine again and does not wait for it. */
  spawn(engine: EngineName): void {
    const profile = loadProfile(this.profile);
    const placement = localPlacement(profile, {
      dataDirectory: path.join(this.scratch.path, 'data'),
      secrets: path.join(this.scratch.path, 'secrets'),
      sharedMemory: path.join(this.scratch.path, 'rings'),
      ports: Object.fromEntries(this.ports),
      logLevel: 'info',
    });
    mkdirSync(placement.dataDirectory(engine), { recursive: true });
    const settings = engineSettings(profile, engine, placement);
    this.running.set(engine, new EngineProcess(bundles.get(engine) as string, settings, this.scratch.path));
  }

  engine(name: EngineName): EngineProcess {
    const engine = this.running.get(name);
    if (engine === undefined) throw new Error(`${name} of ${this.name} is not running`);
    return engine;
  }

  async kill(name: EngineName): Promise<void> {
    const engine = this.engine(name);
    engine.signal('SIGKILL');
    await engine.ended;
  }

  async remove(): Promise<void> {
    await Promise.all([...this.running.values()].map((engine) => engine.stop()));
    this.scratch.remove();
  }

  async get<T>(engine: EngineName, route: string): Promise<T> {
    const { status, body } = await this.engine(engine).get(route);
    if (status !== 200) throw new Error(`GET ${route} of ${this.name} answered ${status}: ${JSON.stringify(body)}`);
    return body as T;
  }

  order(terms: object): Promise<{ status: number; body: unknown }> {
    return this.engine('oms').request('POST', '/api/v1/orders', { account: 'main', symbol: 'AAPL', ...terms });
  }

  async orders(): Promise<Order[]> {
    return (await this.get<{ orders: Order[] }>('oms', '/api/v1/orders?limit=10000')).orders;
  }

  /** The oldest first. */
  async fills(): Promise<Fill[]> {
    const { executions } = await this.get<{ executions: Fill[] }>('oms', '/api/v1/executions?limit=10000');
    return executions.reverse();
  }

  /** What went wrong that no engine should ever see. */
  get errors(): string[] {
    return [...this.running].flatMap(([name, { log }]) =>
      log
        .filter(({ level }) => level === 'error' || level === 'fatal')
        .map((line) => `${name}: ${JSON.stringify(line)}`),
    );
  }
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';
import { Surroundings, settings } from './surroundings';

/** An order system that can be killed and started again, and all that is around it. */
export class Platform {
  readonly shared = scratchDirectory('oms-rings');
  readonly scratch = scratchDirectory('oms-data');
  readonly around = new Surroundings(this.shared.path);
  private readonly bundled = bundle('engines/oms/main.ts', this.scratch.path);
  private running: EngineProcess | undefined;

  constructor(
    private readonly options: {
      readonly engine?: object;
      readonly dataDirectory?: string;
      readonly postgres?: object;
      readonly redis?: object;
      /** Variables of its process. */
      readonly environment?: NodeJS.ProcessEnv;
    } = {},
  ) {}

  get dataDirectory(): string {
    return this.options.dataDirectory ?? path.join(this.scratch.path, 'data');
  }

  /** Whether retention has removed where the journal began. */
  get hasForgotten(): boolean {
    return !existsSync(path.join(this.dataDirectory, 'orders.000001.journal'));
  }

  get oms(): EngineProcess {
    if (this.running === undefined) throw new Error('the order system is not running');
    return this.running;
  }

  async start(): Promise<EngineProcess> {
    const { engine, postgres, redis, environment } = this.options;
    const configuration = {
      service: 'oms',
      profile: 'test',
      port: await freePort(),
      sharedMemory: this.shared.path,
      dataDirectory: this.dataDirectory,
      poll: 'yield',
      postgres,
      redis,
      engine: { ...settings, ...engine },
    };
    this.running = new EngineProcess(this.bundled, configuration, this.scratch.path, environment);
    return this.running.answers();
  }

  /** kill -9, and waits for the end. */
  async kill(): Promise<void> {
    this.oms.signal('SIGKILL');
    await this.oms.ended;
    this.running = undefined;
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  async remove(): Promise<void> {
    if (this.running !== undefined) await this.kill();
    this.around.close();
    this.shared.remove();
    this.scratch.remove();
  }
}

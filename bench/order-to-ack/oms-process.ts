import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { ACCOUNT, INSTRUMENT } from './client';

/** A real order system in a process of its own. */
export class OmsProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(
    program: string,
    place: { readonly directory: string; readonly journal: string },
    durability: 'memory' | 'batched',
    modules: string,
    { poll = 'spin', postgres }: { readonly poll?: 'spin' | 'yield'; readonly postgres?: object } = {},
  ) {
    const { directory, journal } = place;
    fs.mkdirSync(directory, { recursive: true });
    const file = path.join(directory, 'oms.json');
    fs.writeFileSync(
      file,
      JSON.stringify({
        service: 'oms',
        profile: 'bench',
        port: 0,
        sharedMemory: path.join(directory, 'rings'),
        dataDirectory: journal,
        logLevel: 'info',
        poll,
        postgres,
        engine: {
          accounts: [{ id: ACCOUNT, name: 'bench' }],
          instruments: [{ id: INSTRUMENT, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
          journal: { durability },
          limitsStaleAfterMs: 600_000,
        },
      }),
    );
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, NODE_PATH: modules, NAUTILUS_CONFIG: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let log = '';
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout?.on('data', (data) => {
        log += data;
        const started = /"port":(\d+).*oms runs/.exec(log);
        if (started) resolve(Number(started[1]));
      });
      child.once('exit', () => reject(new Error(`the order system did not start\n${log}`)));
    });
    return new OmsProcess(child, port);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

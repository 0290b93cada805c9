/** Engines as the real processes that they are: bundled as for an image, started, talked to over HTTP, killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle as bundleProgram } from '../../bench/bundle';

const root = path.join(__dirname, '..', '..');

/** Bundles a program, named from the repository's root. Returns the bundle's path. */
export const bundle = (entry: string, directory: string): string => bundleProgram(path.join(root, entry), directory);

/** A directory of its own on a file system of memory where there is one: rings and tables live there. */
export function scratchDirectory(name: string): { readonly path: string; remove(): void } {
  const base = process.platform === 'linux' ? '/dev/shm' : tmpdir();
  const directory = mkdtempSync(path.join(base, `nautilus-test-${name}-`));
  return { path: directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export interface Answer {
  readonly status: number;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

/** One running engine. */
export class EngineProcess {
  stdout = '';
  stderr = '';
  /** Exit code and signal, once it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private readonly child: ChildProcess;

  /** Starts a bundle with a configuration; `directory` takes its configuration file. */
  constructor(
    bundlePath: string,
    readonly configuration: { readonly service: string; readonly port: number },
    directory: string,
    environment: NodeJS.ProcessEnv = {},
  ) {
    mkdirSync(directory, { recursive: true });
    const file = path.join(directory, `${configuration.service}.json`);
    writeFileSync(file, JSON.stringify(configuration));
    this.child = spawn(process.execPath, [bundlePath], {
      env: { ...process.env, NODE_PATH: path.join(root, 'node_modules'), NAUTILUS_CONFIG: file, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (data) => (this.stdout += data));
    this.child.stderr?.on('data', (data) => (this.stderr += data));
    this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
  }

  /** Lines of the log. */
  get log(): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  async request(method: string, route: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.configuration.port}${route}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('application/json');
    return { status: response.status, body: json ? JSON.parse(text) : text };
  }

  get = (route: string): Promise<Answer> => this.request('GET', route);

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until GET of a route answers 200. Fails with the log when the process ends or 20 s pass. */
  async answers(route = '/ready'): Promise<this> {
    const until = Date.now() + 20_000;
    while (Date.now() < until && this.child.exitCode === null && this.child.signalCode === null) {
      const status = await this.get(route).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return this;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`${this.configuration.service} never answered ${route}\n${this.stdout}\n${this.stderr}`);
  }

  /** Ends it in order and waits; by force when it ignores that. */
  async stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.signal('SIGTERM');
    const force = setTimeout(() => this.signal('SIGKILL'), 10_000);
    const end = await this.ended;
    clearTimeout(force);
    return end;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { buildSync } from 'esbuild';

const root = path.join(__dirname, '../..');

/** Bundles a TypeScript program into a folder, so that a test can run it as a process of its own; returns the file. */
export function bundle(source: string, directory: string): string {
  const outfile = path.join(directory, `${path.basename(source, '.ts')}.js`);
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['koffi'],
    logLevel: 'error',
  });
  return outfile;
}

export interface Run {
  readonly process: ChildProcess;
  /** The exit code, or the signal that ended it. Rejects with what it printed to stderr when it exits with anything but 0. */
  readonly ended: Promise<string | number>;
}

export function run(
  program: string,
  args: readonly string[],
  stdout: 'inherit' | 'pipe' = 'inherit',
  nodeOptions: readonly string[] = [],
): Run {
  const child = spawn(process.execPath, [...nodeOptions, program, ...args], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, NODE_PATH: path.join(root, 'node_modules') },
  });
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += chunk;
  });
  const ended = new Promise<string | number>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal) resolve(signal);
      else if (code === 0) resolve(0);
      else reject(new Error(`${path.basename(program)} ${args.join(' ')} exited with ${code}: ${complaint}`));
    });
  });
  ended.catch(() => {});
  return { process: child, ended };
}

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export { bundle } from '../../bench/bundle';

const root = path.join(__dirname, '../..');

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

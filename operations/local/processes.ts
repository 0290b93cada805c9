import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NautilusError } from '@nautilus/config';

/** A process by its id and the moment it started, so that a later process of the same id is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the operating system tells it; undefined where the process has ended already. */
  readonly started: string | undefined;
}

/** When the process of this id started, in the operating system's own terms; undefined when there is none (or only its corpse). */
export function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

export const isAlive = ({ pid, started }: ProcessIdentity): boolean =>
  started !== undefined && startOf(pid) === started;

/** Resident memory in bytes, undefined when it cannot be read. */
export function residentBytes(pid: number): number | undefined {
  try {
    // No program is started for it: a busy machine may take a second for each.
    if (process.platform === 'linux') {
      const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
    }
    const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return kibibytes === '' ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/** Starts a program in a session of its own, its output appended to a log file; it outlives this process. */
export function startDetached(
  command: string,
  args: readonly string[],
  options: { log: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number },
): ProcessIdentity {
  mkdirSync(path.dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a');
  try {
    const child = spawn(command, args, {
      detached: true,
      cwd: '/',
      stdio: ['ignore', log, log],
      env: options.env ?? process.env,
      uid: options.uid,
      gid: options.gid,
    });
    child.on('error', () => undefined);
    child.unref();
    if (child.pid === undefined) {
      throw new NautilusError({
        code: 'NAUT_START_FAILED',
        message: `cannot start ${command}`,
        fix: `read ${options.log}`,
      });
    }
    return { pid: child.pid, started: startOf(child.pid) };
  } finally {
    closeSync(log);
  }
}

/** Asks a process to end and kills it when it has not after `graceMs`. Resolves when it is gone. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!isAlive(identity)) return;
  process.kill(identity.pid, signal);
  const deadline = Date.now() + graceMs;
  while (isAlive(identity) && Date.now() < deadline) await delay(20);
  if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
  while (isAlive(identity)) await delay(20);
}

/** Whether something listens on a loopback port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

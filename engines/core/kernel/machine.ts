import { existsSync, openSync, read, readFileSync } from 'node:fs';
import os from 'node:os';

/** A fact, or null and why it is not known. */
export type Known<T> = { readonly value: T } | { readonly value: null; readonly reason: string };

export const unknown = (reason: string): Known<never> => ({ value: null, reason });

/** The machine as this process sees it; tests bring recorded ones. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly cpuModel: string | undefined;
  /** Of this process, as numbered where it runs. */
  readonly pid: number;
  /** The file's text, or undefined when there is none. */
  read(file: string): string | undefined;
  /** The same of a small file of the kernel, read away from this thread. */
  readAside(file: string): Promise<string | undefined>;
  exists(file: string): boolean;
}

/** Larger than any file that the kernel makes up of a cgroup. */
const LARGEST_BYTES = 8192;

/** Files that are read again and again stay open: a look is one call of the kernel, not four. */
const opened = new Map<string, number>();

function descriptorOf(file: string): number {
  let descriptor = opened.get(file);
  if (descriptor === undefined) opened.set(file, (descriptor = openSync(file, 'r')));
  return descriptor;
}

const readAside = (file: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    try {
      read(descriptorOf(file), Buffer.allocUnsafe(LARGEST_BYTES), 0, LARGEST_BYTES, 0, (error, bytes, buffer) =>
        resolve(error ? undefined : buffer.toString('utf8', 0, bytes)),
      );
    } catch {
      resolve(undefined);
    }
  });

export const thisMachine: Machine = {
  platform: process.platform,
  cpuModel: os.cpus()[0]?.model,
  pid: process.pid,
  read(file) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  },
  readAside,
  exists: existsSync,
};

/** The files that a question about this machine finds, in the order in which it reads them. */
export function filesRead(question: (machine: Machine) => unknown, machine: Machine = thisMachine): readonly string[] {
  const found = new Set<string>();
  question({
    ...machine,
    read(file) {
      const text = machine.read(file);
      if (text !== undefined) found.add(file);
      return text;
    },
  });
  return [...found];
}

/** The same machine with these files as they are now, and no others; read away from this thread. */
export async function readAhead(files: readonly string[], machine: Machine = thisMachine): Promise<Machine> {
  const texts = new Map(await Promise.all(files.map(async (file) => [file, await machine.readAside(file)] as const)));
  return { ...machine, read: (file) => texts.get(file) };
}

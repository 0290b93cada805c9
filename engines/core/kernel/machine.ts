import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
  /** The same, read away from this thread. */
  readAside(file: string): Promise<string | undefined>;
  exists(file: string): boolean;
}

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
  readAside: (file) => readFile(file, 'utf8').catch(() => undefined),
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

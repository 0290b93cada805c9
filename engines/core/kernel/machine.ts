import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';

/** A fact, or null and why it is not known. */
export type Known<T> = { readonly value: T } | { readonly value: null; readonly reason: string };

export const unknown = (reason: string): Known<never> => ({ value: null, reason });

/** The machine as this process sees it; tests bring recorded ones. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly cpuModel: string | undefined;
  /** The file's text, or undefined when there is none. */
  read(file: string): string | undefined;
  exists(file: string): boolean;
}

export const thisMachine: Machine = {
  platform: process.platform,
  cpuModel: os.cpus()[0]?.model,
  read(file) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  },
  exists: existsSync,
};

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import type { Absent } from '../result';

const FLAGS = ['-O3', '-march=native', '-std=gnu11'];

/** The programs in C that nothing can be much faster than, compiled for this machine when they are asked for. */
export class Floors {
  /** First line of the compiler's version; undefined where there is no compiler. */
  readonly compiler: string | undefined;
  private readonly compiled = new Map<string, string>();

  /** @param directory of the programs */
  constructor(private readonly directory: string) {
    this.compiler = compilerVersion();
  }

  /** Path of a program of bench/floors, or why there is none. */
  program(name: string, side: string): string | Absent {
    if (this.compiler === undefined)
      return { side, reason: 'no C compiler: install gcc or clang so that `cc` is found' };
    const known = this.compiled.get(name);
    if (known !== undefined) return known;
    const program = path.join(this.directory, `floor-${name}`);
    const source = path.join(installationRoot(), 'bench', 'floors', `${name}.c`);
    execFileSync('cc', [...FLAGS, '-o', program, source], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.compiled.set(name, program);
    return program;
  }
}

function compilerVersion(): string | undefined {
  try {
    return execFileSync('cc', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0];
  } catch {
    return undefined;
  }
}

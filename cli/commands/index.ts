import type { Register } from '../command';

/** Every subcommand, in the order in which `--help` lists them. */
export const commands: readonly Register[] = [];

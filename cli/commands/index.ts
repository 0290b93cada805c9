import type { Register } from '../command';
import { registerDeploy } from './deploy';
import { registerDestroy } from './destroy';
import { registerDiff } from './diff';
import { registerSynth } from './synth';

/** Every subcommand, in the order in which `--help` lists them. */
export const commands: readonly Register[] = [registerSynth, registerDiff, registerDeploy, registerDestroy];

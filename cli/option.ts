import { defaultProfile } from '@nautilus/config';
import { InvalidArgumentError, Option } from 'commander';

/** Which profile a command is about. */
export const profileOption = (usual: string = defaultProfile) =>
  new Option('--profile <name>', 'tune profile: a name, or the path of a file').default(usual);

/** Parses an option that is an integer from `least` to `most`. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`allowed: an integer from ${least} to ${most}`);
    return value;
  };

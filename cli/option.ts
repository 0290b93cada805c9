import { InvalidArgumentError } from 'commander';

/** Parses an option that is an integer from `least` to `most`. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`allowed: an integer from ${least} to ${most}`);
    return value;
  };

import type { Position, ProfileProblem } from '../problem';
import type { Path } from '../source';
import type { Readable } from '../validate';

/** What a check looks at: the sections that could be read, and where their values stand. */
export interface CheckInput {
  readonly name: string;
  readonly file: string;
  readonly source: Readable;
  /** Where the first of these stands that the profile itself says, else the first that it inherits. */
  readonly position: (...paths: Path[]) => Position | undefined;
}

/** One rule about values together, which no value breaks by itself. */
export type Check = (input: CheckInput) => readonly ProfileProblem[];

export const quote = (value: unknown): string => JSON.stringify(value);

import type { Position, ProfileProblem } from '../problem';
import type { ProfileSource } from '../schema';
import type { Path } from '../source';

/** What a check looks at: the sections that could be read, and where their values stand. */
export interface CheckInput {
  readonly name: string;
  readonly file: string;
  readonly source: Partial<ProfileSource>;
  readonly position: (path: Path, what?: 'value' | 'key') => Position | undefined;
}

/** One rule about values together, which no value breaks by itself. */
export type Check = (input: CheckInput) => readonly ProfileProblem[];

export const quote = (value: unknown): string => JSON.stringify(value);

import { NautilusError } from '../errors';

export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake in a profile. */
export interface ProfileProblem {
  readonly code: `NAUT_${string}`;
  /** What is wrong, in one clause that names the key. */
  readonly message: string;
  /** The value it got, as JSON. */
  readonly value?: string;
  readonly allowed?: string;
  readonly details?: readonly string[];
  readonly fix?: string;
  readonly position?: Position;
}

export const formatPosition = ({ file, line, column }: Position) => `${file}:${line}:${column}`;

const formatProblem = (problem: ProfileProblem): string =>
  new NautilusError({
    code: problem.code,
    message: `${problem.position ? `${formatPosition(problem.position)}  ` : ''}${problem.message}`,
    details: [
      ...(problem.details ?? []),
      ...(problem.value === undefined ? [] : [`value: ${problem.value}`]),
      ...(problem.allowed === undefined ? [] : [`allowed: ${problem.allowed}`]),
    ],
    fix: problem.fix,
  }).format();

/** Every mistake of a profile at once. Its code is that of the mistake when there is only one, else NAUT_PROFILE_INVALID. */
export class ProfileError extends NautilusError {
  constructor(
    profile: string,
    readonly problems: readonly ProfileProblem[],
  ) {
    const [first, ...others] = problems;
    super(
      first && others.length === 0
        ? { code: first.code, message: first.message, details: first.details, fix: first.fix }
        : { code: 'NAUT_PROFILE_INVALID', message: `profile ${profile} has ${problems.length} mistakes` },
    );
    this.name = 'ProfileError';
  }

  override format(): string {
    const entries = this.problems.map(formatProblem);
    return this.problems.length === 1 ? entries.join('') : [`${this.code}  ${this.message}`, ...entries].join('\n');
  }
}

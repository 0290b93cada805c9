import type { Container } from '@cdktf/provider-docker/lib/container';

/** Something that must be true of every container. */
export interface Rule {
  readonly id: `NAUT_RULE_${string}`;
  /** What is true of a container that keeps it: `a container …`. */
  readonly about: string;
  /** What is wrong and what would be right, or nothing. */
  check(container: Container): string | undefined;
}

/** The blocks of a container's property; none where it was left out. */
export const blocks = <T>(input: unknown): readonly T[] => (Array.isArray(input) ? (input as T[]) : []);

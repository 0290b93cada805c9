import type { Container } from '@cdktf/provider-docker/lib/container';

/** Something that must be true of every container. */
export interface Rule {
  readonly id: `NAUT_RULE_${string}`;
  /** What is wrong and what would be right, or nothing. */
  check(container: Container): string | undefined;
}

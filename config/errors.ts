/** What a person may meet: what is wrong with the value it got, details, what is allowed, the fix; never a bare stack trace. */
export class NautilusError extends Error {
  readonly code: `NAUT_${string}`;
  readonly details: readonly string[];
  readonly fix: string | undefined;

  constructor(problem: {
    code: `NAUT_${string}`;
    message: string;
    details?: readonly string[];
    fix?: string;
    cause?: unknown;
  }) {
    super(problem.message, { cause: problem.cause });
    this.name = 'NautilusError';
    this.code = problem.code;
    this.details = problem.details ?? [];
    this.fix = problem.fix;
  }

  /** As it is printed: code and message, indented details, the fix. */
  format(): string {
    const lines = [`${this.code}  ${this.message}`, ...this.details.map((detail) => `  ${detail}`)];
    if (this.fix !== undefined) lines.push(`  fix: ${this.fix}`);
    return lines.join('\n');
  }
}

export interface CodedErrorOptions {
  /** Stable, `NAUT_…`. */
  readonly code: string;
  /** What is wrong, with the value that was met and what is allowed. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** An error of a core library that a person may meet: it carries a stable code and the fix. */
export class CodedError extends Error {
  readonly code: string;
  readonly fix?: string;

  constructor(options: CodedErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.fix = options.fix;
  }
}

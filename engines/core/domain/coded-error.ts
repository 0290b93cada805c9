export interface CodedErrorOptions<Code extends string = string> {
  /** Stable, `NAUT_…`. */
  readonly code: Code;
  /** What is wrong, with the value that was met and what is allowed. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** An error of a core library that a person may meet: it carries a stable code and the fix. */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly fix?: string;

  constructor(options: CodedErrorOptions<Code>) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.fix = options.fix;
  }
}

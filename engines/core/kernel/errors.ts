import { CodedError } from '../domain/coded-error';

/** The body of every answer that is not a success; `code` is stable, `message` is for a person. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly value?: unknown;
  readonly allowed?: unknown;
  readonly fix?: string;
  readonly details?: unknown;
}

interface EngineProblem {
  /** HTTP status when it reaches a client. @default 400 */
  readonly status?: number;
  readonly code: `NAUT_${string}`;
  /** What is wrong, with the value. */
  readonly message: string;
  readonly value?: unknown;
  readonly allowed?: unknown;
  readonly fix?: string;
  /** Anything else that a program may want to read. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** A mistake that somebody outside the engine can repair: a request, a configuration, a file, a port. */
export class EngineError extends CodedError {
  readonly status: number;
  readonly value: unknown;
  readonly allowed: unknown;
  readonly details: unknown;

  constructor(problem: EngineProblem) {
    super(problem);
    this.status = problem.status ?? 400;
    this.value = problem.value;
    this.allowed = problem.allowed;
    this.details = problem.details;
  }

  toBody(): ErrorBody {
    const { code, message, value, allowed, fix, details } = this;
    return { code, message, value, allowed, fix, details };
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As a terminal shows it: code and message, one indented line a detail, the fix. */
export function formatError(error: CodedError): string {
  const { details, allowed } = error instanceof EngineError ? error : {};
  const lines = (Array.isArray(details) ? details : details === undefined ? [] : [details]).map(asText);
  if (allowed !== undefined) lines.push(`allowed: ${asText(allowed)}`);
  if (error.fix !== undefined) lines.push(`fix: ${error.fix}`);
  return [`${error.code}  ${error.message}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

export const errorBody = (error: CodedError): ErrorBody =>
  error instanceof EngineError ? error.toBody() : { code: error.code, message: error.message, fix: error.fix };

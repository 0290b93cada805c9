import type * as z from 'zod';

/** One thing that a schema refused: where, what stood there, what may stand there. */
export interface Issue {
  /** Dotted: `limits.0.maxPosition`; empty for the whole value. */
  readonly path: string;
  readonly message: string;
  readonly value?: unknown;
  readonly allowed?: unknown;
}

type Unplaced = Readonly<Record<string, unknown>>;

/** What a refused value should have been, when the schema can say. */
function allowedBy(code: string, issue: Unplaced): unknown {
  switch (code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values;
    case 'too_small':
      return `${issue.inclusive === false ? '>' : '>='} ${issue.minimum}`;
    case 'too_big':
      return `${issue.inclusive === false ? '<' : '<='} ${issue.maximum}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.pattern ?? issue.format;
    default:
      return undefined;
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** Places one refusal of a schema in the input that it was given. */
export function describeIssue(input: unknown, path: readonly PropertyKey[], code: string, issue: Unplaced): Issue {
  const value = valueAt(input, path);
  const shown = typeof value === 'object' && value !== null ? undefined : value;
  return {
    path: path.map(String).join('.'),
    message: String(issue.message),
    value: shown,
    allowed: allowedBy(code, issue),
  };
}

export const describeIssues = (input: unknown, error: z.ZodError): Issue[] =>
  error.issues.map((issue) => describeIssue(input, issue.path, issue.code, issue as unknown as Unplaced));

/** `engine.accounts.0.id: expected number, received string (value "x", allowed number)` */
export function formatIssue({ path, message, value, allowed }: Issue): string {
  const facts = [
    value === undefined ? undefined : `value ${JSON.stringify(value)}`,
    allowed === undefined ? undefined : `allowed ${typeof allowed === 'string' ? allowed : JSON.stringify(allowed)}`,
  ].filter((fact) => fact !== undefined);
  return `${path || '(all of it)'}: ${message}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

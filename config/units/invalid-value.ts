import { NautilusError } from '../errors';

/** A text or number that is no value of its type: what it was and what would be one. */
export class InvalidValue extends NautilusError {
  readonly allowed: string;

  constructor(problem: {
    code?: 'NAUT_UNIT' | 'NAUT_VALUE';
    value: unknown;
    what: string;
    allowed: string;
    fix?: string;
  }) {
    super({
      code: problem.code ?? 'NAUT_VALUE',
      message: `${JSON.stringify(problem.value)} is not ${problem.what}`,
      details: [`allowed: ${problem.allowed}`],
      fix: problem.fix,
    });
    this.allowed = problem.allowed;
  }
}

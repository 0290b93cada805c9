import { NautilusError } from '@nautilus/config';
import { CodedError } from '@nautilus/core/domain';

/** An error as a person reads it: code and message, details, what is allowed, the fix; no stack trace. */
export function errorText(error: unknown): string {
  if (error instanceof NautilusError) return error.format();
  if (!(error instanceof CodedError)) {
    return `NAUT_INTERNAL  ${error instanceof Error ? error.message : String(error)}\n  fix: NAUTILUS_DEBUG=1 shows where it comes from`;
  }
  const { code, message, fix } = error;
  const allowed = 'allowed' in error && error.allowed !== undefined ? [`allowed: ${error.allowed}`] : [];
  return new NautilusError({ code: code as `NAUT_${string}`, message, details: allowed, fix }).format();
}

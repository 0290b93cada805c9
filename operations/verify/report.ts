import type { CheckResult } from './verify';

/** Version of the report's shape: a field may be added in the same version; none changes its meaning or goes. */
const verificationVersion = 1;

export interface Verification {
  readonly version: typeof verificationVersion;
  readonly profile: string;
  readonly mode: 'docker' | 'local';
  /** ISO 8601. */
  readonly at: string;
  readonly seconds: number;
  /** green: nothing failed and everything that applies was read; unknown: nothing failed, but not everything could be read. */
  readonly verdict: 'green' | 'red' | 'unknown';
  readonly counts: Readonly<Record<CheckResult['verdict'], number>>;
  readonly checks: readonly CheckResult[];
}

export function verification(
  { profile, mode }: Pick<Verification, 'profile' | 'mode'>,
  checks: readonly CheckResult[],
  { at, seconds }: { readonly at: Date; readonly seconds: number },
): Verification {
  const count = (verdict: CheckResult['verdict']) => checks.filter((one) => one.verdict === verdict).length;
  const counts = {
    pass: count('pass'),
    fail: count('fail'),
    unknown: count('unknown'),
    'not-applicable': count('not-applicable'),
  };
  const verdict = counts.fail > 0 ? 'red' : counts.unknown > 0 || counts.pass === 0 ? 'unknown' : 'green';
  return { version: verificationVersion, profile, mode, at: at.toISOString(), seconds, verdict, counts, checks };
}

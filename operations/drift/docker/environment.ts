import { documentDifference } from '../document';
import type { Finding } from '../finding';
import { digest, shown, slug } from '../text';
import { differingEntries } from './maps';
import { fixed, type Subject } from './subject';

/** Variables, one by one. What a live one holds is never told: somebody may have put a password there. */
export function compareEnvironment(subject: Subject): Finding[] {
  const { declared, live, image } = subject;
  const entries = differingEntries({ ...variables(image?.Env), ...declared.env }, variables(live.Config.Env));
  return entries
    .filter(({ key }) => image !== undefined || Object.hasOwn(declared.env, key))
    .map((entry) =>
      fixed(subject, {
        kind: 'env',
        name: `env-${slug(entry.key)}`,
        what: `environment variable ${entry.key}`,
        ...told(entry.declared, entry.live),
      }),
    );
}

function variables(env: readonly string[] | null | undefined): Record<string, string> {
  return Object.fromEntries(
    (env ?? []).map((entry) => {
      const sign = entry.indexOf('=');
      return sign < 0 ? [entry, ''] : [entry.slice(0, sign), entry.slice(sign + 1)];
    }),
  );
}

function told(declared: string | undefined, live: string | undefined): { declared: string; live: string } {
  const paths = declared !== undefined && live !== undefined ? documentDifference(declared, live) : undefined;
  return (
    paths ?? {
      declared: declared === undefined ? 'not set' : shown(declared),
      live: live === undefined ? 'not set' : digest(live),
    }
  );
}

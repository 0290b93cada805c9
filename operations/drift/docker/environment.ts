import type { Finding } from '../finding';
import { differingEntries } from './maps';
import { fixed, type Subject } from './subject';
import { digest, shown, slug } from './text';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

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

export function variables(env: readonly string[] | null | undefined): Record<string, string> {
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

/** How many keys are told; the rest is counted. */
const TOLD = 3;

/** Where two JSON documents differ; undefined where one is none, or nothing in them differs. */
function documentDifference(declared: string, live: string): { declared: string; live: string } | undefined {
  const documents = [parsed(declared), parsed(live)] as const;
  if (documents.some((document) => document === undefined)) return undefined;
  const differences = pathsThatDiffer(documents[0]!, documents[1]!);
  if (differences.length === 0) return undefined;
  const more = differences.length > TOLD ? `, and ${differences.length - TOLD} more` : '';
  const telling = (side: (one: PathDifference) => string) => differences.slice(0, TOLD).map(side).join(', ') + more;
  return {
    declared: telling(
      ({ path, declared: value }) => `${path} ${value === undefined ? 'not set' : shown(written(value))}`,
    ),
    live: telling(({ path, live: value }) => `${path} ${value === undefined ? 'not set' : digest(written(value))}`),
  };
}

/** Objects and lists only: a number is no document. */
function parsed(text: string): Json | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

interface PathDifference {
  readonly path: string;
  readonly declared: Json | undefined;
  readonly live: Json | undefined;
}

const isBranch = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null;

function pathsThatDiffer(
  declared: Json | undefined,
  live: Json | undefined,
  path: readonly string[] = [],
): PathDifference[] {
  if (isBranch(declared) && isBranch(live) && Array.isArray(declared) === Array.isArray(live)) {
    const keys = new Set([...Object.keys(declared), ...Object.keys(live)]);
    const entry = (branch: { readonly [key: string]: Json }, key: string) =>
      Object.hasOwn(branch, key) ? branch[key] : undefined;
    return [...keys].flatMap((key) => pathsThatDiffer(entry(declared, key), entry(live, key), [...path, key]));
  }
  return JSON.stringify(declared) === JSON.stringify(live)
    ? []
    : [{ path: path.join('.') || 'the whole', declared, live }];
}

const written = (value: Json | undefined): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

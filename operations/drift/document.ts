import { digest, shown } from './text';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How many keys are told; the rest is counted. */
const TOLD = 3;

/** The keys in which two JSON documents differ, without what the live one holds; undefined where one is none, or nothing in them differs. */
export function documentDifference(declared: string, live: string): { declared: string; live: string } | undefined {
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
export function parsed(text: string): Json | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export interface PathDifference {
  readonly path: string;
  readonly declared: Json | undefined;
  readonly live: Json | undefined;
}

const isBranch = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null;

export function pathsThatDiffer(
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

import * as z from 'zod';
import { closest } from './closest';
import type { MergedProfile } from './extends';
import type { Position, ProfileProblem } from './problem';
import { ProfileSchema, type ProfileSource, type TradingSection } from './schema';
import { isMapping, type Mapping, type Path } from './source';

export interface Validated {
  readonly problems: readonly ProfileProblem[];
  /** What could be read: whole when there are no problems, else without the parts that have one. */
  readonly readable: Readable;
}

/** The sections of a profile that could be read; of trading, the parts. */
export type Readable = Partial<Omit<ProfileSource, 'trading'>> & { readonly trading?: Partial<TradingSection> };

/** Checks every key and value by itself. Never throws: all mistakes come back at once, and what is right can be checked on. */
export function validate(profile: MergedProfile): Validated {
  const whole = ProfileSchema.safeParse(profile.value);
  if (whole.success) return { problems: [], readable: whole.data };
  const rest = structuredClone(profile.value);
  const problems = whole.error.issues.flatMap((issue) => {
    prune(rest, issue);
    return toProblems(issue, profile);
  });
  const trading = isMapping(rest.trading) ? readableKeys(ProfileSchema.shape.trading, rest.trading) : undefined;
  return { problems, readable: { ...readableKeys(ProfileSchema, rest), ...(trading && { trading }) } };
}

/** Those values of an object that are right by themselves. */
function readableKeys(schema: z.ZodObject, values: Mapping): Mapping {
  const parsed = Object.entries(schema.shape).map(([key, part]) => [key, z.safeParse(part, values[key])] as const);
  return Object.fromEntries(parsed.flatMap(([key, part]) => (part.success ? [[key, part.data]] : [])));
}

function toProblems(issue: z.core.$ZodIssue, profile: MergedProfile): ProfileProblem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], profile));
  const value = valueAt(profile.value, path);
  const name = path.join('.');
  const allowed = issue.code === 'custom' ? issue.message : allowedBy(issue);
  if (value === undefined)
    return [
      {
        code: 'NAUT_PROFILE_MISSING_KEY',
        message: `${name} is missing`,
        allowed,
        fix: `add ${path.at(-1)} to ${path.slice(0, -1).join('.') || 'the profile'}`,
        position: nearest(path, profile),
      },
    ];
  const params = issue.code === 'custom' ? issue.params : undefined;
  return [
    {
      code: params?.code === 'NAUT_UNIT' ? 'NAUT_PROFILE_UNIT' : 'NAUT_PROFILE_VALUE',
      message:
        params?.code === 'NAUT_UNIT' ? `${name} has a unit that is not known here` : `${name} can't have this value`,
      value: JSON.stringify(value),
      allowed,
      fix: params?.fix ?? (Array.isArray(value) || isMapping(value) ? undefined : meantValue(String(value), allowed)),
      position: nearest(path, profile),
    },
  ];
}

function unknownKey(path: Path, profile: MergedProfile): ProfileProblem {
  const key = String(path.at(-1));
  const keys = keysAt(path.slice(0, -1), profile.value);
  const meant = closest(key, keys);
  const parent = path.slice(0, -1).join('.');
  return {
    code: 'NAUT_PROFILE_UNKNOWN_KEY',
    message: `${path.join('.')}: there is no key ${key} in ${parent || 'a profile'}`,
    value: JSON.stringify(valueAt(profile.value, path)),
    allowed: keys.join(', '),
    fix: meant ? `did you mean ${meant}?` : `take ${key} out`,
    position: profile.locate(path, 'key') ?? nearest(path, profile),
  };
}

/** What zod's own issues allow; most of the schema's carry it as their message already. */
function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) return describeType(issue.expected);
  return issue.message.replace(/^Too (small|big): expected \w+ to be /, 'a number ').replace(/^Invalid input: /, '');
}

const describeType = (type: string) =>
  ({ object: 'a map of keys and values', array: 'a list', string: 'a text', number: 'a number' })[type] ?? type;

const meantValue = (value: string, allowed: string): string | undefined => {
  const meant = allowed.includes(' | ') ? closest(value, allowed.split(' | ')) : undefined;
  return meant && `did you mean ${meant}?`;
};

/** Position of the path, or of the closest thing above it that is written. */
function nearest(path: Path, profile: MergedProfile): Position | undefined {
  for (let length = path.length; length > 0; length--) {
    const position = profile.locate(path.slice(0, length), length === path.length ? 'value' : 'key');
    if (position) return position;
  }
  return profile.own.locate([]);
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Mapping | undefined | null)?.[step as string], root);
}

/** Removes what an issue is about: the key, the part of a section that is checked part by part, or else the section. */
function prune(root: Mapping, issue: z.core.$ZodIssue): void {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    const parent = valueAt(root, path);
    if (isMapping(parent)) for (const key of issue.keys) delete parent[key];
    return;
  }
  const bySection = ['services', 'ports', 'addresses', 'trading'].includes(String(path[0])) && path.length > 1;
  const parent = bySection ? root[String(path[0])] : root;
  if (isMapping(parent)) delete parent[String(bySection ? path[1] : path[0])];
}

/** The keys that the schema has at a path of a profile; of a section with kinds, those of the kind that is written there. */
function keysAt(path: Path, profile: unknown): string[] {
  let schema: z.core.$ZodType | undefined = ProfileSchema;
  for (const [depth, step] of path.entries()) schema = below(schema, valueAt(profile, path.slice(0, depth)), step);
  const object = unwrap(schema, valueAt(profile, path));
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function below(
  schema: z.core.$ZodType | undefined,
  value: unknown,
  step: string | number,
): z.core.$ZodType | undefined {
  const inner = unwrap(schema, value);
  if (inner instanceof z.ZodObject) return inner.shape[String(step)];
  return inner instanceof z.ZodArray ? inner.element : undefined;
}

function unwrap(schema: z.core.$ZodType | undefined, value: unknown): z.core.$ZodType | undefined {
  const wraps = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  if (wraps) return unwrap(schema.unwrap() as z.core.$ZodType, value);
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const key = schema.def.discriminator;
  const kinds = schema.options as readonly z.ZodObject[];
  return kinds.find(({ shape }) => z.safeParse(shape[key] as z.core.$ZodType, valueAt(value, [key])).success);
}

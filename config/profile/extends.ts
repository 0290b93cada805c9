import { existsSync, readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { installationRoot } from '../root';
import { closest } from './closest';
import { type Position, ProfileError } from './problem';
import { isMapping, type Mapping, type Path, type ProfileFile, readProfileFile, shownFile } from './source';

/** A profile with what it extends merged in: maps key by key, lists and scalars as a whole. */
export interface MergedProfile extends ProfileFile {
  /** The profile's file by itself. */
  readonly own: ProfileFile;
}

/** Where the profiles that come with the platform are. */
export const profilesFolder = () => join(installationRoot(), 'config', 'profiles');

/** Names of the profiles that come with the platform, sorted. */
export const profileNames = (): readonly string[] =>
  readdirSync(profilesFolder())
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

/** What each profile says for itself. */
const neverInherited: readonly string[] = ['name', 'description'];

/** Throws ProfileError when a file is missing or not YAML, or `extends` is missing, twice or cyclic. */
export function readMerged(nameOrPath: string): MergedProfile {
  const own = readProfileFile(fileOf(nameOrPath));
  const wanted = own.value.extends;
  if (typeof wanted !== 'string') return { ...own, own };
  const position = own.locate(['extends']);
  const baseFile = fileOf(wanted, dirname(own.file), position);
  const chain = [own.file, baseFile];
  const base = baseFile === own.file ? own : readProfileFile(baseFile);
  if (base.value.extends !== undefined) {
    const next =
      typeof base.value.extends === 'string'
        ? fileOf(base.value.extends, dirname(baseFile), base.locate(['extends']))
        : '';
    const cyclic = chain.includes(next);
    throw new ProfileError(shownFile(own.file), [
      {
        code: 'NAUT_PROFILE_EXTENDS',
        message: cyclic
          ? `extends goes in a circle: ${[...chain.slice(chain.indexOf(next)), next].map(shownFile).join(' -> ')}`
          : `extends ${wanted}, which extends another profile itself`,
        value: JSON.stringify(wanted),
        allowed: 'one step: a profile that extends none',
        fix: cyclic
          ? 'take extends out of one of them'
          : `extend ${String(base.value.extends)}, or copy what you need of ${wanted}`,
        position,
      },
    ]);
  }
  const inherited = Object.fromEntries(Object.entries(base.value).filter(([key]) => !neverInherited.includes(key)));
  return {
    file: own.file,
    value: merge(inherited, own.value),
    own,
    locate: (path: Path, what) =>
      own.locate(path, what) ?? (inherits(own.value, path) ? base.locate(path, what) : undefined),
  };
}

/** Can the value at a path come from the base? Not below a list or scalar of one's own: they replace as a whole. */
function inherits(own: Mapping, path: Path): boolean {
  if (neverInherited.includes(String(path[0]))) return false;
  let value: unknown = own;
  for (const step of path) {
    if (value === undefined) return true;
    if (!isMapping(value)) return false;
    value = value[step];
  }
  return true;
}

function merge(base: Mapping, over: Mapping): Mapping {
  const result: Mapping = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    // `key: null` takes out what is inherited.
    if (value === null && key in base) delete result[key];
    else result[key] = isMapping(below) && isMapping(value) ? merge(below, value) : value;
  }
  return result;
}

/** A path is what ends in .yaml or .yml, or has a slash; anything else is a name. */
export const isProfilePath = (nameOrPath: string): boolean =>
  /\.ya?ml$/.test(nameOrPath) || nameOrPath.includes('/') || isAbsolute(nameOrPath);

/** The file of a profile given by name or path. */
function fileOf(nameOrPath: string, from?: string, position?: Position): string {
  const isPath = isProfilePath(nameOrPath);
  const candidates = isPath
    ? [resolve(from ?? process.cwd(), nameOrPath)]
    : [...(from ? [join(from, `${nameOrPath}.yaml`)] : []), join(profilesFolder(), `${nameOrPath}.yaml`)];
  const found = candidates.find((file) => existsSync(file));
  if (found) return found;
  const names = profileNames();
  const meant = closest(nameOrPath, names);
  throw new ProfileError(nameOrPath, [
    {
      code: 'NAUT_PROFILE_NOT_FOUND',
      message: isPath ? `there is no file ${shownFile(candidates[0]!)}` : `there is no profile ${nameOrPath}`,
      value: JSON.stringify(nameOrPath),
      allowed: `${names.join(', ')}, or the path of a .yaml file`,
      fix: meant ? `did you mean ${meant}?` : 'list them with `nautilus profiles list`',
      position,
    },
  ]);
}

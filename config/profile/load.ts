import type { ServiceName } from '../catalog';
import { NautilusError } from '../errors';
import { MemorySize } from '../units';
import { checks } from './checks';
import type { CheckInput } from './checks/check';
import { readMerged } from './extends';
import { ProfileError, type ProfileProblem } from './problem';
import type { Profile } from './profile';
import { resolveProfile } from './resolve';
import type { ProfileSource } from './schema';
import { shownFile } from './source';
import { type Readable, validate } from './validate';

export interface LoadOptions {
  /** What the Docker engine really has; where it is less than the profile says, the claims must fit into that. */
  readonly docker?: { readonly memoryBytes: number; readonly cpus: number };
  /** Optional services that are left out, because their images cannot be had. @default none */
  readonly without?: readonly ServiceName[];
}

export const defaultProfile = 'laptop';

/**
 * Reads a profile by name, or by the path of its file, with all that it extends; checks and resolves it.
 * Throws ProfileError with every mistake at once; NAUT_SERVICE_NOT_OPTIONAL.
 */
export function loadProfile(nameOrPath: string = defaultProfile, options: LoadOptions = {}): Profile {
  const merged = readMerged(nameOrPath);
  const { problems, readable: said } = validate(merged);
  const readable = withoutServices(said, options.without ?? []);
  const source = options.docker ? withEngine(readable, options.docker) : readable;
  const input: CheckInput = {
    name: String(merged.value.name ?? nameOrPath),
    file: merged.file,
    source,
    position: (...paths) =>
      first(paths, (path) => merged.own.locate(path)) ?? first(paths, (path) => merged.locate(path)),
  };
  const all = [...problems, ...checks.flatMap((check) => check(input))];
  if (all.length > 0) throw new ProfileError(input.name, inReadingOrder(all, shownFile(merged.file)));
  return resolveProfile(source as ProfileSource, readable as ProfileSource, merged.file);
}

/** The engine's own figures where they are smaller: a larger engine does not make the profile's VM larger. */
function withEngine(source: Readable, engine: NonNullable<LoadOptions['docker']>): Readable {
  if (!source.docker) return source;
  const memory = source.docker.memory.atMost(MemorySize.bytes(engine.memoryBytes));
  return { ...source, docker: { ...source.docker, memory, cpus: Math.min(source.docker.cpus, engine.cpus) } };
}

/** The profile as if it had never named these services. */
function withoutServices(source: Readable, names: readonly ServiceName[]): Readable {
  if (!source.services || names.length === 0) return source;
  const services = { ...source.services };
  for (const name of names) {
    if (services[name] && !services[name].optional)
      throw new NautilusError({
        code: 'NAUT_SERVICE_NOT_OPTIONAL',
        message: `${name} cannot be left out: the profile does not call it optional`,
        fix: `set services.${name}.optional: true, or take it out with services.${name}: null`,
      });
    delete services[name];
  }
  return { ...source, services };
}

function first<T, R>(values: readonly T[], look: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = look(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** From the top of the profile to its end; then what stands in the profile that it extends. */
function inReadingOrder(problems: readonly ProfileProblem[], file: string): ProfileProblem[] {
  const place = ({ position }: ProfileProblem) => [
    position?.file === file ? 0 : 1,
    position?.line ?? 0,
    position?.column ?? 0,
  ];
  return [...problems].sort((a, b) => {
    const [x, y] = [place(a), place(b)];
    return x[0]! - y[0]! || x[1]! - y[1]! || x[2]! - y[2]!;
  });
}

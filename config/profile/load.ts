import { MemorySize } from '../units';
import { checks } from './checks';
import { readMerged } from './extends';
import { ProfileError } from './problem';
import type { Profile } from './profile';
import { resolveProfile } from './resolve';
import type { ProfileSource } from './schema';
import { validate } from './validate';

export interface LoadOptions {
  /** What the Docker engine really has; where it is less than the profile says, the claims must fit into that. */
  readonly docker?: { readonly memoryBytes: number; readonly cpus: number };
}

export const defaultProfile = 'laptop';

/**
 * Reads a profile by name, or by the path of its file, with all that it extends; checks and resolves it.
 * Throws ProfileError with every mistake at once.
 */
export function loadProfile(nameOrPath: string = defaultProfile, options: LoadOptions = {}): Profile {
  const merged = readMerged(nameOrPath);
  const { problems, readable } = validate(merged);
  const source = options.docker ? withEngine(readable, options.docker) : readable;
  const input = {
    name: String(merged.value.name ?? nameOrPath),
    file: merged.file,
    source,
    position: merged.locate,
  };
  const all = [...problems, ...checks.flatMap((check) => check(input))];
  if (all.length > 0) throw new ProfileError(input.name, all);
  return resolveProfile(source as ProfileSource, readable as ProfileSource, merged.file);
}

/** The engine's own figures where they are smaller: a larger engine does not make the profile's VM larger. */
function withEngine(
  source: Partial<ProfileSource>,
  engine: NonNullable<LoadOptions['docker']>,
): Partial<ProfileSource> {
  if (!source.docker) return source;
  const memory = source.docker.memory.atMost(MemorySize.bytes(engine.memoryBytes));
  return { ...source, docker: { ...source.docker, memory, cpus: Math.min(source.docker.cpus, engine.cpus) } };
}

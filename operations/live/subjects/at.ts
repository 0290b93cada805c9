import type { LiveValue } from '../reading';

/** The value at a path into plain data; undefined where there is none. */
export function at(value: unknown, path: readonly string[]): LiveValue | undefined {
  const found = path.reduce<unknown>((part, key) => (part as Record<string, unknown> | null)?.[key], value);
  return typeof found === 'object' ? undefined : (found as LiveValue | undefined);
}

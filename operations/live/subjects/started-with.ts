import type { Place } from '../reading';
import { inside } from './inside';

/** Assignments `name=value`, as the kernel keeps them of a process; what has no value is left out. */
const assignments = (text: string): (readonly [string, string])[] =>
  text.split('\0').flatMap((entry) => {
    const sign = entry.indexOf('=');
    return sign > 0 ? [[entry.slice(0, sign), entry.slice(sign + 1)] as const] : [];
  });

/** What the container's first process was started with: variables of its environment, options of its command line without dashes. */
export async function startedWith(place: Place): Promise<ReadonlyMap<string, string>> {
  const [variables, options] = await Promise.all(
    ['environ', 'cmdline'].map(async (file) => assignments(await inside(place, ['cat', `/proc/1/${file}`]))),
  );
  return new Map([...variables!, ...options!.map(([name, value]) => [name.replace(/^--/, ''), value] as const)]);
}

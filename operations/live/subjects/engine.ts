import type { Reader } from '../reading';
import { inside } from './inside';

/** What the engine's process was started with: options of Node on its command line, variables of its environment. */
export const engine: Reader = async (place) => {
  const [options, variables] = await Promise.all(
    ['cmdline', 'environ'].map(async (file) => (await inside(place, ['cat', `/proc/1/${file}`])).split('\0')),
  );
  const known = new Map<string, string>();
  for (const entry of [...variables!, ...options!.map((option) => option.replace(/^--/, ''))]) {
    const at = entry.indexOf('=');
    if (at > 0) known.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return ({ setting, unit }) => {
    const value = known.get(setting);
    // Node takes its heap in MiB.
    return value !== undefined && unit === 'bytes' ? Number(value) * 2 ** 20 : value;
  };
};

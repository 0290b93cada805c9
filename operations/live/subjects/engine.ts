import type { Reader } from '../reading';
import { at } from './at';
import { inside } from './inside';

/**
 * What the process was started with: options on its command line, variables of its environment, and of an engine what its
 * configuration says, by path.
 */
export const engine: Reader = async (place) => {
  const [options, variables] = await Promise.all(
    ['cmdline', 'environ'].map(async (file) => (await inside(place, ['cat', `/proc/1/${file}`])).split('\0')),
  );
  const known = new Map<string, string>();
  for (const entry of [...variables!, ...options!.map((option) => option.replace(/^--/, ''))]) {
    const sign = entry.indexOf('=');
    if (sign > 0) known.set(entry.slice(0, sign), entry.slice(sign + 1));
  }
  const file = known.get('NAUTILUS_CONFIG');
  const configuration: unknown = file ? JSON.parse(await inside(place, ['cat', file])) : undefined;
  return ({ setting, unit }) => {
    const value = known.get(setting) ?? at(configuration, setting.split('.'));
    // Node takes its heap in MiB.
    return value !== undefined && unit === 'bytes' ? Number(value) * 2 ** 20 : value;
  };
};

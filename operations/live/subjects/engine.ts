import type { Reader } from '../reading';
import { at } from './at';
import { inside } from './inside';
import { startedWith } from './started-with';

/**
 * What the process was started with: options on its command line, variables of its environment, and of an engine what its
 * configuration says, by path.
 */
export const engine: Reader = async (place) => {
  const known = await startedWith(place);
  const file = known.get('NAUTILUS_CONFIG');
  const configuration: unknown = file ? JSON.parse(await inside(place, ['cat', file])) : undefined;
  return ({ setting, unit }) => {
    const value = known.get(setting) ?? at(configuration, setting.split('.'));
    // Node takes its heap in MiB.
    return value !== undefined && unit === 'bytes' ? Number(value) * 2 ** 20 : value;
  };
};

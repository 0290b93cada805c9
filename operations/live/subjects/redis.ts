import { containerPaths, secretFiles } from '@nautilus/config';
import type { Reader } from '../reading';
import { inside } from './inside';

/** CONFIG GET of everything: a line with the name, then a line with the value. */
export const redis: Reader = async (place) => {
  const password = `$(cat ${containerPaths.secrets}/${secretFiles.redis})`;
  const ask = `REDISCLI_AUTH="${password}" redis-cli -p ${place.service.port} --raw CONFIG GET '*'`;
  const lines = (await inside(place, ['sh', '-c', ask])).split('\n');
  const known = new Map<string, string>();
  for (let line = 0; line + 1 < lines.length; line += 2) known.set(lines[line]!, lines[line + 1]!);
  // Redis writes times in seconds unless the name says otherwise.
  return ({ setting, unit }) => {
    const value = known.get(setting);
    return value !== undefined && unit === 'ms' ? Number(value) * 1000 : value;
  };
};

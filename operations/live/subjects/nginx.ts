import type { LiveValue, Reader } from '../reading';
import { inside } from './inside';
import { milliseconds } from './time';

const sizes: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** nginx -T: the whole configuration, as the running binary reads it. A setting is the first directive that begins with its name. */
export const nginx: Reader = async (place) => {
  const lines = (await inside(place, ['nginx', '-e', 'stderr', '-T'])).split('\n').map((line) => line.trim());
  return ({ setting, unit }) => {
    const line = lines.find((candidate) => candidate.startsWith(`${setting} `));
    return line && inBaseUnit(line.slice(setting.length, line.indexOf(';')).trim(), unit);
  };
};

function inBaseUnit(text: string, unit: string | undefined): LiveValue {
  if (unit === 'ms') return milliseconds(text);
  if (unit !== 'bytes') return text;
  const size = /^(\d+)([kmg]?)$/i.exec(text);
  return size ? Number(size[1]) * sizes[size[2]!.toLowerCase()]! : text;
}

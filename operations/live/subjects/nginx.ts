import type { LiveValue, Subject } from '../reading';
import { answered } from '../script';
import { milliseconds } from './time';

const sizes: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** nginx -T: the whole configuration, as the binary reads it. A setting is the first directive that begins with its name. */
export const nginx: Subject = {
  questions: () => ({ nginx: 'ask nginx -e stderr -T' }),
  settings: ({ answers }) => {
    const lines = answered(answers, 'nginx')
      .split('\n')
      .map((line) => line.trim());
    return ({ setting, unit }) => {
      const line = lines.find((candidate) => candidate.startsWith(`${setting} `));
      return line && inBaseUnit(line.slice(setting.length, line.indexOf(';')).trim(), unit);
    };
  },
};

function inBaseUnit(text: string, unit: string | undefined): LiveValue {
  if (unit === 'ms') return milliseconds(text);
  if (unit !== 'bytes') return text;
  const size = /^(\d+)([kmg]?)$/i.exec(text);
  return size ? Number(size[1]) * sizes[size[2]!.toLowerCase()]! : text;
}

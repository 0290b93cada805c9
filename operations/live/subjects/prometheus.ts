import { Duration, MemorySize } from '@nautilus/config';
import type { LiveValue, Subject } from '../reading';
import { answered } from '../script';
import { processQuestions, startedWith } from './process';

/** Powers of 1024, as Prometheus writes sizes. */
const sizes: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };
/** Prometheus writes 14 days as 2w. */
const days: Readonly<Record<string, number>> = { y: 365, w: 7 };

/** `2GiB`, or in several parts: `1GiB512MiB`. */
function bytes(text: string): LiveValue {
  const parts = [...text.matchAll(/([\d.]+)(B|[KMGT]B|[KMGT]iB)/g)];
  if (parts.map(([part]) => part).join('') !== text || parts.length === 0) return text;
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (sizes[unit!] ?? MemorySize.parse(`1${unit}`).bytes),
    0,
  );
}

const milliseconds = (text: string): number =>
  Duration.parse(text.replace(/(\d+)([yw])/g, (_, count, unit) => `${Number(count) * days[unit]!}d`)).milliseconds;

/** Flags of the running server, defaults among them; what its runtime was told in the environment. */
export const prometheus: Subject = {
  questions: ({ port }) => ({
    ...processQuestions,
    flags: `ask wget -q -O - http://127.0.0.1:${port}/api/v1/status/flags`,
  }),
  settings: ({ answers }) => {
    const flags = JSON.parse(answered(answers, 'flags')) as { readonly data: Readonly<Record<string, string>> };
    const known = new Map([...startedWith(answers), ...Object.entries(flags.data)]);
    return ({ setting, unit }) => {
      const value = known.get(setting.replace(/^-+/, ''));
      if (value === undefined) return undefined;
      if (unit === 'ms') return milliseconds(value);
      return unit === 'bytes' ? bytes(value) : value;
    };
  },
};

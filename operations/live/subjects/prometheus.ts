import { Duration, MemorySize } from '@nautilus/config';
import type { Answers } from '../observed';
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

const ask = (port: number, path: string) => `ask wget -q -O - http://127.0.0.1:${port}/api/v1/${path}`;

/** Flags of the running server, defaults among them; what its runtime was told in the environment. */
export const prometheus: Subject = {
  questions: ({ port }) => ({
    ...processQuestions,
    flags: ask(port, 'status/flags'),
    runtime: ask(port, 'status/runtimeinfo'),
    loaded: ask(port, 'status/config'),
    rules: ask(port, 'rules'),
    files: 'cat /etc/prometheus/prometheus.yml /etc/prometheus/rules.yml',
  }),
  settings: ({ answers }) => {
    const flags = data<Readonly<Record<string, string>>>(answers, 'flags');
    const known = new Map([...startedWith(answers), ...Object.entries(flags)]);
    return ({ setting, unit }) => {
      const value = known.get(setting.replace(/^-+/, ''));
      if (value === undefined) return undefined;
      if (unit === 'ms') return milliseconds(value);
      return unit === 'bytes' ? bytes(value) : value;
    };
  },
};

const data = <T>(answers: Answers, question: string): T =>
  (JSON.parse(answered(answers, question)) as { readonly data: T }).data;

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly name: string }[] }[];
}

/** What Prometheus has loaded, beside what stands in its files. */
export interface LoadedConfiguration {
  /** Did it accept the files when it read them last? */
  readonly accepted: boolean;
  /** Jobs, their targets, rules and alerts by name, that are in the files alone or in the server alone. */
  readonly onlyInFiles: readonly string[];
  readonly onlyLoaded: readonly string[];
}

/** `word: value` or `- value`, where a value can be one name or address. */
const named = (text: string, words: string): string[] =>
  [...text.matchAll(new RegExp(`^\\s*(?:-\\s+)?(?:${words})\\s*["']?([^\\s"']+)["']?\\s*$`, 'gm'))].map(
    ([, name]) => name!,
  );

/** Throws where the server does not say. */
export function loadedConfiguration(answers: Answers): LoadedConfiguration {
  const { yaml } = data<{ readonly yaml: string }>(answers, 'loaded');
  const { groups } = data<Rules>(answers, 'rules');
  const { reloadConfigSuccess } = data<{ readonly reloadConfigSuccess: boolean }>(answers, 'runtime');
  const files = answered(answers, 'files');
  const scraped = (text: string) => [...named(text, 'job_name:'), ...targets(text)];
  const loaded = new Set([...scraped(yaml), ...groups.flatMap(({ rules }) => rules.map(({ name }) => name))]);
  const written = new Set([...scraped(files), ...named(files, 'record:|alert:')]);
  return {
    accepted: reloadConfigSuccess,
    onlyInFiles: [...written].filter((name) => !loaded.has(name)),
    onlyLoaded: [...loaded].filter((name) => !written.has(name)),
  };
}

/** Addresses with a port, an item each. */
const targets = (text: string): string[] => named(text, '-').filter((name) => /^[\w.-]+:\d+$/.test(name));

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Injection, rounds } from '../../docker/injections';

const page = path.join(__dirname, '../../../docs/drift.md');
const [begin, end] = ['<!-- injections: begin -->', '<!-- injections: end -->'];
const injections = rounds.flatMap((round) => round.injections);

/** As on a platform of the usual project. */
const named = (text: string) =>
  text
    .replaceAll(/\$image-of-([a-z-]+)/g, 'IMAGE-OF-$1')
    .replaceAll('$image', 'IMAGE')
    .replaceAll('$subnet', '172.20.0')
    .replaceAll(/\$p\b/g, 'nautilus');
const code = (text: string) => `\`${named(text).replaceAll('|', '\\|')}\``;

function injectedBy({ how, told }: Injection): string {
  if (told !== undefined) return named(told).replaceAll('|', '\\|');
  return 'run' in how ? how.run.map(code).join(', ') : `made again: ${code(how.again)}`;
}

const byWhom: Readonly<Record<Injection['repair'], string>> = {
  'in place': '`drift repair`',
  command: 'its command',
  'none needed': 'nothing to do',
};

function row(injection: Injection): string {
  const { kind, seenBy, finding, cause, plan, wavers, remedy, repair } = injection;
  const layers = finding === undefined ? [] : [...seenBy, ...(plan === 'nothing' ? [] : ['terraform'])];
  const reported = finding === undefined ? 'nothing' : `${code(finding)}${cause ? `: ${cause}` : ''}`;
  return `| ${[kind, layers.join(', ') || '–', injectedBy(injection), reported, wavers ? `${plan} or nothing` : plan, `${remedy ? 'what was lost is put back, ' : ''}${byWhom[repair]}`].join(' | ')} |`;
}

/** The table of the page, as the test on a real engine proves it. */
const table = (): string =>
  rounds
    .flatMap(({ title, injections: own }) => [
      `### ${title}`,
      '',
      '| kind | seen by | injected by | reported | `terraform plan` | put right by |',
      '|---|---|---|---|---|---|',
      ...own.map(row),
      '',
    ])
    .join('\n');

test('the table of drift is what the test on a real engine injects', () => {
  const [before, after] = [begin, end].map((mark) => readFileSync(page, 'utf8').indexOf(mark)) as [number, number];
  const text = readFileSync(page, 'utf8');
  const written = `${text.slice(0, before + begin.length)}\n\n${table()}${text.slice(after)}`;
  if (process.env.NAUTILUS_UPDATE_SNAPSHOTS === '1') writeFileSync(page, written);
  expect(readFileSync(page, 'utf8')).toBe(written);
});

test('at least forty kinds of drift are injected', () => {
  const kinds = new Set(injections.filter(({ finding }) => finding !== undefined).map(({ kind }) => kind));
  expect(kinds.size).toBeGreaterThanOrEqual(40);
});

test.each(rounds)('$title: every injection is proved by a finding of its own', ({ injections: own }) => {
  const findings = own.flatMap(({ finding }) => finding ?? []);
  expect(new Set(findings).size).toBe(findings.length);
});

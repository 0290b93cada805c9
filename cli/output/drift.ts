import type { Finding, Report } from '@nautilus/operations/drift';
import { table } from './table';
import { wrap } from './wrap';

const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

export interface TextOptions {
  /** Columns. */
  readonly width: number;
  /** The profile as a command line names it. */
  readonly profile: string;
}

const interrupts = {
  nothing: 'interrupts nothing',
  'the service': 'restarts the service',
  'the platform': 'restarts the platform',
};

/** `label` in a column of its own, the text broken to the width. */
function field(label: string, text: string, width: number): string[] {
  return wrap(text, width - 12).map((line, index) => `  ${(index === 0 ? label : '').padEnd(10)}${line}`);
}

function findingLines(
  { id, service, what, declared, live, cause, repair, layers }: Finding,
  { width, profile }: TextOptions,
): string[] {
  const named = id.includes(' ') ? `'${id}'` : id;
  const own = repair.action ? ` (or: nautilus drift repair ${named} --profile ${profile})` : '';
  return [
    `${service}: ${what}`,
    ...field('declared', declared, width),
    ...field('live', live, width),
    ...(cause ? field('cause', cause, width) : []),
    `  ${'repair'.padEnd(10)}${repair.command}`,
    ...field('', `${interrupts[repair.interrupts]}${own}`, width),
    ...field('seen by', layers.join(', '), width),
    '',
  ];
}

/** What was looked at and what it took; what could not be read, a line each. */
function lookLines({ layers }: Report): string[] {
  return [
    layers.map(({ layer, seconds }) => `${layer} ${seconds.toFixed(1)} s`).join(' · '),
    ...layers.flatMap(({ layer, unread }) =>
      unread.map(({ what, reason }) => `not read: ${layer}, ${what}: ${reason}`),
    ),
  ];
}

function summary({ verdict, findings, services, profile, layers }: Report): string {
  const places = new Set(findings.map(({ service }) => service)).size;
  switch (verdict) {
    case 'drift':
      return `${plural(findings.length, 'difference')} in ${plural(places, 'place')} of profile ${profile}`;
    case 'clean':
      return `no drift: ${plural(services, 'service')} of profile ${profile} ${services === 1 ? 'is' : 'are'} as declared (${layers.map(({ layer }) => layer).join(', ')})`;
    case 'unknown':
      return `nothing differs in what could be read, but not all could: this is no proof that profile ${profile} is as declared`;
  }
}

/** A report for a person: each difference with its cause and repair, then what was looked at. */
export const driftText = (report: Report, options: TextOptions): string =>
  [
    ...report.findings.flatMap((finding) => findingLines(finding, options)),
    ...report.notes.map((note) => `note: ${note}`),
    ...lookLines(report),
    summary(report),
  ].join('\n');

const short = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

/** The same as a table that is redrawn in place: one line a difference. */
export function driftTable(
  report: Report,
  { columns = 120, rows = 40 }: { columns?: number; rows?: number },
): string[] {
  const { findings, lookedAt } = report;
  const widest = Math.max(14, Math.floor((columns - 30) / 4));
  const shown = findings.slice(0, Math.max(1, rows - 8));
  const body = shown.map(({ service, what, declared, live, cause = '' }) =>
    [service, what, declared, live, cause].map((text) => short(text, widest)),
  );
  const lines = [
    `${lookedAt.slice(11, 19)}  ${summary(report)}`,
    ...lookLines(report),
    ...(body.length > 0 ? ['', ...table(body, ['service', 'what', 'declared', 'live', 'cause']).split('\n')] : []),
    ...(findings.length > shown.length ? [`… and ${findings.length - shown.length} more`] : []),
    '',
    'Ctrl-C ends',
  ];
  return lines.map((line) => short(line, columns));
}

/** One line for output that is not a terminal: changes only when what is known changes. */
export const driftSummary = (report: Report): string =>
  [summary(report), ...report.findings.map(({ id, live }) => `${id}: ${live}`)].join('; ');

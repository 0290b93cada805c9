import type { Check } from './check';

const cell = (text: string) => text.replaceAll('|', '\\|');

/** Every check as rows of a Markdown table, a subject after the other. */
export function checkTable(checks: readonly Check[]): string {
  const rows = checks.map(({ id, source, command, what, expectation }) =>
    [`\`${id}\``, what, expectation, source, command === undefined ? '' : `\`${command}\``].map(cell).join(' | '),
  );
  return [
    '| check | what | expectation | asked for in | command of the requirements |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

import { catalog, type EngineName, engineNames } from '@nautilus/config';
import type { Check } from './check';

const isEngine = (name: string): name is EngineName => (engineNames as readonly string[]).includes(name);

const code = (text: string) => `\`${text}\``;

/** Cells of a check; what is asked of every engine alike has the engine's name and port left open. */
function cells({ id, what, expectation, source, command = '' }: Check, checks: readonly Check[]): readonly string[] {
  const [subject = '', name = ''] = id.split('/');
  const alike = checks.filter((other) => other.id.endsWith(`/${name}`) && isEngine(other.id.split('/')[0]!)).length > 1;
  const open = (text: string) =>
    isEngine(subject) && alike
      ? text.replaceAll(subject, 'ENGINE').replaceAll(String(catalog[subject].port), 'PORT')
      : text;
  return [code(open(id)), open(what), expectation, source, command && code(open(command))];
}

/** Every check as rows of a Markdown table, a subject after the other. */
export function checkTable(checks: readonly Check[]): string {
  const rows = checks.map(
    (one) =>
      `| ${cells(one, checks)
        .map((text) => text.replaceAll('|', '\\|'))
        .join(' | ')} |`,
  );
  const head = ['| check | what | expectation | asked for in | command of the requirements |', '|---|---|---|---|---|'];
  return [...head, ...new Set(rows)].join('\n');
}

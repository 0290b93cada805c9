import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fieldOf, messages, Tag } from '@nautilus/core/fix';

const page = path.join(__dirname, '../../../docs/fix.md');
const MARK = '<!-- generated -->\n';

const list = (names: readonly string[]) =>
  names.map((name) => `${name} ${Tag[name as keyof typeof Tag]}`).join(', ') || '·';

function table(): string {
  const rows = [...messages.values()].map(({ name, type, required, optional, ignored, groups }) => {
    const entries = Object.entries(groups).map(([counter, fields]) => `each of ${counter}: ${list(fields)}`);
    return `| ${name} (${type}) | ${list(required)} | ${[list(optional), ...entries].join('; ')} | ${list(ignored)} |`;
  });
  return ['', '| message | required | optional | without effect |', '|---|---|---|---|', ...rows, ''].join('\n');
}

test('docs/fix.md has the messages and fields of the code', () => {
  const [text = ''] = readFileSync(page, 'utf8').split(MARK);
  const wanted = `${text}${MARK}${table()}`;
  if (process.env.NAUTILUS_UPDATE_SNAPSHOTS) writeFileSync(page, wanted);
  expect(readFileSync(page, 'utf8')).toBe(wanted);
});

test('every field of the table has its tag and type', () => {
  for (const { knownTags, groupTags } of messages.values())
    for (const tag of [...knownTags, ...[...groupTags.values()].flat()]) expect(fieldOf(tag)).toBeDefined();
});

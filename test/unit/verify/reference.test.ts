import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checks, checkTable } from '../../../operations/verify';

const page = path.join(__dirname, '../../../docs/verify.md');
const heading = '\n## Checks\n';

test('the page lists every check', () => {
  const text = readFileSync(page, 'utf8');
  const table = text.indexOf('\n| check |', text.indexOf(heading));
  const made = `${table < 0 ? text : text.slice(0, table + 1)}${checkTable(checks)}\n`;
  if (process.env.NAUTILUS_UPDATE_SNAPSHOTS === '1') writeFileSync(page, made);
  expect(readFileSync(page, 'utf8')).toBe(made);
});

import fs from 'node:fs';
import path from 'node:path';
import { besideClaims, claimedBenchmarks, claims, claimsText, type Measurement } from '../../../bench/claims';
import { chosen, suites } from '../../../bench/suites';

const folder = path.join(__dirname, '../../../bench');
const source = fs
  .readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('node_modules') && file !== 'claims.ts')
  .map((file) => fs.readFileSync(path.join(folder, file), 'utf8'))
  .join('\n');
const measured = claims.flatMap(({ line, measured: by }) => (typeof by === 'string' ? [] : [[line, by] as const]));

test.each(measured)('%s is measured by a benchmark that there is, in a figure that it prints', (_, by: Measurement) => {
  expect(Object.values(suites).flatMap((group) => Object.keys(group))).toContain(by.benchmark);
  // A name may be put together from a number, and a figure from a side and a percentile.
  for (const part of [...by.result.split(/\d+ a second/), by.figure.replace(/ p\d+$/, '')])
    expect(source).toContain(part.trim());
});

test('claims measure themselves: the benchmarks that they name can be chosen', () => {
  expect(typeof chosen(claimedBenchmarks)).toBe('object');
});

test('a figure of the run stands beside its claim, what the run does not have is said', () => {
  const spread = { median: 80, min: 70, max: 95 };
  const rows = besideClaims([
    {
      name: 'one-way hop between two processes',
      unit: 'ns',
      repeats: 5,
      figures: { 'ring p50': spread },
      ratios: [],
      absent: [],
    },
  ]);
  expect(rows.find(({ line }) => line === 'zero-copy latency')).toEqual({
    line: 'zero-copy latency',
    claimed: 'below 100 ns',
    measured: spread,
    unit: 'ns',
    by: 'hop: ring p50',
  });
  expect(claimsText(rows)).toContain('| zero-copy latency | below 100 ns | 80 ns (70 to 95) | hop: ring p50 |');
  expect(claimsText(rows)).toContain('| risk check latency | 5 ms |  | not in this run: risk-check: 1,000 accounts |');
});

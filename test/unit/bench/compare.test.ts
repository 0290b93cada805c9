import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compare } from '../../../bench/compare';
import type { BenchRun, Ratio } from '../../../bench/result';
import { readRun } from '../../../bench/run-file';
import { comparisonText } from '../../../bench/text';

const run = (...ratios: Ratio[]): BenchRun => ({
  version: 2,
  at: '2026-01-01T00:00:00.000Z',
  processor: 'any',
  cpus: 2,
  platform: 'linux x64',
  node: 'v20.0.0',
  load: { before: 0, after: 0 },
  results: [{ name: 'hop', unit: 'ns', repeats: 5, figures: {}, ratios, absent: [] }],
});
const ratio = (better: Ratio['better'], min: number, median: number, max: number): Ratio => ({
  of: ['ring', 'ring in C'],
  better,
  min,
  median,
  max,
});

test.each([
  ['worse', ratio('lower', 1, 1.1, 1.2), ratio('lower', 1.25, 1.3, 1.4)],
  ['better', ratio('lower', 1.25, 1.3, 1.4), ratio('lower', 1, 1.1, 1.2)],
  ['worse', ratio('higher', 90, 100, 110), ratio('higher', 60, 70, 80)],
  ['better', ratio('higher', 60, 70, 80), ratio('higher', 90, 100, 110)],
  ['same', ratio('higher', 60, 100, 110), ratio('higher', 65, 70, 80)],
  ['same', ratio('higher', 90, 100, 110), ratio('higher', 60, 70, 120)],
  ['same', ratio('lower', 1, 1.1, 1.2), ratio('lower', 1, 1.1, 1.2)],
])('%s: what the repeats of one run show, the median of the other cannot be', (verdict, before, after) => {
  expect(compare(run(before), run(after)).compared.map((each) => each.verdict)).toEqual([verdict]);
});

test('a ratio that only one run has is told', () => {
  const comparison = compare(run(ratio('lower', 1, 1, 1)), run());
  expect(comparison).toEqual({ compared: [], missing: ['hop: ring / ring in C (only before)'] });
  expect(comparisonText(comparison)).toBe('not compared: hop: ring / ring in C (only before)');
});

test('a file that no run wrote is refused with what is wrong', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-bench-test-'));
  const file = path.join(folder, 'run.json');
  const write = (content: unknown) => fs.writeFileSync(file, JSON.stringify(content));
  try {
    expect(() => readRun(file)).toThrow(expect.objectContaining({ code: 'NAUT_BENCHMARK_FILES' }));
    write({ ...run(), version: 1 });
    expect(() => readRun(file)).toThrow(/version 2/);
    const whole = run(ratio('lower', 1, 1.1, 1.2));
    write(whole);
    expect(readRun(file)).toEqual(whole);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
